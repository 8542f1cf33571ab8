"""An ONNX network as bench_torch.py and bench_keras.py rebuild it: the nodes that its first output needs, made simple.

What is constant is computed here, a BatchNormalization behind a Conv goes into the Conv's weights (as ONNX Runtime and
TorchScript do it too), and every window gets explicit pads. What cannot be rebuilt is a NotImplementedError naming the node.
"""

from dataclasses import dataclass

import numpy as np
import onnx
from onnx import helper, numpy_helper
from onnx.reference import ReferenceEvaluator


@dataclass(frozen=True)
class Window:
    """Where the window of a Conv or a pool goes; each is a pair of (height, width)."""

    kernel: tuple
    strides: tuple
    dilations: tuple
    before: tuple
    after: tuple

    @property
    def symmetric(self):
        return self.before == self.after


@dataclass
class Node:
    name: str
    kind: str
    inputs: list  # names; "" for an optional one that is left out
    output: str
    settings: dict

    def unsupported(self, what):
        return NotImplementedError(f"node {self.name or self.output} ({self.kind}): {what}")


class Graph:
    """input: its name, of shape [N, *image]; output: the name of the logits; constants: arrays by name."""

    def __init__(self, path):
        model = onnx.shape_inference.infer_shapes(onnx.load(path), data_prop=True)
        graph = model.graph
        self.opsets = {opset.domain: opset.version for opset in model.opset_import}
        self.constants = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
        values = [*graph.input, *graph.value_info, *graph.output]
        self.shapes = {value.name: static_shape(value.type.tensor_type.shape) for value in values}
        self.input = next(value.name for value in graph.input if value.name not in self.constants)
        self.output = graph.output[0].name
        self.image = self.shapes[self.input][1:]
        if None in self.image:
            shape = [None, *self.image]
            raise NotImplementedError(f"input {self.input}: {shape} must be fixed but for the first dimension")
        self.nodes = [self.read(node) for node in needed(graph.node, self.output) if not self.computed(node)]
        self.fold_normalization()

    def computed(self, node):
        if not all(name in self.constants for name in node.input if name):
            return False
        known = {name: self.constants[name] for name in node.input if name}
        inputs = [helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(known[name].dtype), None) for name in known]
        outputs = [helper.make_empty_tensor_value_info(node.output[0])]
        opsets = [helper.make_opsetid(domain, version) for domain, version in self.opsets.items()]
        part = helper.make_model(helper.make_graph([node], "part", inputs, outputs), opset_imports=opsets)
        self.constants[node.output[0]] = ReferenceEvaluator(part).run(None, known)[0]
        return True

    @staticmethod
    def read(node):
        settings = {a.name: helper.get_attribute_value(a) for a in node.attribute}
        return Node(node.name, node.op_type, list(node.input), node.output[0], settings)

    def fold_normalization(self):
        producers = {node.output: node for node in self.nodes}
        readers = [name for node in self.nodes for name in node.inputs]
        for norm in [node for node in self.nodes if node.kind == "BatchNormalization"]:
            conv = producers.get(norm.inputs[0])
            if not (conv and conv.kind == "Conv" and readers.count(conv.output) == 1):
                continue
            weight, scale, shift, mean, variance = (
                self.constants[name].astype(np.float64) for name in (conv.inputs[1], *norm.inputs[1:])
            )
            bias = self.constants[conv.inputs[2]] if len(conv.inputs) > 2 else 0.0
            scale /= np.sqrt(variance + norm.settings.get("epsilon", 1e-5))
            folded = {"weight": weight * scale[:, None, None, None], "bias": (bias - mean) * scale + shift}
            for part, array in folded.items():
                self.constants[f"{norm.output}/{part}"] = array.astype(np.float32)
            conv.inputs[1:] = [f"{norm.output}/{part}" for part in folded]
            conv.output = norm.output
            self.nodes.remove(norm)

    def rank(self, name):
        return self.constants[name].ndim if name in self.constants else len(self.shapes[name])

    def window(self, node):
        """The window of a Conv or a pool, with the pads that auto_pad and ceil_mode ask for."""
        shape = self.shapes.get(node.inputs[0], ())
        if len(shape) != 4 or None in shape[2:]:
            raise node.unsupported(f"its input must be [N,C,height,width] with a fixed size, and is {list(shape)}")
        kernel = self.constants[node.inputs[1]].shape[2:] if node.kind == "Conv" else node.settings["kernel_shape"]
        strides, dilations = node.settings.get("strides", [1, 1]), node.settings.get("dilations", [1, 1])
        pads = node.settings.get("pads", [0, 0, 0, 0])
        auto = node.settings.get("auto_pad", b"NOTSET").decode()
        before, after = [0, 0], [0, 0]
        for axis, size in enumerate(shape[2:]):
            stride, reach = strides[axis], (kernel[axis] - 1) * dilations[axis] + 1
            if auto == "NOTSET":
                before[axis], after[axis] = pads[axis], pads[axis + 2]
            elif auto != "VALID":
                total = max((-(-size // stride) - 1) * stride + reach - size, 0)
                before[axis] = (total + (auto == "SAME_LOWER")) // 2
                after[axis] = total - before[axis]
            if node.settings.get("ceil_mode", 0):
                count = -(-(size + before[axis] + after[axis] - reach) // stride) + 1
                if (count - 1) * stride >= size + before[axis]:
                    count -= 1  # the last window would start outside
                after[axis] = max(after[axis], (count - 1) * stride + reach - size - before[axis])
        return Window(*(tuple(pair) for pair in (kernel, strides, dilations, before, after)))

    def average_scale(self, node, window):
        """What an average over windows padded with zeros is multiplied by, so that only what counts is counted: [1,1,H,W]."""
        if node.settings.get("count_include_pad", 0):
            if node.settings.get("ceil_mode", 0):
                raise node.unsupported("count_include_pad with ceil_mode")
            return None
        scale = np.ones((1, 1, 1, 1), np.float32)
        for axis, size in enumerate(self.shapes[node.inputs[0]][2:]):
            kernel, dilation = window.kernel[axis], window.dilations[axis]
            reach = (kernel - 1) * dilation + 1
            padded = size + window.before[axis] + window.after[axis]
            starts = np.arange(0, padded - reach + 1, window.strides[axis]) - window.before[axis]
            cells = starts[:, None] + np.arange(kernel) * dilation
            share = kernel / ((cells >= 0) & (cells < size)).sum(1)
            scale = scale * share.reshape((-1, 1) if axis == 0 else (1, -1))
        return None if (scale == 1).all() else scale.astype(np.float32)


def static_shape(shape):
    return tuple(d.dim_value if d.HasField("dim_value") else None for d in shape.dim)


def needed(nodes, output):
    names, found = {output}, []
    for node in reversed(nodes):
        if not names.isdisjoint(node.output):
            if not names.isdisjoint(node.output[1:]):
                raise Graph.read(node).unsupported("only its first output can be used")
            names.update(node.input)
            found.append(node)
    return found[::-1]


def reduced_axes(node, inputs, rank):
    """Axes of a reduction, from the attribute (old opsets) or the second input; all of them when none are given."""
    axes = node.settings.get("axes") or (inputs[1].tolist() if len(inputs) > 1 and inputs[1] is not None else range(rank))
    return tuple(axis % rank for axis in axes)
