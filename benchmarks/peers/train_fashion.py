"""Trains the 538,346-parameter Fashion-MNIST network with PyTorch: the other side of EpochComparison.

Meant as an honest competitor: the set lies in memory as uint8 and is selected by index, normalised batch by batch;
Adam is the fused kernel; gradients are dropped instead of zeroed. What is timed is what Terzi's side times: the training
steps of an epoch from shuffling to the last update.

Prints one JSON object a line, which terzi.benchmarks.Paired reads:
    {"info": {...}}                                versions and settings
    {"mark": "first_step"}                         the reader notes the time since it started this process
    {"metric": "epoch_seconds", "value": 12.3}     once an epoch; the first one's name is first_epoch_seconds
    {"metric": "epoch_cpu_seconds", "value": 24.1} processor time of all threads, in all epochs but the first
    {"metric": "peak_rss_mib", "value": 812.5}     at the end
"""

import argparse
import gzip
import json
import pathlib
import time

import numpy as np
import torch
from torch import nn

MEAN, STD = 0.2860, 0.3530  # of the 60,000 training images, pixels scaled to 0..1
LAYOUTS = {"contiguous": torch.contiguous_format, "channels_last": torch.channels_last}


def network():
    """'valid' 3x3 convolutions; normalisation after the activation of the 1st, 3rd and 5th."""
    def conv(inputs, outputs):
        return [nn.Conv2d(inputs, outputs, 3), nn.ReLU()]

    return nn.Sequential(
        *conv(1, 32), nn.BatchNorm2d(32), *conv(32, 32), nn.MaxPool2d(2), nn.Dropout(0.25),
        *conv(32, 64), nn.BatchNorm2d(64), *conv(64, 64), nn.MaxPool2d(2), nn.Dropout(0.25),
        *conv(64, 128), nn.BatchNorm2d(128), nn.Dropout(0.25), nn.Flatten(),
        nn.Linear(512, 512), nn.ReLU(), nn.BatchNorm1d(512), nn.Dropout(0.5),
        nn.Linear(512, 256), nn.ReLU(), nn.Dropout(0.5),
        nn.Linear(256, 10))


def keras_parameters(model):
    """Keras counts the running mean and variance of BatchNorm as (non-trainable) parameters."""
    running = sum(b.numel() for name, b in model.named_buffers() if name.endswith(("running_mean", "running_var")))
    return sum(p.numel() for p in model.parameters()) + running


def idx(path):
    data = gzip.open(path).read() if path.suffix == ".gz" else path.read_bytes()
    rank = data[3]
    shape = np.frombuffer(data, ">i4", rank, 4)
    return np.frombuffer(data, np.uint8, offset=4 + 4 * rank).reshape(shape)


def read(folder, part):
    found = {kind: next((f for f in folder.iterdir() if f.name.startswith(f"{part}-{kind}")), None)
             for kind in ("images", "labels")}
    if None in found.values():
        raise SystemExit(f"{folder}: no IDX files named {part}-images* and {part}-labels*; pass --data")
    images = torch.from_numpy(idx(found["images"]).copy()).unsqueeze(1)
    return images, torch.from_numpy(idx(found["labels"]).astype(np.int64))


def peak_rss_mib():
    for line in pathlib.Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024


def say(**line):
    print(json.dumps(line), flush=True)


class Training:
    """A new network, its optimizer, and the step that trains it."""

    def __init__(self, args, images, labels, layout):
        self.images, self.labels, self.layout, self.batch = images, labels, layout, args.batch
        self.bf16 = args.precision == "bf16"
        self.model = network().to(memory_format=layout)
        self.forward = torch.compile(self.model) if args.compile else self.model
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=1e-3, fused=True)
        self.loss = nn.CrossEntropyLoss()

    def batches(self, limit):
        order = torch.randperm(len(self.images))
        return order[: limit * self.batch].split(self.batch) if limit else order.split(self.batch)

    def prepare(self, pixels):
        return pixels.to(torch.float32).div_(255).sub_(MEAN).div_(STD).contiguous(memory_format=self.layout)

    def step(self, chosen):
        x = self.prepare(self.images.index_select(0, chosen))
        with torch.autocast("cpu", torch.bfloat16, enabled=self.bf16):
            logits = self.forward(x)
        loss = self.loss(logits.float(), self.labels.index_select(0, chosen))
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        self.optimizer.step()
        return loss.detach()


