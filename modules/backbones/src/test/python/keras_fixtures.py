"""Makes the small Keras files of the converter's tests, with inputs and the logits that Keras computes for them.

usage: python keras_fixtures.py OUTPUT_FOLDER          Keras 3: .keras, .h5 and TensorFlow.js files
       python keras_fixtures.py OUTPUT_FOLDER --legacy  Keras 2 (package tf_keras): .h5

Needs tensorflow. The weights are random; running it again gives other files, which pass as well.
"""

import base64
import json
import os
import sys

import numpy as np

LEGACY = "--legacy" in sys.argv
if LEGACY:
    import tf_keras as keras
else:
    import keras
L = keras.layers
keras.utils.set_random_seed(7)


def sequential():
    """Odd sizes with strides and padding 'same', Flatten in front of Dense."""
    return keras.Sequential(
        [
            L.Input((11, 9, 3)),
            L.Conv2D(4, 3, strides=2, padding="same", activation="relu"),
            L.MaxPooling2D(3, strides=2, padding="same"),
            L.SeparableConv2D(5, 3, padding="same", depth_multiplier=2),
            L.BatchNormalization(),
            L.Activation("relu"),
            L.Flatten(),
            L.Dropout(0.3),
            L.Dense(6, activation="tanh"),
            L.Dense(4, activation="softmax"),
        ],
        name="small_sequential",
    )


def functional():
    """What MobileNet and ResNet are made of; no layer fixes the image's size."""
    x = inputs = L.Input((12, 12, 3), name="input")
    x = L.Rescaling(1 / 127.5, offset=-1.0)(x)
    x = L.ZeroPadding2D(((0, 1), (0, 1)))(x)
    x = L.Conv2D(6, 3, strides=2, use_bias=False, name="logits")(x)
    x = L.BatchNormalization(scale=False)(x)
    x = L.ReLU(6.0)(x)
    x = L.ZeroPadding2D(1)(x)
    x = L.MaxPooling2D(3, strides=2)(x)
    y = L.DepthwiseConv2D(3, padding="same", strides=1)(x)
    y = L.LeakyReLU()(y)
    y = L.Conv2D(6, 1)(y)
    x = L.Add()([x, y])
    gate = L.GlobalAveragePooling2D(keepdims=True)(x)
    gate = L.Conv2D(6, 1, activation="sigmoid")(gate)
    x = L.Multiply()([x, gate])
    z = L.AveragePooling2D(2, strides=1, padding="same")(x)
    x = L.Concatenate()([x, z])
    x = L.Conv2D(8, 3, strides=2, padding="same", activation="swish")(x)
    x = L.GlobalAveragePooling2D()(x)
    x = L.Dense(5)(x)
    return keras.Model(inputs, L.Softmax()(x), name="small_functional")


def nested():
    """Networks as layers, one of them used twice, and statistics that were learnt by adapt()."""
    inner_input = L.Input((10, 10, 3))
    inner = keras.Model(
        inner_input, L.BatchNormalization()(L.Conv2D(3, 3, activation="elu")(inner_input)), name="inner"
    )
    block = keras.Sequential([L.Input((8, 8, 3)), L.Conv2D(3, 3, padding="same", groups=3)], name="block")
    normalization = L.Normalization()
    normalization.adapt(np.random.rand(16, 10, 10, 3).astype("float32") * 3)
    inputs = L.Input((10, 10, 3))
    x = inner(normalization(inputs))
    x = block(block(x))
    return keras.Model(inputs, L.Dense(1, activation="sigmoid")(L.GlobalMaxPooling2D()(x)), name="small_nested")


