"""Fine-tunes all of an ONNX ResNet with eager PyTorch in fp32: the other side of TuneComparison.

The same graph with the same weights, node by node, as torch modules: what somebody gets who writes the training loop by
hand. BatchNorm keeps its statistics, as is usual on small sets, and so does Terzi's side. Every step takes other pixels
from a uint8 array, normalises them, and updates all weights with SGD and momentum.

Prints one JSON object a line, which terzi.benchmarks.Paired reads:
    {"info": {...}}                              versions and settings
    {"metric": "step_seconds", "value": 3.2}     mean over the steps but the first
    {"metric": "step_cpu_seconds", "value": 6.1} processor time of all threads, for the same steps
    {"metric": "peak_rss_mib", "value": 2812.5}  at the end
"""

import argparse
import json
import pathlib
import time

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import nn


class Graph(nn.Module):
    """An ONNX graph of the operators that a ResNet has, run node by node."""

    def __init__(self, path):
        super().__init__()
        graph = onnx.load(path).graph
        values = {t.name: torch.from_numpy(numpy_helper.to_array(t).copy()) for t in graph.initializer}
        self.output = graph.output[0].name
        self.input = graph.input[0].name
        self.nodes, self.layers = [], nn.ModuleDict()
        for number, node in enumerate(graph.node):
            settings = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
            layer = self.layer(node, settings, values)
            if layer is not None:
                self.layers[str(number)] = layer
            self.nodes.append((str(number), node.op_type, list(node.input), node.output[0], settings))

    @staticmethod
    def layer(node, settings, values):
        if node.op_type == "Conv":
            weight = values[node.input[1]]
            pads = settings.get("pads", [0, 0, 0, 0])
            if pads[:2] != pads[2:]:
                raise SystemExit(f"{node.name}: pads {pads} differ on both sides")
            conv = nn.Conv2d(weight.shape[1], weight.shape[0], weight.shape[2:], settings.get("strides", [1, 1]),
                             tuple(pads[:2]), bias=len(node.input) > 2)
            conv.weight.data.copy_(weight)
            if len(node.input) > 2:
                conv.bias.data.copy_(values[node.input[2]])
            return conv
        if node.op_type == "BatchNormalization":
            norm = nn.BatchNorm2d(len(values[node.input[1]]), eps=settings["epsilon"])
            for target, name in zip((norm.weight.data, norm.bias.data, norm.running_mean, norm.running_var), node.input[1:]):
                target.copy_(values[name])
            return norm.eval()
        if node.op_type == "Gemm":
            weight = values[node.input[1]]
            if not settings.get("transB", 0):
                weight = weight.T
            dense = nn.Linear(weight.shape[1], weight.shape[0])
            dense.weight.data.copy_(weight)
            dense.bias.data.copy_(values[node.input[2]])
            return dense
        if node.op_type == "MaxPool":
            return nn.MaxPool2d(settings["kernel_shape"], settings["strides"], settings.get("pads", [0])[0])
        return None

    def forward(self, x):
        values = {self.input: x}
        for number, kind, inputs, output, settings in self.nodes:
            given = values[inputs[0]]
            if number in self.layers:
                result = self.layers[number](given)
            elif kind == "Relu":
                result = torch.relu(given)
            elif kind == "Add":
                result = given + values[inputs[1]]
            elif kind == "GlobalAveragePool":
                result = given.mean((2, 3), keepdim=True)
            elif kind == "Flatten":
                result = torch.flatten(given, settings.get("axis", 1))
            else:
                raise SystemExit(f"{kind}: not an operator of a ResNet")
            values[output] = result
        return values[self.output]


def peak_rss_mib():
    for line in pathlib.Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024


def main():
    options = argparse.ArgumentParser(description="Full fine-tuning of a ResNet with eager PyTorch, for comparison")
    options.add_argument("--network", type=pathlib.Path, required=True, help="ONNX file")
    options.add_argument("--steps", type=int, default=8, help="the first one is not measured")
    options.add_argument("--batch", type=int, default=16)
    options.add_argument("--size", type=int, default=224)
    options.add_argument("--threads", type=int, default=2)
    args = options.parse_args()

    torch.set_num_threads(args.threads)
    torch.manual_seed(1)
    model = Graph(args.network)
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-3, momentum=0.9)
    loss = nn.CrossEntropyLoss()
    count = 4 * args.batch
    pixels = torch.from_numpy(np.random.default_rng(1).integers(0, 256, (count, 3, args.size, args.size), np.uint8))
    labels = torch.arange(count) % 3
    mean = torch.tensor([103.939, 116.779, 123.68]).view(1, 3, 1, 1)
    print(json.dumps({"info": {"side": "python", "torch": torch.__version__, "threads": torch.get_num_threads()}}))
    seconds, cpu = [], []
    for step in range(args.steps):
        started, cpu_started = time.perf_counter(), time.process_time()
        chosen = torch.randperm(count)[: args.batch]
        x = pixels.index_select(0, chosen).to(torch.float32).sub_(mean)
        optimizer.zero_grad(set_to_none=True)
        loss(model(x), labels.index_select(0, chosen)).backward()
        optimizer.step()
        seconds.append(time.perf_counter() - started)
        cpu.append(time.process_time() - cpu_started)
    for name, values in (("step_seconds", seconds), ("step_cpu_seconds", cpu)):
        print(json.dumps({"metric": name, "value": sum(values[1:]) / len(values[1:])}), flush=True)
    print(json.dumps({"metric": "peak_rss_mib", "value": peak_rss_mib()}), flush=True)


if __name__ == "__main__":
    main()
