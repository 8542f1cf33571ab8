"""Trains two tiny transformers on drawn images and writes them as ONNX, to test where heat maps of tokens lie.

    python token_map_fixtures.py ../../modules/training/src/test/resources/tokens

Each image is noise with a patch of 8 x 8 pixels: class 0 of rows, class 1 of columns. The first network has a class token, as
ViT (arXiv 2010.11929) has; the second keeps its tokens as rows and columns and averages them, as Swin (arXiv 2103.14030) does.
"""

import pathlib
import sys

import torch

SIZE, OBJECT, CELL, WIDTH, SEED = 24, 8, 3, 16, 7


def images(count, generator):
    noise = torch.randint(100, 140, (count, SIZE, SIZE), generator=generator).float()
    kinds = torch.randint(0, 2, (count,), generator=generator)
    for image, kind in zip(noise, kinds):
        left, top = torch.randint(0, SIZE - OBJECT + 1, (2,), generator=generator).tolist()
        stripes = torch.where(torch.arange(SIZE) % 4 < 2, 230.0, 30.0)
        full = stripes[:, None].expand(SIZE, SIZE) if kind == 0 else stripes[None, :].expand(SIZE, SIZE)
        image[top:top + OBJECT, left:left + OBJECT] = full[top:top + OBJECT, left:left + OBJECT]
    return (noise[:, None] / 255 - 0.5) / 0.25, kinds


class Attention(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.qkv = torch.nn.Linear(WIDTH, 3 * WIDTH)
        self.proj = torch.nn.Linear(WIDTH, WIDTH)

    def forward(self, x):
        q, k, v = self.qkv(x).chunk(3, dim=-1)
        weights = torch.softmax(q @ k.transpose(-2, -1) * WIDTH**-0.5, dim=-1)
        return self.proj(weights @ v)


class Block(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.norm1, self.norm2 = torch.nn.LayerNorm(WIDTH), torch.nn.LayerNorm(WIDTH)
        self.attention = Attention()
        self.mlp = torch.nn.Sequential(
            torch.nn.Linear(WIDTH, 2 * WIDTH), torch.nn.GELU(), torch.nn.Linear(2 * WIDTH, WIDTH))

    def forward(self, x):
        tokens = x.flatten(1, -2)
        x = x + self.attention(self.norm1(tokens)).reshape(x.shape)
        return x + self.mlp(self.norm2(x))


class WithClassToken(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = torch.nn.Conv2d(1, WIDTH, CELL, CELL)
        self.token = torch.nn.Parameter(torch.zeros(1, 1, WIDTH))
        self.position = torch.nn.Parameter(0.02 * torch.randn(1, 1 + (SIZE // CELL) ** 2, WIDTH))
        self.blocks = torch.nn.Sequential(Block(), Block())
        self.norm = torch.nn.LayerNorm(WIDTH)
        self.head = torch.nn.Linear(WIDTH, 2)

    def forward(self, images):
        x = self.stem(images).flatten(2).transpose(1, 2)
        x = torch.cat([self.token.expand(x.shape[0], -1, -1), x], dim=1) + self.position
        return self.head(self.norm(self.blocks(x))[:, 0])


class Grid(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = torch.nn.Conv2d(1, WIDTH, CELL, CELL)
        self.blocks = torch.nn.Sequential(Block(), Block())
        self.norm = torch.nn.LayerNorm(WIDTH)
        self.head = torch.nn.Linear(WIDTH, 2)

    def forward(self, images):
        x = self.stem(images).permute(0, 2, 3, 1)
        return self.head(self.norm(self.blocks(x)).mean(dim=(1, 2)))


def trained(network):
    generator = torch.Generator().manual_seed(SEED)
    optimizer = torch.optim.AdamW(network.parameters(), lr=3e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 1e-2, total_steps=1500)
    for _ in range(1500):
        x, y = images(64, generator)
        loss = torch.nn.functional.cross_entropy(network(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    x, y = images(1000, generator)
    with torch.no_grad():
        print(type(network).__name__, f"accuracy {(network(x).argmax(1) == y).float().mean():.3f}")
    return network.eval()


def main():
    target = pathlib.Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    for name, kind in (("class-token", WithClassToken), ("grid", Grid)):
        torch.manual_seed(SEED)
        network = trained(kind())
        torch.onnx.export(
            network, torch.zeros(1, 1, SIZE, SIZE), target / f"{name}.onnx", opset_version=17, dynamo=False,
            input_names=["image"], output_names=["logits"], dynamic_axes={"image": {0: "N"}, "logits": {0: "N"}})


if __name__ == "__main__":
    main()
