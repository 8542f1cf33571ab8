"""How long classifying takes in Python: raw pixels, or files with PIL.

Usage: python classify.py CLASSIFIER THREADS SECONDS (WIDTH HEIGHT | FOLDER)

Prints the lines that benchmarks/src/main/java/terzi/benchmarks/Side.java describes.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np
import onnxruntime
import PIL
from PIL import Image, ImageOps

WARM = 1 / 3  # of the time
BUNDLE = 0.02
ANSWERS = ("probabilities", "strangeness")  # what Terzi asks for where the file has it


def report(metric, value):
    print(json.dumps({"metric": metric, "value": value}), flush=True)


def answers(network):
    return [output.name for output in network.get_outputs() if output.name in ANSWERS]


def raw(network, channels, width, height, seconds):
    pixels = ((np.arange(width * height * channels, dtype=np.uint64) * 2654435761 >> 24) % 256).astype(np.uint8)
    image = pixels.reshape(1, height, width, channels)
    wanted = answers(network)
    calls, least = 1, float("inf")
    begun = time.perf_counter()
    while time.perf_counter() - begun < seconds:
        start = time.perf_counter()
        for _ in range(calls):
            network.run(wanted, {"image": image})
        took = time.perf_counter() - start
        warm = start - begun > seconds * WARM
        if warm:
            report("call_us", took / calls * 1e6)
            least = min(least, took / calls)
        elif took < BUNDLE:
            calls *= 2
    report("least_call_us", least * 1e6)


def decode(path, channels):
    image = ImageOps.exif_transpose(Image.open(path))
    return np.asarray(image.convert("RGB" if channels == 3 else "L")).reshape(1, image.height, image.width, channels)


def files(network, channels, folder, seconds):
    paths = sorted(p for p in Path(folder).iterdir() if p.is_file())
    wanted = answers(network)
    least = float("inf")
    begun = time.perf_counter()
    while time.perf_counter() - begun < seconds:
        start = time.perf_counter()
        for path in paths:
            network.run(wanted, {"image": decode(path, channels)})
        if start - begun > seconds * WARM:
            took = (time.perf_counter() - start) / len(paths)
            report("file_ms", took * 1e3)
            least = min(least, took)
    report("least_file_ms", least * 1e3)


def main():
    classifier, threads, seconds = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    network = onnxruntime.InferenceSession(classifier, options, providers=["CPUExecutionProvider"])
    channels = network.get_inputs()[0].shape[3]
    print(json.dumps({"info": {"onnxruntime": onnxruntime.__version__, "pillow": PIL.__version__}}))
    if len(sys.argv) == 6:
        raw(network, channels, int(sys.argv[4]), int(sys.argv[5]), seconds)
    else:
        files(network, channels, sys.argv[4], seconds)


main()
