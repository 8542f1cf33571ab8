"""Writes where torchvision's CenterCrop begins, and what its Resize and CenterCrop make of PIL images that Java draws in the
same way (see PreprocessingTest).

Versions: torchvision 0.22.1, Pillow 13.0.0.
Usage: python benchmarks/peers/crop_golden.py modules/images/src/test/resources/terzi/images/crops.tsv
"""

import sys

import numpy as np
from PIL import Image
from torchvision import transforms

# width and height of images that are not resized (their shortest edge is that of the resize) and the side of the crop
ORIGINS = [(w, h, crop) for crop in (7, 8) for w, h in ((8, 8), (8, 9), (9, 10), (10, 11), (11, 8), (12, 9), (13, 10), (14, 9), (15, 9))]
# width, height, resize, crop
IMAGES = [(23, 17, 12, 9), (17, 23, 12, 8), (31, 13, 10, 10), (19, 19, 13, 8), (40, 29, 14, 9), (29, 41, 15, 8)]


def drawn(width, height):
    """As in ResizeTest."""
    y, x, c = np.mgrid[0:height, 0:width, 0:3].astype(np.int64)
    noise = (x * 7919 + y * 104729 + c * 1299709) % 65521 * 31 % 256
    stripes = 255 * ((x // 5 + y // 3 + c) % 2)
    return Image.fromarray(np.where((x + y) % 4 < 2, noise, stripes).astype(np.uint8))


with open(sys.argv[1], "w", encoding="ascii", newline="\n") as file:
    for width, height, crop in ORIGINS:
        y, x = np.mgrid[0:height, 0:width]
        image = Image.fromarray(np.stack([x, y, 0 * x], axis=2).astype(np.uint8))
        left, top, _ = transforms.CenterCrop(crop)(image).getpixel((0, 0))
        print("origin", width, height, crop, left, top, sep="\t", file=file)
    for width, height, resize, crop in IMAGES:
        steps = transforms.Compose([transforms.Resize(resize), transforms.CenterCrop(crop)])
        image = np.asarray(steps(drawn(width, height)))
        print("image", width, height, resize, crop, image.tobytes().hex(), sep="\t", file=file)
