"""Writes what SciPy and PIL make of an image that Java draws in the same way, for the parts of the search for near duplicates
(see DuplicateBoundsTest): perceptual hash, thumbnail, Gaussian blur and box mean.

Versions: SciPy 1.17.1, NumPy 2.4.6, Pillow 13.0.0.
Usage: python benchmarks/peers/duplicates_golden.py modules/data/src/test/resources/terzi/data/duplicates.tsv
"""

import sys

import numpy as np
from PIL import Image
from scipy import fft, ndimage


def drawn(width, height, channels):
    """As in ResizeTest."""
    y, x, c = np.mgrid[0:height, 0:width, 0:channels].astype(np.int64)
    noise = (x * 7919 + y * 104729 + c * 1299709) % 65521 * 31 % 256
    stripes = 255 * ((x // 5 + y // 3 + c) % 2)
    return np.where((x + y) % 4 < 2, noise, stripes).astype(np.uint8)


def hashed(gray):
    """Bit i is set where coefficient i of the 8 x 8 lowest, row by row, exceeds the median of the 63 but the first."""
    low = fft.dctn(gray.astype(np.float64), type=2)[:8, :8].ravel()
    median = np.sort(low[1:])[31]
    return sum(1 << i for i in range(1, 64) if low[i] > median)


with open(sys.argv[1], "w", encoding="ascii", newline="\n") as file:
    for channels in (1, 3):
        pixels = drawn(32, 32, channels)
        image = Image.fromarray(pixels if channels == 3 else pixels[:, :, 0])
        small = image.convert("RGB").resize((16, 32), Image.Resampling.BILINEAR)
        thumbnail = np.asarray(small.resize((16, 16), Image.Resampling.BILINEAR))
        means = thumbnail.reshape(-1, 3).astype(np.float64).mean(axis=0)
        contrast = np.abs(thumbnail.reshape(-1, 3) - means).mean()
        hash64 = hashed(np.asarray(image.convert("L")))
        print("print", channels, f"{hash64:016x}", repr(float(contrast)), thumbnail.tobytes().hex(), sep="\t", file=file)
    plane = drawn(11, 7, 1)[:, :, 0].astype(np.float64)
    for sigma in (1.0, 1.5, 2.5):
        radius = int(np.ceil(3 * sigma))
        out = ndimage.gaussian_filter(plane, sigma, mode="nearest", radius=radius)
        print("blur", sigma, ",".join(f"{v:.6f}" for v in out.ravel()), sep="\t", file=file)
    for window in (3, 9):
        out = ndimage.uniform_filter(plane, window, mode="nearest")
        print("mean", window, ",".join(f"{v:.6f}" for v in out.ravel()), sep="\t", file=file)
