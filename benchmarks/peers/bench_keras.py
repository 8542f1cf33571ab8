"""An ONNX network as a Keras model: what bench_worker.py compiles for engine=keras. Not a program of its own.

Images and maps are channels-last, which is what TensorFlow is fast with, and weights are transposed once, here.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from keras import Input, Model, layers, ops
from onnx import TensorProto

from bench_graph import reduced_axes

TO_LAST, TO_FIRST = (0, 2, 3, 1), (0, 3, 1, 2)
LAST_AXIS = {0: 0, 1: 3, 2: 1, 3: 2}  # where an axis of [N,C,H,W] is in [N,H,W,C]

CASTS = {TensorProto.FLOAT: "float32", TensorProto.DOUBLE: "float64"}

UNARY = {
    "Abs": ops.absolute, "Erf": ops.erf, "Exp": ops.exp, "HardSwish": ops.hard_silu, "Identity": lambda x: x,
    "Dropout": lambda x: x, "Log": ops.log, "Neg": ops.negative, "Reciprocal": ops.reciprocal, "Relu": ops.relu,
    "Sigmoid": ops.sigmoid, "Sign": ops.sign, "Softplus": ops.softplus, "Sqrt": ops.sqrt, "Tanh": ops.tanh,
}

WITH_SETTINGS = {
    "Elu": lambda x, s: ops.elu(x, s.get("alpha", 1.0)),
    "Gelu": lambda x, s: ops.gelu(x, approximate=s.get("approximate", b"none") == b"tanh"),
    "HardSigmoid": lambda x, s: ops.clip(x * s.get("alpha", 0.2) + s.get("beta", 0.5), 0.0, 1.0),
    "LeakyRelu": lambda x, s: ops.leaky_relu(x, s.get("alpha", 0.01)),
}

BINARY = {
    "Add": ops.add, "Div": ops.divide, "Max": ops.maximum, "Min": ops.minimum, "Mul": ops.multiply, "Pow": ops.power,
    "Sub": ops.subtract, "PRelu": lambda x, slope: ops.where(x < 0, x * slope, x),
}

REDUCTIONS = {"ReduceMax": ops.max, "ReduceMean": ops.mean, "ReduceSum": ops.sum}


@dataclass(frozen=True)
class Value:
    """A tensor of Keras. last: it is [N,H,W,C] where ONNX has [N,C,H,W]. flat: its rows are (H,W,C) flattened, ONNX's are
    (C,H,W), and this is (H,W,C): it saves turning the map before a dense layer, whose weights can be turned instead."""

    tensor: Any
    last: bool = False
    flat: tuple = None


def plain(value):
    """In ONNX's order."""
    if value.last:
        return ops.transpose(value.tensor, TO_FIRST)
    if value.flat:
        return layers.Flatten()(ops.transpose(ops.reshape(value.tensor, (-1, *value.flat)), TO_FIRST))
    return value.tensor


def channels_last(value):
    return value.tensor if value.last else ops.transpose(value.tensor, TO_LAST)


def build(graph):
    """The Keras model of a Graph: float32 [N,H,W,C] to logits [N,K]."""
    channels, height, width = graph.image
    images = Input((height, width, channels))
    network = Network(graph)
    values = {graph.input: Value(images, last=True)}
    for node in graph.nodes:
        values[node.output] = network.run(node, [values.get(name, graph.constants.get(name)) for name in node.inputs])
    return Model(images, plain(values[graph.output]))


