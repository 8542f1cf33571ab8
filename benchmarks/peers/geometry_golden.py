"""Writes what SciPy and PIL make of images that Java draws in the same way, for the augmentations that move pixels
(see AugmentGeometryTest).

Every row has the draws that the augmentation takes from its generator, 0 to 1 each, and the pixels that follow from them by
the formulas in its documentation.

Versions: SciPy 1.17.1, NumPy 2.4.6, Pillow 13.0.0.
Usage: python benchmarks/peers/geometry_golden.py modules/data/src/test/resources/terzi/data/augment/geometry.tsv
"""

import math
import sys

import numpy as np
from PIL import Image
from scipy import ndimage

BORDERS = {"BLACK": ("grid-constant", 0), "WHITE": ("grid-constant", 255), "EDGE": ("nearest", 0), "MIRROR": ("mirror", 0)}
SIZES = [(12, 9, 1), (9, 8, 3)]


def drawn(width, height, channels):
    """A pattern with gentle slopes and a few steps, from integer arithmetic alone."""
    i = np.arange(width * height * channels, dtype=np.int64)
    c, x, y = i % channels, i // channels % width, i // channels // width
    values = (x * 17 + y * 23 + c * 61) % 200 + np.where((x // 3 + y // 2) % 2 == 1, 50, 0)
    return values.astype(np.uint8).reshape(height, width, channels)


def between(low, high, draw):
    return low + draw * (high - low)


def sampled(image, xs, ys, border):
    """Bilinear samples at these places, rounded to the nearest whole number."""
    mode, fill = BORDERS[border]
    planes = [
        ndimage.map_coordinates(image[:, :, c].astype(np.float64), [ys, xs], order=1, mode=mode, cval=fill)
        for c in range(image.shape[2])
    ]
    return np.floor(np.stack(planes, axis=2) + 0.5).astype(np.uint8)


def linear(image, matrix, border):
    height, width = image.shape[:2]
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    cx, cy = (width - 1) / 2, (height - 1) / 2
    xs = matrix[0][0] * (x - cx) + matrix[0][1] * (y - cy) + cx
    ys = matrix[1][0] * (x - cx) + matrix[1][1] * (y - cy) + cy
    return sampled(image, xs, ys, border)


def turn(degrees):
    """Target to source for a clockwise turn."""
    angle = math.radians(degrees)
    return np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])


def moved(image, dx, dy, border):
    height, width = image.shape[:2]
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    return sampled(image, x - dx, y - dy, border)


def smoothstep(t):
    return 3 * t**2 - 2 * t**3


def bends(points, height, width):
    """Displacements of every pixel between the points of a grid, by smoothstep in each direction."""
    cells = points.shape[0] - 1
    out = np.zeros((height, width))
    for y in range(height):
        for x in range(width):
            gx, gy = x * cells / (width - 1), y * cells / (height - 1)
            column, row = min(cells - 1, int(gx)), min(cells - 1, int(gy))
            u, v = smoothstep(gx - column), smoothstep(gy - row)
            top = points[row, column] * (1 - u) + points[row, column + 1] * u
            bottom = points[row + 1, column] * (1 - u) + points[row + 1, column + 1] * u
            out[y, x] = top * (1 - v) + bottom * v
    return out


def warp(image, draws, degrees, scale, shear, shift, bend, cells, border):
    height, width = image.shape[:2]
    stretch_x = (1 + scale) ** between(-1, 1, draws[1])
    stretch_y = (1 + scale) ** between(-1, 1, draws[2])
    slant = between(-shear, shear, draws[3])
    move_x, move_y = between(-shift, shift, draws[4]) * width, between(-shift, shift, draws[5]) * height
    count = (cells + 1) ** 2
    grid_x = between(-bend, bend, np.array(draws[6 : 6 + count])).reshape(cells + 1, cells + 1) * width
    grid_y = between(-bend, bend, np.array(draws[6 + count : 6 + 2 * count])).reshape(cells + 1, cells + 1) * height
    matrix = turn(between(-degrees, degrees, draws[0])) @ np.array([[1 / stretch_x, slant], [0, 1 / stretch_y]])
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    cx, cy = (width - 1) / 2, (height - 1) / 2
    x = x - cx - move_x + bends(grid_x, height, width)
    y = y - cy - move_y + bends(grid_y, height, width)
    return sampled(image, matrix[0, 0] * x + matrix[0, 1] * y + cx, matrix[1, 0] * x + matrix[1, 1] * y + cy, border)


def resized_crop(image, draws, min_area, max_area, max_aspect):
    height, width, channels = image.shape
    area = between(min_area, max_area, draws[0])
    aspect = max_aspect ** between(-1, 1, draws[1])
    w = max(1, math.floor(width * min(1, math.sqrt(area * aspect)) + 0.5))
    h = max(1, math.floor(height * min(1, math.sqrt(area / aspect)) + 0.5))
    x, y = int(draws[2] * (width - w + 1)), int(draws[3] * (height - h + 1))
    image = Image.fromarray(image[:, :, 0] if channels == 1 else image).crop((x, y, x + w, y + h))
    # both passes in Pillow 12's order: horizontal first
    image = image.resize((width, h), Image.Resampling.BILINEAR).resize((width, height), Image.Resampling.BILINEAR)
    return np.asarray(image).reshape(height, width, channels)


