"""Writes the files that StateDictTest reads, by PyTorch itself, and what is in them.

    python benchmarks/peers/state_dict_fixtures.py modules/backbones/src/test/resources/torch

Needs torch; the committed files were written by 2.7.1. `expected.json` has for each file its tensors by name: element
type, shape and the elements in row-major order, as PyTorch's `tolist()` states them.
"""

import json
import os
import sys
from collections import OrderedDict
from pathlib import Path

import torch

TYPES = dict(
    float32=torch.float32, float16=torch.float16, bfloat16=torch.bfloat16, float64=torch.float64, int64=torch.int64,
    int32=torch.int32, int16=torch.int16, int8=torch.int8, uint8=torch.uint8, bool=torch.bool,
)  # fmt: skip


def tensors():
    state = OrderedDict()
    for name, kind in TYPES.items():
        state["types." + name] = (torch.arange(6).reshape(2, 3) * 5 - 5).abs().to(kind)
    state["fractions"] = torch.tensor([0.1, -1.5, 3e-39, float("inf"), 65504.0])
    base = torch.arange(24, dtype=torch.float32).reshape(2, 3, 4)
    state["base"] = base
    state["slice"] = base[1]
    state["transposed"] = base.permute(2, 0, 1)
    state["every_second"] = base[:, 1:, ::2]
    state["expanded"] = torch.tensor([7.0, 8.0]).unsqueeze(1).expand(2, 3)
    state["scalar"] = torch.tensor(42)
    state["empty"] = torch.zeros(0, 3)
    state["parameter"] = torch.nn.Parameter(torch.tensor([1.0, 2.0]))
    state["grüße"] = torch.tensor([1.0])
    return state


class Command:
    def __reduce__(self):
        return os.system, ("touch /tmp/terzi-must-not-exist",)


def network():
    torch.manual_seed(0)
    return torch.nn.Sequential(torch.nn.Conv2d(3, 2, 3), torch.nn.BatchNorm2d(2))


def checkpoint():
    net = network()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
    net(torch.ones(1, 3, 5, 5)).square().sum().backward()
    optimizer.step()
    return {
        "epoch": 3, "best": 0.75, "name": "tiny", "done": False, "big": 1 << 40, "nothing": None, "shape": torch.Size([2, 3]),
        "state_dict": net.state_dict(), "optimizer": optimizer.state_dict(), "history": [torch.tensor([1.0]), (2, 3)],
    }  # fmt: skip


def flat(value, name=""):
    if isinstance(value, torch.Tensor):
        return {name: value}
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, (list, tuple)) else []
    found = {}
    for key, inner in items:
        found.update(flat(inner, f"{name}.{key}" if name else str(key)))
    return found


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    expected = {}

    def write(name, value, **options):
        torch.save(value, folder / name, **options)
        expected[name] = {
            key: dict(
                type=str(tensor.dtype).removeprefix("torch."),
                shape=list(tensor.shape),
                values=[str(v) for v in tensor.detach().double().flatten().tolist()],
            )
            for key, tensor in flat(value).items()
        }

    write("zip.pth", tensors())
    write("protocol4.pth", tensors(), pickle_protocol=4)
    write("legacy.pth", tensors(), _use_new_zipfile_serialization=False)
    write("checkpoint.pth", checkpoint())
    (folder / "expected.json").write_text(json.dumps(expected, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")

    # what must be refused
    torch.save({"weight": torch.ones(2), "evil": Command()}, folder / "command.pth")
    torch.save({"weight": torch.ones(2), "evil": Command()}, folder / "command-legacy.pth", _use_new_zipfile_serialization=False)
    torch.save(network(), folder / "module.pth")
    torch.jit.script(torch.nn.ReLU()).save(folder / "script.pt")
    torch.save({"weight": torch.ones(2, dtype=torch.complex64).to_sparse()}, folder / "sparse.pth")
    for file in sorted(folder.iterdir()):
        print(file.name, file.stat().st_size)


main(Path(sys.argv[1]))
