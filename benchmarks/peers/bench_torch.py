"""An ONNX network as a torch module: what bench_worker.py traces for engine=pytorch. Not a program of its own."""

import torch
import torch.nn.functional as F
from onnx import TensorProto
from torch import nn

from bench_graph import reduced_axes

CASTS = {TensorProto.FLOAT: torch.float32, TensorProto.DOUBLE: torch.float64, TensorProto.FLOAT16: torch.float16,
         TensorProto.INT64: torch.int64, TensorProto.INT32: torch.int32, TensorProto.BOOL: torch.bool}

ELEMENTWISE = {
    "Abs": torch.abs, "Add": torch.add, "Div": torch.div, "Erf": torch.erf, "Exp": torch.exp, "HardSwish": F.hardswish,
    "Identity": lambda x: x, "Dropout": lambda x, *_: x, "Log": torch.log, "Max": torch.maximum, "Min": torch.minimum,
    "Mish": F.mish, "Mul": torch.mul, "Neg": torch.neg, "Pow": torch.pow, "Reciprocal": torch.reciprocal, "Relu": torch.relu,
    "Sigmoid": torch.sigmoid, "Sign": torch.sign, "Softplus": F.softplus, "Sqrt": torch.sqrt, "Sub": torch.sub,
    "Tanh": torch.tanh, "PRelu": lambda x, slope: torch.where(x < 0, x * slope, x),
}

WITH_SETTINGS = {
    "Clip": lambda x, s: torch.clamp(x, s.get("min"), s.get("max")),
    "Elu": lambda x, s: F.elu(x, s.get("alpha", 1.0)),
    "Gelu": lambda x, s: F.gelu(x, approximate=s.get("approximate", b"none").decode()),
    "HardSigmoid": lambda x, s: torch.clamp(x * s.get("alpha", 0.2) + s.get("beta", 0.5), 0, 1),
    "LeakyRelu": lambda x, s: F.leaky_relu(x, s.get("alpha", 0.01)),
    "LogSoftmax": lambda x, s: F.log_softmax(x, s.get("axis", -1)),
    "Softmax": lambda x, s: F.softmax(x, s.get("axis", -1)),
    "Transpose": lambda x, s: x.permute(s.get("perm", list(range(x.dim()))[::-1])),
}

REDUCTIONS = {"ReduceMax": torch.amax, "ReduceMean": torch.mean, "ReduceSum": torch.sum}


