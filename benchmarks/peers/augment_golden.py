"""Writes what torchvision's functions on PIL images make of images that Java draws in the same way (see AugmentGoldenTest).

Versions: torchvision 0.22.1, Pillow 13.0.0.
Usage: python benchmarks/peers/augment_golden.py modules/data/src/test/resources/terzi/data/augment/golden.tsv
"""

import sys

import numpy as np
from PIL import Image, ImageEnhance, ImageOps
from torchvision.transforms import functional as F

SIZES = [(28, 28, 1), (9, 7, 3), (28, 28, 3)]
JITTERS = [(1.5, 1.3, 1.4), (0.5, 0.7, 0.6), (0.0, 0.4, 0.2), (1.9, 1.9, 1.9)]


def drawn(width, height, channels):
    """A dark edge around a pattern, from integer arithmetic alone."""
    i = np.arange(width * height * channels, dtype=np.int64)
    x, y = i // channels % width, i // channels // width
    inside = (x > width // 4) & (x < width - 3) & (y > 1)
    values = np.where(inside, (i * 7 + i // 13 * 31) % 231, 0).astype(np.uint8)
    pixels = values.reshape(height, width, channels)
    return Image.fromarray(pixels[:, :, 0] if channels == 1 else pixels)


def jittered(image, brightness, contrast, saturation):
    image = F.adjust_brightness(image, brightness)
    image = F.adjust_contrast(image, contrast)
    return F.adjust_saturation(image, saturation)


def rows():
    for size in SIZES:
        image = drawn(*size)
        for factors in JITTERS:
            yield "JITTER", ",".join(map(str, factors)), size, jittered(image, *factors)
        yield "EQUALIZE", "1", size, ImageOps.equalize(image)
        yield "AUTO_CONTRAST", "1", size, ImageOps.autocontrast(image)
        for strength in (-0.5, 0.5, 1.0):
            factor = 1 + strength * 0.9
            yield "BRIGHTNESS", strength, size, ImageEnhance.Brightness(image).enhance(factor)
            yield "CONTRAST", strength, size, ImageEnhance.Contrast(image).enhance(factor)
            yield "COLOUR", strength, size, ImageEnhance.Color(image).enhance(factor)
            yield "SHARPNESS", strength, size, F.adjust_sharpness(image, factor)
        yield "SOLARIZE", 0.5, size, ImageOps.solarize(image, 128)
        yield "POSTERIZE", 0.5, size, ImageOps.posterize(image, 6)


with open(sys.argv[1], "w", encoding="ascii", newline="\n") as file:
    for operation, argument, (width, height, channels), image in rows():
        print(operation, argument, width, height, channels, image.tobytes().hex(), sep="\t", file=file)
