"""Writes what PIL's filters make of images that Java draws in the same way (see ResizeTest).

With pillow 12.1.1: all versions before 13 and torchvision begin with the horizontal pass, as Terzi does. Pillow 13 sometimes
begins with the vertical one; the pass in between is rounded and clipped to 0..255, so noise differs by up to 5 of 255 then
(bicubic, Lanczos) or 1 (bilinear).

Usage: python benchmarks/peers/resize_golden.py modules/images/src/test/resources/terzi/images
"""

import sys

import numpy as np
from PIL import Image

CASES = [  # width, height, channels, new width, new height
    (64, 48, 3, 16, 12),
    (61, 47, 3, 17, 13),
    (61, 47, 1, 17, 13),
    (28, 28, 1, 32, 32),
    (5, 4, 3, 13, 11),
    (300, 7, 3, 9, 21),
    (7, 300, 1, 21, 9),
    (40, 30, 3, 40, 10),
    (40, 30, 3, 10, 30),
    (1, 1, 3, 4, 4),
    (997, 3, 1, 10, 2),
    (33, 33, 3, 32, 32),
    (1200, 900, 3, 8, 6),
]


def drawn(width, height, channels):
    """Hard edges and noise, from integer arithmetic alone."""
    y, x, c = np.mgrid[0:height, 0:width, 0:channels].astype(np.int64)
    noise = (x * 7919 + y * 104729 + c * 1299709) % 65521 * 31 % 256
    stripes = 255 * ((x // 5 + y // 3 + c) % 2)
    return np.where((x + y) % 4 < 2, noise, stripes).astype(np.uint8)


def resized(width, height, channels, new_width, new_height, filter):
    pixels = drawn(width, height, channels)
    image = Image.fromarray(pixels if channels == 3 else pixels[:, :, 0])
    result = image.resize((new_width, new_height), filter)
    return f"{width}\t{height}\t{channels}\t{new_width}\t{new_height}\t{result.tobytes().hex()}\n"


with open(sys.argv[1] + "/resize.tsv", "w", encoding="ascii", newline="\n") as table:
    for case in CASES:
        table.write(resized(*case, Image.Resampling.BILINEAR))

OTHERS = {  # by Terzi's names
    "NEAREST": Image.Resampling.NEAREST,
    "BOX": Image.Resampling.BOX,
    "HAMMING": Image.Resampling.HAMMING,
    "CUBIC": Image.Resampling.BICUBIC,
    "LANCZOS": Image.Resampling.LANCZOS,
}

with open(sys.argv[1] + "/filters.tsv", "w", encoding="ascii", newline="\n") as table:
    for name, filter in OTHERS.items():
        small = [case for case in CASES if case[2] * case[3] * case[4] < 1000]
        for case in small + [(250, 40, 1, 33, 30), (50, 50, 1, 30, 40)]:
            table.write(name + "\t" + resized(*case, filter))