def shapes():
    """Layers that move and join elements, and the rarer activations."""
    x = inputs = L.Input((8, 6, 4))
    a = L.Cropping2D(((1, 0), (0, 2)))(x)
    a = L.UpSampling2D(2)(a)
    a = L.Conv2D(4, (4, 1), strides=(2, 1), activation="gelu")(a)
    a = L.LayerNormalization()(a)
    a = L.PReLU(shared_axes=[1, 2])(a)
    b = L.Permute((2, 1, 3))(x)
    b = L.Reshape((6, 8, 4))(b)
    b = L.Conv2D(4, 1, dilation_rate=2, activation="hard_sigmoid")(b)
    b = L.Conv2D(4, 2, dilation_rate=2, padding="same", activation="softplus")(b)
    m = L.Average()([L.Maximum()([a, b]), L.Subtract()([a, b]), L.Minimum()([b, a])])
    m = L.Dense(3, activation="selu")(m)
    m = L.Reshape((-1, 12))(m)
    m = L.Flatten()(m)
    return keras.Model(inputs, L.Dense(3)(m), name="small_shapes")


def gray():
    """The first network of every tutorial: images without an axis for their channel."""
    return keras.Sequential(
        [L.Input((6, 5)), L.Flatten(), L.Dense(8, activation="relu"), L.Dense(3, activation="softmax")],
        name="small_gray",
    )


def randomised(model):
    """Statistics and offsets other than 0 and 1; variances stay positive."""
    new = []
    for variable in model.weights:
        name = getattr(variable, "path", variable.name)
        value = np.random.standard_normal(variable.shape).astype("float32") * 0.4
        if "variance" in name or "gamma" in name:
            value = np.abs(value) + 0.5
        new.append(np.array(3) if "count" in name else value)
    model.set_weights(new)


def logits_of(model):
    """The model without its last activation, as a function."""
    last = model.layers[-1]
    if isinstance(last, L.Softmax):
        return keras.Model(model.inputs, last.input)
    last.activation = keras.activations.linear
    return model


def tensorflow_js(model, folder):
    """The layers format of TensorFlow.js, in an order and with cuts that readers must not rely on."""
    os.makedirs(folder, exist_ok=True)
    entries, data = [], b""
    for layer in reversed(model.layers):
        for variable in reversed(layer.weights):
            value = np.asarray(variable)
            name = layer.name + "/" + variable.name.split("/")[-1].split(":")[0]
            entries.append({"name": name, "shape": list(value.shape), "dtype": "float32"})
            data += value.astype("<f4").tobytes()
    paths = []
    for i, start in enumerate(range(0, len(data), 1001)):
        paths.append("group1-shard%d.bin" % (i + 1))
        with open(os.path.join(folder, paths[-1]), "wb") as shard:
            shard.write(data[start : start + 1001])
    topology = {"keras_version": keras.__version__, "model_config": json.loads(model.to_json())}
    root = {"format": "layers-model", "modelTopology": topology}
    root["weightsManifest"] = [{"paths": paths, "weights": entries}]
    with open(os.path.join(folder, "model.json"), "w") as file:
        json.dump(root, file)


def main():
    out = sys.argv[1]
    os.makedirs(out, exist_ok=True)
    for make in (sequential, functional, nested, shapes, gray):
        model = make()
        randomised(model)
        name = make.__name__ + ("-keras2" if LEGACY else "")
        model.save(os.path.join(out, name + ".h5"))
        if not LEGACY:
            model.save(os.path.join(out, name + ".keras"))
        if make is functional and not LEGACY:
            tensorflow_js(model, os.path.join(out, "tfjs"))
        shape = model.input_shape[1:]
        x = np.random.rand(2, *shape).astype("float32") * (255 if make is functional else 2)
        # as read from the file: only then Normalization uses the statistics that are stored
        y = logits_of(keras.models.load_model(os.path.join(out, name + ".h5"))).predict(x, verbose=0)
        golden = {"shape": list(x.shape), "input": encoded(x), "classes": int(y.shape[1]), "logits": encoded(y)}
        with open(os.path.join(out, name + ".json"), "w") as file:
            json.dump(golden, file)


def encoded(array):
    return base64.b64encode(array.astype("<f4").tobytes()).decode()


main()