class Network(nn.Module):
    """Runs the nodes of a Graph one after the other; tracing leaves nothing of this but the torch operations.

    Constants that no operator takes as a tensor (axes, shapes, bounds) are read when the network is built or traced.
    """

    def __init__(self, graph, precision, memory_format):
        super().__init__()
        self.graph = graph
        self.precision = precision
        self.tensors = {}
        for name, array in graph.constants.items():
            tensor = torch.from_numpy(array.copy())
            if tensor.dtype == torch.float32:
                tensor = tensor.to(precision)
            self.tensors[name] = tensor.contiguous(memory_format=memory_format) if tensor.dim() == 4 else tensor

    def forward(self, images):
        values = {**self.tensors, self.graph.input: images, "": None}
        for node in self.graph.nodes:
            values[node.output] = self.run(node, [values[name] for name in node.inputs])
        return values[self.graph.output].float()

    def run(self, node, inputs):
        x = inputs[0]
        if node.kind in ELEMENTWISE:
            return ELEMENTWISE[node.kind](*inputs)
        if node.kind == "Clip" and len(inputs) > 1:
            return torch.clamp(x, *(bound if bound is None else bound.item() for bound in inputs[1:]))
        if node.kind in WITH_SETTINGS:
            return WITH_SETTINGS[node.kind](x, node.settings)
        if node.kind in REDUCTIONS:
            axes = reduced_axes(node, inputs, x.dim())
            return REDUCTIONS[node.kind](x, dim=axes, keepdim=bool(node.settings.get("keepdims", 1)))
        special = getattr(self, node.kind, None)
        if special is None:
            raise node.unsupported("no such operator for engine=pytorch; add it to benchmarks/peers/bench_torch.py")
        return special(node, *inputs)

    # from here on each method is the ONNX operator of its name

    def Conv(self, node, x, weight, bias=None):
        window = self.graph.window(node)
        groups = node.settings.get("group", 1)
        x, padding = padded(x, window, 0.0)
        return F.conv2d(x, weight, bias, window.strides, padding, window.dilations, groups)

    def BatchNormalization(self, node, x, weight, bias, mean, variance):
        return F.batch_norm(x, mean, variance, weight, bias, eps=node.settings.get("epsilon", 1e-5))

    def LayerNormalization(self, node, x, weight, bias=None):
        if node.settings.get("axis", -1) not in (-1, x.dim() - 1):
            raise node.unsupported("over the last axis only")
        return F.layer_norm(x, weight.shape, weight, bias, node.settings.get("epsilon", 1e-5))

    def MaxPool(self, node, x):
        window = self.graph.window(node)
        x, padding = padded(x, window, float("-inf"), most=tuple(size // 2 for size in window.kernel))
        return F.max_pool2d(x, window.kernel, window.strides, padding, window.dilations)

    def AveragePool(self, node, x):
        window = self.graph.window(node)
        if window.dilations != (1, 1):
            raise node.unsupported("dilations")
        x, padding = padded(x, window, 0.0, most=tuple(size // 2 for size in window.kernel))
        means = F.avg_pool2d(x, window.kernel, window.strides, padding)
        scale = self.graph.average_scale(node, window)
        return means if scale is None else means * torch.from_numpy(scale).to(means.dtype)

    def GlobalAveragePool(self, node, x):
        return F.adaptive_avg_pool2d(x, 1)

    def GlobalMaxPool(self, node, x):
        return torch.amax(x, (2, 3), keepdim=True)

    def Gemm(self, node, a, b, c=None):
        a = a.T if node.settings.get("transA", 0) else a
        b = b.T if node.settings.get("transB", 0) else b
        alpha, beta = node.settings.get("alpha", 1.0), node.settings.get("beta", 1.0)
        if c is None:
            return alpha * torch.mm(a, b)
        return torch.addmm(c, a, b, beta=beta, alpha=alpha)

    def MatMul(self, node, a, b):
        return torch.matmul(a, b)

    def Concat(self, node, *parts):
        return torch.cat(parts, node.settings["axis"])

    def Cast(self, node, x):
        target = CASTS.get(node.settings["to"])
        if target is None:
            raise node.unsupported(f"to type {node.settings['to']}")
        return x.to(self.precision if target == torch.float32 else target)

    def Flatten(self, node, x):
        if node.settings.get("axis", 1) != 1:
            raise node.unsupported("axis 1 only")
        return torch.flatten(x, 1)

    def Reshape(self, node, x, *_):
        shape = self.graph.shapes.get(node.output, (None, None))
        if None in shape[1:]:
            raise node.unsupported(f"its result must have a fixed shape but for the first dimension, and has {list(shape)}")
        return x.reshape(-1, *shape[1:])

    Squeeze = Unsqueeze = Reshape

    def Pad(self, node, x, pads=None, value=None, *_):
        if node.settings.get("mode", b"constant") != b"constant" or len(node.inputs) > 3:
            raise node.unsupported("constant mode without axes only")
        ends = node.settings["pads"] if pads is None else pads.tolist()
        pairs = [(ends[axis], ends[axis + x.dim()]) for axis in range(x.dim())]
        fill = node.settings.get("value", 0.0) if value is None else value.item()
        return F.pad(x, [end for pair in pairs[::-1] for end in pair], value=fill)


def padded(x, window, fill, most=None):
    """The input and the padding left to the operator, which takes the same on both sides only, and a pool no more than most."""
    if window.symmetric and (most is None or all(pad <= limit for pad, limit in zip(window.before, most))):
        return x, window.before
    (top, left), (bottom, right) = window.before, window.after
    return F.pad(x, (left, right, top, bottom), value=fill), (0, 0)
