"""Draws the lossless WebP images of LosslessWebpTest and the digests of what PIL reads from them.

Usage: python benchmarks/peers/lossless_webp.py modules/images/src/test/resources/terzi/images/lossless-webp

The images make libwebp use every transform, palettes packed 8, 4, 2 and 1 pixels to a byte, the colour cache and several
groups of prefix codes. expected.tsv has name, width, height and the SHA-256 of the RGB bytes. Made with Pillow 12.0.0
(libwebp 1.6.0), NumPy's default generator.
"""

import hashlib
import sys
from pathlib import Path

import numpy as np
from PIL import Image

RNG = np.random.default_rng(11)


def smooth(width, height, noise):
    coarse = Image.fromarray(RNG.integers(0, 256, (5, 5, 3), dtype=np.uint8)).resize((width, height), Image.Resampling.BICUBIC)
    return (np.asarray(coarse).astype(int) + RNG.integers(-noise, noise + 1, (height, width, 3))).clip(0, 255).astype(np.uint8)


def palette(width, height, colours):
    table = RNG.integers(0, 256, (colours, 3), dtype=np.uint8)
    return table[RNG.integers(0, colours, (height, width))]


def tiled(width, height, colours):
    blocks = palette(width // 6 + 1, height // 6 + 1, colours)
    return np.repeat(np.repeat(blocks, 6, 0), 6, 1)[:height, :width]


def halves(width, height):
    image = smooth(width, height, 1)
    image[:, width // 2 :] = palette(width - width // 2, height, 9)
    return image


def main():
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    images = {f"palette-{n}": (palette(21, 13, n), 4) for n in (1, 2, 3, 4, 5, 16, 17, 90)}
    images |= {f"smooth-{m}": (smooth(37, 29, 2), m) for m in (0, 3, 6)}
    images |= {"noise": (smooth(17, 11, 200), 4), "tiled": (tiled(75, 50, 40), 6), "halves": (halves(96, 40), 6)}
    images |= {"column": (smooth(1, 40, 9), 4), "row": (smooth(40, 1, 9), 4)}
    rows = []
    for name, (pixels, method) in images.items():
        path = out / f"{name}.webp"
        Image.fromarray(pixels).save(path, lossless=True, quality=100, method=method)
        read = Image.open(path).convert("RGB")
        assert read.tobytes() == pixels.tobytes(), name
        rows.append(f"{path.name}\t{read.width}\t{read.height}\t{hashlib.sha256(read.tobytes()).hexdigest()}\n")
    (out / "expected.tsv").write_text("".join(rows), encoding="ascii", newline="\n")


if __name__ == "__main__":
    main()
