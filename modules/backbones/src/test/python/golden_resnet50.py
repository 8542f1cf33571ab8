"""Computes the golden answer of a card with TensorFlow, from TensorFlow.js files and independently of Terzi.

usage: python golden_resnet50.py FOLDER_OF_MODEL_JSON > resnet50.golden.json

Needs tensorflow and numpy. The network is rebuilt operator by operator from model.json, in TensorFlow's own layout.
"""

import json
import os
import sys

import numpy as np
import tensorflow as tf

SIZE, CROP = 256, 224
CAFFE_MEAN = np.array([103.939, 116.779, 123.68], np.float32)


def wave(at):
    return np.where(at & 256, 255 - (at & 255), at & 255)


def image(size):
    y, x = np.mgrid[0:size, 0:size]
    disc = (x - size // 2) ** 2 + (y - size // 2) ** 2 < size * size // 16
    red = np.where(disc, 40, wave(2 * x + y))
    green = np.where(disc, 20, wave(x + 3 * y + 85))
    blue = np.where(disc, wave(5 * x), wave((x * x + y * y) >> 7))
    return np.stack([red, green, blue], -1).astype(np.uint8)


def weights(folder, manifest):
    found = {}
    for group in manifest:
        data = b"".join(open(os.path.join(folder, p), "rb").read() for p in group["paths"])
        at = 0
        for entry in group["weights"]:
            count = int(np.prod(entry["shape"]))
            found[entry["name"]] = np.frombuffer(data, "<f4", count, at).reshape(entry["shape"])
            at += 4 * count
    return found


def run(layers, w, x):
    values = {}
    for layer in layers:
        config, name = layer["config"], layer["name"]
        args = [values[ref[0]] for ref in layer["inbound_nodes"][0]] if layer["inbound_nodes"] else []
        kind = layer["class_name"]
        if kind == "InputLayer":
            out = x
        elif kind == "ZeroPadding2D":
            out = tf.pad(args[0], [[0, 0], *config["padding"], [0, 0]])
        elif kind == "Conv2D":
            out = tf.nn.conv2d(args[0], w[name + "/kernel"], config["strides"], config["padding"].upper())
            out = out + w[name + "/bias"]
        elif kind == "BatchNormalization":
            parts = [w[name + "/" + p] for p in ("moving_mean", "moving_variance", "beta", "gamma")]
            out = tf.nn.batch_normalization(args[0], *parts, config["epsilon"])
        elif kind == "Activation":
            assert config["activation"] == "relu"
            out = tf.nn.relu(args[0])
        elif kind == "MaxPooling2D":
            out = tf.nn.max_pool2d(args[0], config["pool_size"], config["strides"], config["padding"].upper())
        elif kind == "Add":
            out = args[0] + args[1]
        elif kind == "GlobalAveragePooling2D":
            out = tf.reduce_mean(args[0], [1, 2])
        elif kind == "Dense":
            assert config["activation"] == "softmax"
            out = args[0] @ w[name + "/kernel"] + w[name + "/bias"]  # the logits
        else:
            raise ValueError(kind)
        values[name] = out
    return values[layers[-1]["name"]]


def main():
    folder = sys.argv[1]
    root = json.load(open(os.path.join(folder, "model.json")))
    edge = (SIZE - CROP) // 2
    cut = image(SIZE)[edge : edge + CROP, edge : edge + CROP, ::-1].astype(np.float32) - CAFFE_MEAN
    layers = root["modelTopology"]["model_config"]["config"]["layers"]
    logits = run(layers, weights(folder, root["weightsManifest"]), tf.constant(cut[None])).numpy()[0]
    made_with = "TensorFlow " + tf.__version__
    print(json.dumps({"size": SIZE, "made_with": made_with, "logits": [round(float(v), 5) for v in logits]}))


main()