class Network:
    """The operators: each takes a node and its inputs, a Value or, for a constant, an array, and gives a Value."""

    def __init__(self, graph):
        self.graph = graph

    def run(self, node, inputs):
        x = inputs[0]
        if node.kind in UNARY or node.kind in WITH_SETTINGS:
            tensor = UNARY[node.kind](x.tensor) if node.kind in UNARY else WITH_SETTINGS[node.kind](x.tensor, node.settings)
            return Value(tensor, x.last, x.flat)
        if node.kind in BINARY:
            return self.binary(node, inputs)
        if node.kind in REDUCTIONS:
            rank = self.graph.rank(node.inputs[0])
            axes, keep = reduced_axes(node, inputs, rank), bool(node.settings.get("keepdims", 1))
            if x.last and keep:
                tensor = REDUCTIONS[node.kind](x.tensor, axis=tuple(LAST_AXIS[axis] for axis in axes), keepdims=True)
                return Value(tensor, last=True)
            return Value(REDUCTIONS[node.kind](plain(x), axis=axes, keepdims=keep))
        special = getattr(self, node.kind, None)
        if special is None:
            raise node.unsupported("no such operator for engine=keras; add it to benchmarks/peers/bench_keras.py")
        return special(node, *inputs)

    def binary(self, node, inputs):
        if not any(isinstance(value, Value) and value.last for value in inputs):
            return Value(BINARY[node.kind](*(plain(value) if isinstance(value, Value) else value for value in inputs)))
        tensors = []
        for name, value in zip(node.inputs, inputs):
            if isinstance(value, Value):
                if self.graph.rank(name) != 4:
                    raise node.unsupported("a map with a tensor that is none")
                tensors.append(channels_last(value))
            else:
                tensors.append(value.reshape((1,) * (4 - value.ndim) + value.shape).transpose(TO_LAST))
        return Value(BINARY[node.kind](*tensors), last=True)

    # from here on each method is the ONNX operator of its name

    def Conv(self, node, x, weight, bias=None):
        window = self.graph.window(node)
        if not isinstance(weight, np.ndarray):
            raise node.unsupported("computed weights")
        groups, channels = node.settings.get("group", 1), self.graph.shapes[node.inputs[0]][1]
        x, padding = self.padded(node, channels_last(x), window, 0.0)
        common = {"strides": window.strides, "padding": padding, "dilation_rate": window.dilations, "use_bias": bias is not None}
        kernel = weight.transpose(2, 3, 1, 0)
        if groups == 1:
            layer = layers.Conv2D(weight.shape[0], window.kernel, **common)
        elif groups == channels and len(set(window.strides)) == 1:
            multiplier = weight.shape[0] // groups
            layer = layers.DepthwiseConv2D(window.kernel, depth_multiplier=multiplier, **common)
            kernel = kernel.reshape(*window.kernel, channels, multiplier)
        else:
            raise node.unsupported(f"group {groups}: TensorFlow on a CPU has 1 or one for each channel")
        return Value(with_weights(layer, x, [kernel] if bias is None else [kernel, bias]), last=True)

    def BatchNormalization(self, node, x, weight, bias, mean, variance):
        layer = layers.BatchNormalization(epsilon=node.settings.get("epsilon", 1e-5))
        last = self.graph.rank(node.inputs[0]) == 4
        return Value(with_weights(layer, channels_last(x) if last else plain(x), [weight, bias, mean, variance]), last)

    def MaxPool(self, node, x):
        window = self.graph.window(node)
        if window.dilations != (1, 1):
            raise node.unsupported("dilations")
        x, padding = self.padded(node, channels_last(x), window, float("-inf"))
        return Value(layers.MaxPooling2D(window.kernel, window.strides, padding)(x), last=True)

    def AveragePool(self, node, x):
        window = self.graph.window(node)
        if window.dilations != (1, 1):
            raise node.unsupported("dilations")
        x = ops.pad(channels_last(x), pad_pairs(window))
        means = layers.AveragePooling2D(window.kernel, window.strides)(x)
        scale = self.graph.average_scale(node, window)
        return Value(means if scale is None else means * scale.transpose(TO_LAST), last=True)

    def GlobalAveragePool(self, node, x):
        return Value(layers.GlobalAveragePooling2D(keepdims=True)(channels_last(x)), last=True)

    def GlobalMaxPool(self, node, x):
        return Value(layers.GlobalMaxPooling2D(keepdims=True)(channels_last(x)), last=True)

    def Flatten(self, node, x):
        if node.settings.get("axis", 1) != 1:
            raise node.unsupported("axis 1 only")
        if not x.last:
            return Value(layers.Flatten()(plain(x)))
        return Value(layers.Flatten()(x.tensor), flat=tuple(x.tensor.shape[1:]))

    def Reshape(self, node, x, *_):
        shape = self.graph.shapes.get(node.output, (None, None))
        if None in shape[1:]:
            raise node.unsupported(f"its result must have a fixed shape but for the first dimension, and has {list(shape)}")
        if len(shape) == 2:
            return self.Flatten(node, x)
        return Value(ops.reshape(plain(x), (-1, *shape[1:])))

    Squeeze = Unsqueeze = Reshape

    def Gemm(self, node, a, b, c=None):
        if not isinstance(b, np.ndarray) or isinstance(c, Value) or node.settings.get("transA", 0):
            raise node.unsupported("computed weights, or a transposed input")
        kernel = (b.T if node.settings.get("transB", 0) else b) * b.dtype.type(node.settings.get("alpha", 1.0))
        bias = None if c is None else c * c.dtype.type(node.settings.get("beta", 1.0))
        return self.dense(a, kernel, bias)

    def MatMul(self, node, a, b):
        if isinstance(a, Value) and isinstance(b, np.ndarray) and b.ndim == 2:
            return self.dense(a, b, None)
        return Value(ops.matmul(*(plain(value) if isinstance(value, Value) else value for value in (a, b))))

    @staticmethod
    def dense(a, kernel, bias):
        if a.flat:
            height, width, channels = a.flat
            kernel = kernel.reshape(channels, height, width, -1).transpose(1, 2, 0, 3).reshape(kernel.shape)
        x = a.tensor if a.flat else plain(a)
        layer = layers.Dense(kernel.shape[1], use_bias=bias is not None, dtype=kernel.dtype.name)
        if bias is None:
            return Value(with_weights(layer, x, [kernel]))
        return Value(with_weights(layer, x, [kernel, np.broadcast_to(bias.reshape(-1), kernel.shape[1])]))

    def Softmax(self, node, x):
        return Value(ops.softmax(plain(x), node.settings.get("axis", -1)))

    def LogSoftmax(self, node, x):
        return Value(ops.log_softmax(plain(x), node.settings.get("axis", -1)))

    def Clip(self, node, x, *bounds):
        low, high = [*bounds, None, None][:2] if bounds else (node.settings.get("min"), node.settings.get("max"))
        if low is not None:
            x = Value(ops.maximum(x.tensor, low), x.last, x.flat)
        return x if high is None else Value(ops.minimum(x.tensor, high), x.last, x.flat)

    def Cast(self, node, x):
        target = CASTS.get(node.settings["to"])
        if target is None:
            raise node.unsupported(f"to type {node.settings['to']}")
        return Value(ops.cast(x.tensor, target), x.last, x.flat)

    def Concat(self, node, *parts):
        axis = node.settings["axis"]
        if any(not isinstance(part, Value) for part in parts):
            raise node.unsupported("a constant part")
        if self.graph.rank(node.inputs[0]) == 4:
            return Value(ops.concatenate([channels_last(part) for part in parts], LAST_AXIS[axis % 4]), last=True)
        return Value(ops.concatenate([plain(part) for part in parts], axis))

    def Transpose(self, node, x):
        x = plain(x)
        return Value(ops.transpose(x, node.settings.get("perm")))

    def Pad(self, node, x, pads=None, value=None, *_):
        if node.settings.get("mode", b"constant") != b"constant" or len(node.inputs) > 3:
            raise node.unsupported("constant mode without axes only")
        ends = node.settings["pads"] if pads is None else pads.tolist()
        rank = len(ends) // 2
        fill = node.settings.get("value", 0.0) if value is None else value.item()
        return Value(ops.pad(plain(x), list(zip(ends[:rank], ends[rank:])), constant_values=fill))

    def padded(self, node, x, window, fill):
        """The input and the padding left to the layer: "same" does not put as much before as after when the size is odd."""
        if window.before == window.after == (0, 0):
            return x, "valid"
        for size, kernel, stride, dilation, before, after in zip(self.graph.shapes[node.inputs[0]][2:], *vars(window).values()):
            total = max((-(-size // stride) - 1) * stride + (kernel - 1) * dilation + 1 - size, 0)
            if (before, after) != (total // 2, total - total // 2):
                return ops.pad(x, pad_pairs(window), constant_values=fill), "valid"
        return x, "same"


def pad_pairs(window):
    (top, left), (bottom, right) = window.before, window.after
    return [(0, 0), (top, bottom), (left, right), (0, 0)]


def with_weights(layer, x, weights):
    result = layer(x)
    layer.set_weights(weights)
    return result