def erased(image, draws, min_area, max_area, max_aspect, value):
    """draws[0] decides whether; then area, aspect, left, top."""
    height, width = image.shape[:2]
    area = between(min_area, max_area, draws[1]) * width * height
    aspect = max_aspect ** between(-1, 1, draws[2])
    w = max(1, min(width, math.floor(math.sqrt(area * aspect) + 0.5)))
    h = max(1, min(height, math.floor(math.sqrt(area / aspect) + 0.5)))
    left, top = int(draws[3] * (width - w + 1)), int(draws[4] * (height - h + 1))
    out = image.copy()
    out[top : top + h, left : left + w] = value
    return out


def rows():
    some = [(i * 37 % 101) / 101 for i in range(60)]
    for size in SIZES:
        image = drawn(*size)
        height, width = image.shape[:2]
        for border in BORDERS:
            for signed in (-0.8, 0.6, 1.0):
                yield "policy", f"ROTATE,{signed}", border, [], size, linear(image, turn(30 * signed), border)
                shear_x = [[1, 0.3 * signed], [0, 1]]
                shear_y = [[1, 0], [0.3 * signed, 1]]
                yield "policy", f"SHEAR_X,{signed}", border, [], size, linear(image, shear_x, border)
                yield "policy", f"SHEAR_Y,{signed}", border, [], size, linear(image, shear_y, border)
                dx, dy = (math.floor(signed * 0.3 * length + 0.5) for length in (width, height))
                yield "policy", f"TRANSLATE_X,{signed}", border, [], size, moved(image, dx, 0, border)
                yield "policy", f"TRANSLATE_Y,{signed}", border, [], size, moved(image, 0, dy, border)
            for draw in (0.0, 0.3, 0.85):
                matrix = turn(between(-120, 120, draw))
                yield "rotate", "120", border, [draw], size, linear(image, matrix, border)
                factor = between(0.6, 1.7, draw)
                yield "zoom", "0.6,1.7", border, [draw], size, linear(image, np.eye(2) / factor, border)
            for a, b in ((0.0, 0.99), (0.2, 0.75), (0.99, 0.0)):
                # by up to a third of 12 and of 9, or of 9 and of 8: 4 and 3, or 3 and 3 pixels
                reach_x, reach_y = (math.floor(0.34 * length + 0.5) for length in (width, height))
                dx, dy = int(a * (2 * reach_x + 1)) - reach_x, int(b * (2 * reach_y + 1)) - reach_y
                yield "shift", "0.34", border, [a, b], size, moved(image, dx, dy, border)
            for settings in ((25, 0.3, 0.2, 0.15, 0.0, 1), (40, 0.5, 0.4, 0.1, 0.12, 3), (0, 0, 0, 0, 0.2, 2)):
                arguments = ",".join(map(str, settings))
                yield "warp", arguments, border, some, size, warp(image, some, *settings, border)
                other = some[::-1]
                yield "warp", arguments, border, other, size, warp(image, other, *settings, border)
        for draws in ([0.1, 0.9, 0.5, 0.99], [0.9, 0.2, 0.99, 0.3], [0.5, 0.5, 0.0, 0.0], [0.0, 1.0, 0.4, 0.6]):
            for settings in ((0.3, 0.8, 2), (0.05, 0.2, 4)):
                pixels = resized_crop(image, draws, *settings)
                yield "random_resized_crop", ",".join(map(str, settings)), "EDGE", draws, size, pixels
        for draws in ([0.0, 0.1, 0.9, 0.5, 0.99], [0.2, 0.9, 0.2, 0.99, 0.3], [0.49, 0.5, 0.5, 0.0, 0.0]):
            for settings in ((0.1, 0.4, 3), (0.02, 0.05, 1), (0.8, 1, 2)):
                for name, value in (("BLACK", 0), ("GRAY", 128)):
                    pixels = erased(image, draws, *settings, value)
                    arguments = ",".join(map(str, (0.5, *settings))) + "," + name
                    yield "random_erasing", arguments, "EDGE", draws, size, pixels
        yield "flip", "0.5,0.5", "EDGE", [0.49, 0.5], size, image[:, ::-1]
        yield "flip", "0.5,0.5", "EDGE", [0.5, 0.49], size, image[::-1]
        yield "flip", "0.5,0.5", "EDGE", [0.0, 0.2], size, image[::-1, ::-1]
        gray = np.asarray(Image.fromarray(image).convert("L").convert("RGB")) if size[2] == 3 else image
        yield "grayscale", "0.3", "EDGE", [0.29], size, gray
        yield "grayscale", "0.3", "EDGE", [0.3], size, image


with open(sys.argv[1], "w", encoding="ascii", newline="\n") as file:
    for name, settings, border, draws, (width, height, channels), image in rows():
        pixels = np.ascontiguousarray(image).tobytes().hex()
        print(name, settings, border, ",".join(map(repr, draws)), width, height, channels, pixels, sep="\t", file=file)
