"""Makes the JPEGs of JpegColoursTest and what PIL reads from all their variants.

Usage: python benchmarks/peers/jpeg_colours.py modules/images/src/test/resources/terzi/images/jpeg-colours

Writes one JPEG without APPn segments per component count and subsampling, and expected.tsv: base, markers, the mean red,
green and blue of the four quarters in hexadecimal (or "refused"), and the component names that lead to them. The test
makes the variants from the bases by the same changes. Made with Pillow 12.0.0 (libjpeg-turbo 3.1.2).
"""

import io
import struct
import sys
from pathlib import Path

import numpy as np
from PIL import Image

SIZE = 32
ADOBE = [0, 1, 2, 5]
MARKERS = (
    ["none", "jfif", "short-jfif", "exif"]
    + [f"adobe{t}" for t in ADOBE]
    + [f"jfif+adobe{t}" for t in ADOBE]
    + [f"adobe{t}+jfif" for t in ADOBE]
    + ["adobe1+adobe0", "exif+adobe0", "exif+jfif"]
)
NAMES = {
    1: [(1,), (0,), (82,)],
    3: [(1, 2, 3), (82, 71, 66), (0, 1, 2), (2, 3, 4), (3, 2, 1), (114, 103, 98), (89, 67, 99), (1, 34, 35), (1, 1, 1), (1, 1, 2)],
    4: [(1, 2, 3, 4), (67, 77, 89, 75), (0, 1, 2, 3), (82, 71, 66, 65), (1, 1, 1, 1)],
}


def bases():
    y, x = np.mgrid[0:SIZE, 0:SIZE] / (SIZE - 1)
    rgb = np.stack([40 + 200 * x, 30 + 150 * y, 220 - 180 * x * y], -1).astype(np.uint8)
    image = Image.fromarray(rgb)
    cmyk = np.stack([200 * x, 180 * y, 120 * (1 - x), 90 * (1 - y)], -1).astype(np.uint8)
    for name, image, options in [
        ("gray", image.convert("L"), {}),
        ("colour-444", image, {"subsampling": 0}),
        ("colour-422", image, {"subsampling": 1}),
        ("colour-420", image, {"subsampling": 2}),
        ("colour-progressive", image, {"subsampling": 2, "progressive": True}),
        ("four", Image.fromarray(cmyk, "CMYK"), {}),
        ("four-progressive", Image.fromarray(cmyk, "CMYK"), {"progressive": True}),
    ]:
        buffer = io.BytesIO()
        image.save(buffer, "JPEG", quality=90, optimize=True, **options)
        yield name, changed(buffer.getvalue(), "none", None)


def segment(marker):
    if marker == "jfif":
        return b"\xff\xe0" + struct.pack(">H", 16) + b"JFIF\0\1\1\0\0\1\0\1\0\0"
    if marker == "short-jfif":
        return b"\xff\xe0" + struct.pack(">H", 9) + b"JFIF\0\1\1"
    if marker == "exif":
        return b"\xff\xe1" + struct.pack(">H", 22) + b"Exif\0\0II*\0\x08\0\0\0\0\0\0\0\0\0"
    if marker.startswith("adobe"):
        return b"\xff\xee" + struct.pack(">H", 14) + b"Adobe\0\x64\0\0\0\0" + bytes([int(marker[5:])])
    return b""


def changed(jpeg, markers, names):
    """Without its APPn segments but with these, and with other component names."""
    out = bytearray(b"\xff\xd8" + b"".join(segment(m) for m in markers.split("+")))
    old = []
    at = 2
    while at < len(jpeg):
        marker = jpeg[at + 1]
        if marker == 0xD9:
            out += jpeg[at:]
            break
        size = struct.unpack(">H", jpeg[at + 2 : at + 4])[0]
        part = bytearray(jpeg[at : at + 2 + size])
        at += 2 + size
        if 0xE0 <= marker <= 0xEF:
            continue
        if marker in (0xC0, 0xC2):
            old = [part[10 + 3 * i] for i in range(part[9])]
            for i in range(part[9]):
                part[10 + 3 * i] = names[i] if names else old[i]
        if marker == 0xDA:
            for i in range(part[4]):
                if names:
                    part[5 + 2 * i] = names[old.index(part[5 + 2 * i])]
            end = at
            while not (jpeg[end] == 0xFF and jpeg[end + 1] not in (0, *range(0xD0, 0xD8))):
                end += 1
            part += jpeg[at:end]
            at = end
        out += part
    return bytes(out)


def expected(jpeg):
    try:
        pixels = np.asarray(Image.open(io.BytesIO(jpeg)).convert("RGB")).astype(float)
    except Exception:  # noqa: BLE001
        return "refused"
    half = SIZE // 2
    quarters = [pixels[a : a + half, b : b + half] for a in (0, half) for b in (0, half)]
    return "".join(f"{round(v):02x}" for q in quarters for v in q.mean((0, 1)))


def main():
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    rows = []
    count = 0
    for base, jpeg in bases():
        (out / f"{base}.jpg").write_bytes(jpeg)
        components = 1 if base == "gray" else 4 if base.startswith("four") else 3
        for markers in MARKERS:
            found = {}
            for names in NAMES[components]:
                # every scan of a progressive JPEG would find the first of two components with one name, and how libjpeg
                # smooths what the others then lack differs between its releases
                if base.endswith("progressive") and len(set(names)) < len(names):
                    continue
                found.setdefault(expected(changed(jpeg, markers, names)), []).append(",".join(map(str, names)))
                count += 1
            rows += [f"{base}\t{markers}\t{means}\t{' '.join(names)}\n" for means, names in found.items()]
    (out / "expected.tsv").write_text("".join(rows), encoding="ascii", newline="\n")
    print(count, "variants")


if __name__ == "__main__":
    main()
