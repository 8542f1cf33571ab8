"""Draws the images of the parity suite: every kind of file that people hand to a classifier.

Usage: python benchmarks/peers/parity_images.py benchmarks/parity/images

The same bytes on every run with the versions in requirements.txt. What is too large to be committed is drawn by
benchmarks/src/main/java/terzi/benchmarks/ParityImages.java instead.
"""

import io
import struct
import sys
import zlib
from pathlib import Path

import numpy as np
from PIL import Image, ImageCms, ImageDraw, ImageFilter
from image_fixtures import exif, swapped_primaries, unmarked


def photo(width, height, seed, grain=6.0):
    """A scene with what photos have: a gradient of light, shapes with soft and hard edges, texture, grain."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    u, v = x / max(1, width - 1), y / max(1, height - 1)
    low, high, side = random.uniform(40, 230, (3, 3)).astype(np.float32)
    base = low + (high - low) * v[..., None] + (side - low) * 0.35 * u[..., None]
    image = Image.fromarray(np.clip(base, 0, 255).astype(np.uint8))
    draw = ImageDraw.Draw(image)
    short = min(width, height)
    for _ in range(9):
        colour = tuple(int(c) for c in random.integers(0, 256, 3))
        cx, cy = random.uniform(0, width), random.uniform(0, height)
        rx, ry = random.uniform(0.08, 0.4, 2) * short
        box = [cx - rx, cy - ry, cx + rx, cy + ry]
        match int(random.integers(0, 3)):
            case 0:
                draw.ellipse(box, fill=colour)
            case 1:
                draw.rectangle(box, fill=colour, outline=(20, 20, 20))
            case _:
                draw.polygon([(cx, cy - ry), (cx + rx, cy + ry), (cx - rx, cy + ry / 2)], fill=colour)
    if short > 40:
        for i in range(12):
            at = i * width / 12
            draw.line([at, height * 0.8, at + width * 0.2, height], fill=(90, 60, 30), width=max(1, short // 120))
        image = image.filter(ImageFilter.GaussianBlur(short / 400))
    noisy = np.asarray(image).astype(np.float32) + random.normal(0, grain, (height, width, 1)).astype(np.float32)
    return Image.fromarray(np.clip(noisy + 0.5, 0, 255).astype(np.uint8))


def soft_alpha(width, height):
    """Opaque in the middle, fading to nothing at the border."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    distance = np.hypot((x / width - 0.5) * 2, (y / height - 0.5) * 2)
    return Image.fromarray(np.clip((1.1 - distance) * 500, 0, 255).astype(np.uint8))


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def packed(samples, depth):
    """Rows of samples [h, w, c] as PNG stores them, without filters."""
    if depth == 16:
        return [row.astype(">u2").tobytes() for row in samples]
    if depth == 8:
        return [row.astype(np.uint8).tobytes() for row in samples]
    per_byte = 8 // depth
    rows = []
    for row in samples.reshape(samples.shape[0], -1):
        padded = np.zeros(-(-len(row) // per_byte) * per_byte, np.uint8)
        padded[: len(row)] = row
        groups = padded.reshape(-1, per_byte).astype(np.uint32)
        rows.append(sum(groups[:, i] << (8 - depth * (i + 1)) for i in range(per_byte)).astype(np.uint8).tobytes())
    return rows


ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]


def png(samples, depth, colour_type, *more, interlaced=False):
    """A PNG with what PIL does not write: 16-bit colour, few bits of gray, interlace, any chunk."""
    height, width = samples.shape[:2]
    header = struct.pack(">IIBBBBB", width, height, depth, colour_type, 0, 0, int(interlaced))
    passes = [samples[y::dy, x::dx] for x, y, dx, dy in ADAM7] if interlaced else [samples]
    raw = b"".join(b"\0" + row for part in passes if part.size for row in packed(part, depth))
    data = chunk(b"IDAT", zlib.compress(raw, 9))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + b"".join(more) + data + chunk(b"IEND", b"")


def gray_profile():
    """A gray ICC profile with gamma 1: whoever applies it changes every pixel."""
    white = b"XYZ \0\0\0\0" + struct.pack(">3i", 63190, 65536, 54061)
    curve = b"curv\0\0\0\0" + struct.pack(">I", 0)
    name = b"desc\0\0\0\0" + struct.pack(">I", 5) + b"gray\0" + b"\0" * 78
    parts = [(b"desc", name), (b"wtpt", white), (b"kTRC", curve)]
    table, body, at = b"", b"", 132 + 12 * len(parts)
    for tag, data in parts:
        data += b"\0" * (-len(data) % 4)
        table += tag + struct.pack(">II", at, len(data))
        body += data
        at += len(data)
    head = struct.pack(">I4sI4s4s4s", at, b"\0\0\0\0", 0x02400000, b"mntr", b"GRAY", b"XYZ ")
    head += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + b"\0" * 28 + struct.pack(">3i", 63190, 65536, 54061)
    return head.ljust(128, b"\0") + struct.pack(">I", len(parts)) + table + body


def ycck(image):
    """An Adobe YCCK JPEG: the three inks as Y, Cb and Cr, then black, all inverted as Adobe does."""
    cmyk = np.asarray(image.convert("CMYK"))
    cmy, black = cmyk[..., :3], cmyk[..., 3:]
    ycc = np.asarray(Image.fromarray(cmy).convert("YCbCr"))
    stored = np.concatenate([ycc, 255 - black], -1)
    buffer = io.BytesIO()
    Image.fromarray(255 - stored, "CMYK").save(buffer, "JPEG", quality=92)  # PIL stores the inverse
    data = bytearray(buffer.getvalue())
    at = data.index(b"Adobe")
    data[at + 11] = 2  # the transform: YCCK
    return bytes(data)


def main():
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)

    def save(image, name, **options):
        image.save(out / name, **options)

    def write(data, name):
        (out / name).write_bytes(data)

    # sizes and proportions
    save(Image.new("RGB", (1, 1), (200, 30, 60)), "size-1x1.png")
    save(Image.new("RGB", (1, 1), (30, 120, 200)), "size-1x1.jpg", quality=90)
    save(photo(3, 2, 1, 0), "size-3x2.gif")
    save(photo(640, 1, 2), "size-640x1.png")
    save(photo(1, 480, 3), "size-1x480.jpg", quality=90)
    save(photo(1200, 17, 4), "size-1200x17.jpg", quality=85)
    save(photo(13, 900, 5), "size-13x900.webp", lossless=True)
    save(photo(333, 227, 6), "size-333x227.jpg", quality=85)
    save(photo(28, 28, 7).convert("L"), "size-28x28.png")
    save(photo(64, 64, 8), "size-64x64.png")
    save(photo(3000, 2000, 9, 0).filter(ImageFilter.GaussianBlur(4)), "size-3000x2000.jpg", quality=80)
    smooth = photo(6000, 4000, 10, 0).resize((375, 250), Image.Resampling.BOX).resize((6000, 4000), Image.Resampling.BICUBIC)
    save(smooth, "size-6000x4000.jpg", quality=25, progressive=True, optimize=True)

    # JPEG
    scene = photo(320, 240, 20)
    save(scene, "jpeg-420.jpg", quality=85, subsampling=2)
    save(scene, "jpeg-422.jpg", quality=85, subsampling=1)
    save(scene, "jpeg-444.jpg", quality=95, subsampling=0)
    save(scene, "jpeg-rough.jpg", quality=25)
    save(scene, "jpeg-progressive.jpg", quality=85, progressive=True)
    save(scene, "jpeg-progressive-444.jpg", quality=90, progressive=True, subsampling=0)
    save(scene, "jpeg-restart.jpg", quality=85, restart_marker_rows=2)
    save(scene.convert("L"), "jpeg-gray.jpg", quality=85)
    save(scene.convert("L"), "jpeg-gray-progressive.jpg", quality=85, progressive=True)
    save(scene, "jpeg-stored-rgb.jpg", quality=90, keep_rgb=True, subsampling=0)
    write(unmarked((out / "jpeg-444.jpg").read_bytes()), "jpeg-unmarked.jpg")
    for o in range(1, 9):
        save(photo(150, 100, 21), f"exif-{o}.jpg", quality=85, subsampling=0 if o % 2 else 2, exif=exif(o))
    save(photo(150, 100, 21), "exif-3.png", exif=exif(3))
    save(photo(150, 100, 21), "exif-6.webp", lossless=True, exif=exif(6))

    # inks
    inks = photo(160, 120, 30, 3)
    save(inks.convert("CMYK"), "cmyk.jpg", quality=92)
    save(inks.convert("CMYK"), "cmyk-icc.jpg", quality=92, icc_profile=swapped_primaries())
    write(ycck(inks), "ycck.jpg")

    # colour profiles
    srgb = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    srgb[24:36] = struct.pack(">6H", 2026, 1, 1, 0, 0, 0)  # the same bytes on every run
    save(inks, "icc-srgb.jpg", quality=90, icc_profile=bytes(srgb))
    save(inks, "icc-swapped.jpg", quality=90, icc_profile=swapped_primaries())
    save(inks.convert("L"), "icc-gray.jpg", quality=90, icc_profile=gray_profile())
    save(inks, "icc-swapped.png", icc_profile=swapped_primaries())
    save(inks, "icc-swapped.webp", lossless=True, icc_profile=swapped_primaries())

    # PNG
    small = photo(112, 84, 40, 3)
    rgb = np.asarray(small)
    gray = np.asarray(small.convert("L"))
    alpha = np.asarray(soft_alpha(112, 84))
    save(small.convert("L"), "png-gray.png")
    save(small.quantize(200), "png-palette.png")
    save(small.quantize(13), "png-palette4.png", bits=4)
    save(small.quantize(64), "png-palette-alpha.png", transparency=bytes(range(0, 256, 4)))
    save(small.convert("1"), "png-1bit.png")
    write(png((gray >> 6)[..., None], 2, 0), "png-2bit.png")
    write(png((gray >> 4)[..., None], 4, 0), "png-4bit.png")
    write(png((gray.astype(np.uint32) * 251 + 77)[..., None], 16, 0), "png-gray16.png")
    write(png(rgb.astype(np.uint32) * 251 + 77, 16, 2), "png-rgb16.png")
    wide_alpha = alpha.astype(np.uint32)[..., None] * 257
    write(png(np.concatenate([rgb.astype(np.uint32) * 257, wide_alpha], -1), 16, 6), "png-rgba16.png")
    rgba = small.copy()
    rgba.putalpha(Image.fromarray(alpha))
    save(rgba, "png-rgba.png")
    gray_alpha = small.convert("L")
    gray_alpha.putalpha(Image.fromarray(alpha))
    save(gray_alpha, "png-gray-alpha.png")
    save(small, "png-key.png", transparency=tuple(int(c) for c in rgb[0, 0]))
    write(png(rgb, 8, 2, chunk(b"gAMA", struct.pack(">I", 100000))), "png-gamma.png")
    write(png(rgb, 8, 2, interlaced=True), "png-interlaced.png")

    # WebP, GIF, BMP
    save(photo(400, 300, 50), "webp-lossy.webp", quality=85)
    save(photo(400, 300, 51), "webp-lossy-rough.webp", quality=20)
    lossy = photo(112, 84, 52)
    lossy.putalpha(soft_alpha(112, 84))
    save(lossy, "webp-lossy-alpha.webp", quality=85)
    save(small, "webp-lossless.webp", lossless=True)
    save(rgba, "webp-lossless-alpha.webp", lossless=True, exact=True)
    save(small.quantize(128), "gif-palette.gif")
    save(small.quantize(64), "gif-transparent.gif", transparency=7)
    save(small.quantize(64), "gif-animated.gif", save_all=True, append_images=[small.rotate(180).quantize(64)])
    save(small, "bmp-24bit.bmp")
    save(small.convert("L"), "bmp-gray.bmp")
    save(small.quantize(16), "bmp-palette.bmp")


if __name__ == "__main__":
    main()
