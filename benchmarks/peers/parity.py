"""The Python side of the parity suite: decodes images with PIL and classifies them with ONNX Runtime.

Usage: python parity.py request.json > answer.json

Knows nothing of Terzi; it only follows docs/classifier-file.md: upright, transparency on white, no colour management.
"""

import hashlib
import json
import platform
import sys

import numpy as np
import onnxruntime
import PIL
from PIL import Image, ImageOps

Image.MAX_IMAGE_PIXELS = None
LISTED = 10


def decode(path):
    """[H, W, 3] uint8."""
    image = ImageOps.exif_transpose(Image.open(path))
    if image.mode.startswith("I;16"):
        image = Image.fromarray((np.asarray(image).astype(np.uint32) >> 8).astype(np.uint8))
    if "A" in image.getbands() or "transparency" in image.info:
        rgba = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", rgba.size, "white"), rgba)
    return np.asarray(image.convert("RGB"))


def channels(pixels, wanted):
    if wanted == 3:
        return pixels
    r, g, b = (pixels[..., c].astype(np.uint32) for c in range(3))
    return ((19595 * r + 38470 * g + 7471 * b + 32768) >> 16).astype(np.uint8)[..., None]


def session(path):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def answer(network, pixels):
    image = channels(pixels, network.get_inputs()[0].shape[3])
    (probabilities,) = network.run(["probabilities"], {"image": image[None]})
    best = np.argsort(-probabilities[0], kind="stable")[:LISTED]
    return [[int(i), round(float(probabilities[0][i]), 7)] for i in best]


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        request = json.load(file)
    networks = {name: session(path) for name, path in request["classifiers"].items()}
    images = {}
    for name, path in request["images"].items():
        try:
            pixels = decode(path)
        except Exception as e:
            images[name] = {"error": str(e)}
            continue
        images[name] = {
            "width": pixels.shape[1],
            "height": pixels.shape[0],
            "pixels": hashlib.sha256(pixels.tobytes()).hexdigest(),
            "answers": {classifier: answer(network, pixels) for classifier, network in networks.items()},
        }
    versions = {"python": platform.python_version(), "pillow": PIL.__version__, "onnxruntime": onnxruntime.__version__}
    json.dump({"versions": versions, "images": images}, sys.stdout)


main()