def fastest_layout(args, images, labels):
    trials = {name: Training(args, images, labels, layout) for name, layout in LAYOUTS.items()}
    best = dict.fromkeys(trials, float("inf"))
    for _ in range(8):  # in turn, the best of each: other work on the machine only ever adds time
        for name, trial in trials.items():
            chosen = trial.batches(1)[0]
            started = time.perf_counter()
            trial.step(chosen)
            best[name] = min(best[name], time.perf_counter() - started)
    return LAYOUTS[min(best, key=best.get)]


def main():
    options = argparse.ArgumentParser(description="Fashion-MNIST with PyTorch, for comparison")
    options.add_argument("--data", type=pathlib.Path, default=pathlib.Path("/usr/share/datasets/fashion-mnist"))
    options.add_argument("--epochs", type=int, default=2)
    options.add_argument("--steps", type=int, default=0, help="steps in an epoch; 0 = the whole set")
    options.add_argument("--batch", type=int, default=128)
    options.add_argument("--threads", type=int, default=2)
    options.add_argument("--precision", choices=["fp32", "bf16"], default="fp32")
    options.add_argument("--layout", choices=["auto", "contiguous", "channels_last"], default="auto",
                         help="auto: the faster of both in a short trial, which counts for nothing else")
    options.add_argument("--compile", action="store_true", help="torch.compile (needs a C++ compiler)")
    options.add_argument("--test", action="store_true", help="measure the accuracy on the test images at the end")
    args = options.parse_args()

    torch.set_num_threads(args.threads)
    torch.manual_seed(1)
    images, labels = read(args.data, "train")
    parameters = keras_parameters(network())
    if parameters != 538346:
        raise SystemExit(f"the network has {parameters} parameters, expected 538346: not the one to compare with")

    trainer = Training(args, images, labels, LAYOUTS.get(args.layout, torch.contiguous_format))
    order = trainer.batches(args.steps)
    trainer.step(order[0])
    say(mark="first_step")
    if args.layout == "auto":
        trainer = Training(args, images, labels, fastest_layout(args, images, labels))
    layout = next(name for name, value in LAYOUTS.items() if value == trainer.layout)
    say(info={"side": "python", "torch": torch.__version__, "numpy": np.__version__, "parameters": parameters,
              "precision": args.precision, "layout": layout, "compile": args.compile,
              "threads": torch.get_num_threads()})
    for epoch in range(args.epochs):
        started, cpu = time.perf_counter(), time.process_time()
        total = torch.zeros(())
        order = trainer.batches(args.steps)
        for chosen in order:
            total += trainer.step(chosen)
        mean = float(total) / len(order)
        say(metric="epoch_seconds" if epoch else "first_epoch_seconds", value=time.perf_counter() - started,
            epoch=epoch + 1, steps=len(order), loss=mean)
        if epoch:
            say(metric="epoch_cpu_seconds", value=time.process_time() - cpu)
    if args.test:
        trainer.model.eval()
        test_images, test_labels = read(args.data, "t10k")
        with torch.inference_mode():
            right = sum(int((trainer.model(trainer.prepare(x)).argmax(1) == y).sum())
                        for x, y in zip(test_images.split(1000), test_labels.split(1000)))
        say(metric="test_accuracy", value=right / len(test_labels))
    say(metric="peak_rss_mib", value=peak_rss_mib())


if __name__ == "__main__":
    main()
