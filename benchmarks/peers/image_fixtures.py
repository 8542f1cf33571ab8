"""Draws the small images that ImageDecoderTest reads, and what PIL reads from them.

Usage: python benchmarks/peers/image_fixtures.py modules/images/src/test/resources/terzi/images/images

Writes one file per format variant and expected.tsv (name, width, height, channels, pixels in hexadecimal): upright, alpha
composed on white, 16-bit samples reduced to their upper byte.
"""

import io
import struct
import sys
import zlib
from pathlib import Path

import numpy as np
from PIL import Image, ImageCms, ImageOps

W, H = 14, 9


def colours():
    y, x = np.mgrid[0:H, 0:W]
    r = 255 * x // (W - 1)
    g = 255 * y // (H - 1)
    b = 255 * ((x * 3 + y * 5) % 16) // 15
    rgb = np.stack([r, g, b], -1).astype(np.uint8)
    rgb[0:3, 0:5] = (250, 20, 10)  # an asymmetric corner tells the eight orientations apart
    return rgb


RGB = Image.fromarray(colours())
GRAY = RGB.convert("L")
ALPHA = Image.fromarray((np.arange(W * H).reshape(H, W) * 255 // (W * H - 1)).astype(np.uint8))
SMOOTH = RGB.resize((W * 2, H * 2), Image.Resampling.BICUBIC).resize((W, H), Image.Resampling.BOX)


def with_alpha(image, alpha):
    copy = image.copy()
    copy.putalpha(alpha)
    return copy


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(samples, depth, colour_type, *more):
    """A PNG from rows of already packed bytes, for what PIL does not write."""
    header = struct.pack(">IIBBBBB", W, H, depth, colour_type, 0, 0, 0)
    raw = b"".join(b"\0" + bytes(row) for row in samples)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + b"".join(more) + chunk(b"IDAT", zlib.compress(raw, 9)) + chunk(b"IEND", b"")


def wide16(array):
    """16-bit samples whose lower byte differs from the upper one."""
    return (array.astype(np.uint32) * 251 + 77).astype(">u2")


def swapped_primaries():
    """An ICC profile that swaps red and green: whoever applies it shows it."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile[24:36] = struct.pack(">6H", 2026, 1, 1, 0, 0, 0)  # the same bytes on every run
    tags = {}
    for i in range(struct.unpack(">I", profile[128:132])[0]):
        at = 132 + 12 * i
        tags[bytes(profile[at : at + 4])] = at
    r, g = tags[b"rXYZ"], tags[b"gXYZ"]
    profile[r + 4 : r + 12], profile[g + 4 : g + 12] = profile[g + 4 : g + 12], profile[r + 4 : r + 12]
    return bytes(profile)


def exif(orientation):
    data = Image.Exif()
    data[0x0112] = orientation
    return data


def partial_gif():
    """A frame of 6 x 4 at (5, 3) on a canvas of 14 x 9, without a colour for the rest."""
    buffer = io.BytesIO()
    Image.fromarray(colours()[:4, :6]).quantize(16).save(buffer, "GIF")
    data = bytearray(buffer.getvalue())
    flags = data[10]
    at = 13 + (3 << ((flags & 7) + 1) if flags & 0x80 else 0)
    while data[at] == 0x21:
        at += 2
        while data[at]:
            at += 1 + data[at]
        at += 1
    data[6:10] = struct.pack("<HH", W, H)
    data[at + 1 : at + 5] = struct.pack("<HH", 5, 3)
    return bytes(data)


def unmarked(jpeg):
    """No JFIF segment, and components called 0 1 2: YCbCr by libjpeg's rules, which ImageIO takes for RGB."""
    data = bytearray(jpeg)
    at = 2
    while True:
        marker, size = data[at + 1], struct.unpack(">H", data[at + 2 : at + 4])[0]
        if marker in (0xC0, 0xDA):
            first, step = (at + 10, 3) if marker == 0xC0 else (at + 5, 2)
            for i in range(3):
                data[first + step * i] = i
        if marker == 0xDA:
            return bytes(data)
        if marker == 0xE0:
            del data[at : at + 2 + size]
        else:
            at += 2 + size


def expected(path):
    if path.name == "gray16.png":
        return Image.fromarray((np.asarray(Image.open(path)).astype(np.uint32) >> 8).astype(np.uint8))
    image = ImageOps.exif_transpose(Image.open(path))
    if path.name == "partial.gif":
        canvas = Image.new("RGB", (W, H), "white")
        canvas.paste(image.convert("RGB").crop((5, 3, 11, 7)), (5, 3))
        return canvas
    if "A" in image.getbands() or "transparency" in image.info:
        gray = image.mode in ("LA", "L", "1")
        rgba = image.convert("RGBA")
        flat = Image.alpha_composite(Image.new("RGBA", rgba.size, "white"), rgba).convert("RGB")
        return flat.getchannel("R") if gray else flat
    if image.mode == "P":
        rgb = image.convert("RGB")
        r, g, b = rgb.split()
        return r if r.tobytes() == g.tobytes() == b.tobytes() else rgb
    return image.convert("L") if image.mode in ("1", "L") else image.convert("RGB")


def main():
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)

    def save(image, name, **options):
        image.save(out / name, **options)

    rgb, gray = colours(), np.asarray(GRAY)

    save(RGB, "rgb.png")
    save(with_alpha(RGB, ALPHA), "rgba.png")
    save(GRAY, "gray.png")
    save(with_alpha(GRAY, ALPHA), "gray-alpha.png")
    save(GRAY.convert("1"), "gray1.png")
    save(RGB.quantize(60), "palette.png")
    save(RGB.quantize(11), "palette4.png", bits=4)
    save(RGB.quantize(20), "palette-alpha.png", transparency=bytes(range(0, 200, 10)))
    save(RGB, "rgb-key.png", transparency=(250, 20, 10))
    save(GRAY, "gray-key.png", transparency=int(gray[0, 0]))
    (out / "gray16.png").write_bytes(png([row.tobytes() for row in wide16(gray)], 16, 0))
    (out / "rgb16.png").write_bytes(png([row.tobytes() for row in wide16(rgb)], 16, 2))
    two = gray // 64
    (out / "gray2.png").write_bytes(png([[sum(int(row[4 * i + k]) << (6 - 2 * k) for k in range(4) if 4 * i + k < W) for i in range((W + 3) // 4)] for row in two], 2, 0))
    save(RGB, "orientation6.png", exif=exif(6))
    save(RGB, "icc.png", icc_profile=swapped_primaries())

    save(SMOOTH, "rgb.jpg", quality=95, subsampling=0)
    (out / "unmarked.jpg").write_bytes(unmarked((out / "rgb.jpg").read_bytes()))
    save(SMOOTH, "stored-rgb.jpg", quality=95, subsampling=0, keep_rgb=True)
    save(SMOOTH, "subsampled.jpg", quality=90, subsampling=2)
    save(SMOOTH, "progressive.jpg", quality=90, progressive=True)
    save(GRAY, "gray.jpg", quality=95)
    save(SMOOTH.convert("CMYK"), "cmyk.jpg", quality=95)
    save(SMOOTH, "icc.jpg", quality=95, subsampling=0, icc_profile=swapped_primaries())
    save(SMOOTH.convert("CMYK"), "cmyk-icc.jpg", quality=95, icc_profile=swapped_primaries())
    for o in range(1, 9):
        save(SMOOTH, f"orientation{o}.jpg", quality=90, subsampling=0, exif=exif(o))

    save(RGB, "lossless.webp", lossless=True)
    save(with_alpha(RGB, ALPHA), "lossless-alpha.webp", lossless=True, exact=True)
    save(SMOOTH, "lossy.webp", quality=90)
    save(with_alpha(SMOOTH, ALPHA), "lossy-alpha.webp", quality=90)
    save(RGB, "orientation8.webp", lossless=True, exif=exif(8))
    save(RGB, "icc.webp", lossless=True, icc_profile=swapped_primaries())

    save(RGB.quantize(60), "palette.gif")
    save(RGB.quantize(20), "transparent.gif", transparency=3)
    save(RGB.quantize(60), "animated.gif", save_all=True, append_images=[RGB.rotate(180).quantize(60)])
    (out / "partial.gif").write_bytes(partial_gif())
    save(RGB, "rgb.bmp")
    save(GRAY, "gray.bmp")

    with open(out / "expected.tsv", "w", encoding="ascii", newline="\n") as table:
        for path in sorted(out.iterdir()):
            if path.suffix != ".tsv":
                image = expected(path)
                assert image.mode in ("L", "RGB"), (path, image.mode)
                table.write(f"{path.name}\t{image.width}\t{image.height}\t{len(image.getbands())}\t{image.tobytes().hex()}\n")


if __name__ == "__main__":
    main()
