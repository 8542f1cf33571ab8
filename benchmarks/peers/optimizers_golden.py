"""Golden values for Terzi's optimizers and learning-rate schedules, computed by PyTorch.

    python benchmarks/peers/optimizers_golden.py > modules/training/src/test/resources/terzi/training/run/optimizers_golden.json

Two parameters, a matrix that decays and a vector that does not, take ten steps along gradients that are written to the
file too, so that a reader needs no random numbers of PyTorch's. Clipping is by global norm where `clip` is not 0.
Muon moves four parameters: filters that make a tall matrix, a wide matrix, a bias, and the last weights. PyTorch's computes
in bfloat16; here it is made to compute in float32. It needs PyTorch 2.9 or newer.
"""

import json
from unittest import mock

import torch

STEPS = 10


def gradients():
    generator = torch.Generator().manual_seed(1)
    return [
        [torch.randn(2, 3, generator=generator), torch.randn(3, generator=generator)] for _ in range(STEPS)
    ]


def initial():
    generator = torch.Generator().manual_seed(2)
    return [torch.randn(2, 3, generator=generator), torch.randn(3, generator=generator)]


def flat(tensors):
    return [t.flatten().tolist() for t in tensors]


def run(make, weight_decay, clip):
    p = [torch.nn.Parameter(t) for t in initial()]
    groups = [{"params": [p[0]], "weight_decay": weight_decay}, {"params": [p[1]], "weight_decay": 0.0}]
    optimizer = make(groups)
    values = []
    for step in gradients():
        for parameter, gradient in zip(p, step):
            parameter.grad = gradient.clone()
        if clip:
            torch.nn.utils.clip_grad_norm_(p, clip)
        optimizer.step()
        values.append(flat([t.detach() for t in p]))
    return values


def optimizers():
    o = torch.optim
    cases = {
        "sgd": (lambda g: o.SGD(g, lr=0.1), 0.0, 0.0),
        "sgd_momentum": (lambda g: o.SGD(g, lr=0.1, momentum=0.9), 0.05, 0.0),
        "sgd_nesterov_clipped": (lambda g: o.SGD(g, lr=0.1, momentum=0.9, nesterov=True), 0.05, 1.0),
        "adam": (lambda g: o.Adam(g, lr=0.01), 0.0, 0.0),
        "adam_decay": (lambda g: o.Adam(g, lr=0.01, betas=(0.8, 0.95), eps=1e-6), 0.1, 0.0),
        "adamw": (lambda g: o.AdamW(g, lr=0.01), 0.1, 0.0),
        "rmsprop": (lambda g: o.RMSprop(g, lr=0.01), 0.1, 0.0),
        "rmsprop_centered_momentum": (lambda g: o.RMSprop(g, lr=0.01, alpha=0.9, centered=True, momentum=0.8), 0.0, 0.0),
        "nadam": (lambda g: o.NAdam(g, lr=0.01), 0.1, 0.0),
    }
    return {name: run(*case) for name, case in cases.items()}


MUON_SHAPES = [(3, 1, 2, 1), (2, 3), (3,), (2, 3)]


def muon():
    """Hidden weights are moved by Muon, biases and the last weights by AdamW."""
    generator = torch.Generator().manual_seed(3)

    def tensors():
        return [torch.randn(shape, generator=generator) for shape in MUON_SHAPES]

    start = tensors()
    steps = [tensors() for _ in range(STEPS)]
    values = {}
    for name, nesterov, weight_decay in (("muon", True, 0.1), ("muon_plain", False, 0.0)):
        p = [torch.nn.Parameter(t.clone()) for t in start]
        hidden = [torch.nn.Parameter(t.detach().flatten(1)) for t in p[:2]]
        muon = torch.optim.Muon(
            hidden, lr=0.01, momentum=0.95, nesterov=nesterov, weight_decay=weight_decay, adjust_lr_fn="match_rms_adamw"
        )
        adam = torch.optim.AdamW(
            [{"params": [p[2]], "weight_decay": 0.0}, {"params": [p[3]], "weight_decay": weight_decay}], lr=0.01
        )
        values[name] = []
        for step in steps:
            for parameter, gradient in zip(hidden + p[2:], step):
                parameter.grad = gradient.reshape(parameter.shape).clone()
            with mock.patch.object(torch, "bfloat16", torch.float32):
                muon.step()
            adam.step()
            values[name].append(flat([t.detach() for t in hidden + p[2:]]))
    return {"shapes": MUON_SHAPES, "initial": flat(start), "gradients": [flat(step) for step in steps], "optimizers": values}


def rates(make, steps, metrics=None):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.1)
    schedule = make(optimizer)
    values = []
    for i in range(steps):
        values.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if metrics is None:
            schedule.step()
        else:
            schedule.step(metrics[i])
    return values


LOSSES = [1.0, 0.9, 0.89999, 0.9, 0.91, 0.5, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6, 0.4999, 0.2, 0.3]
ACCURACIES = [0.1, 0.5, 0.5, 0.50001, 0.5, 0.7, 0.6, 0.6, 0.6, 0.71, 0.6, 0.6, 0.6, 0.6, 0.6]


def schedules():
    s = torch.optim.lr_scheduler
    return {
        "step": rates(lambda o: s.StepLR(o, step_size=3, gamma=0.5), 12),
        "cosine": rates(lambda o: s.CosineAnnealingLR(o, T_max=20, eta_min=0.01), 20),
        "one_cycle": rates(
            lambda o: s.OneCycleLR(o, max_lr=0.1, total_steps=20, pct_start=0.3, cycle_momentum=False), 20
        ),
        "plateau_loss": rates(lambda o: s.ReduceLROnPlateau(o, factor=0.5, patience=2), len(LOSSES), LOSSES),
        "plateau_accuracy": rates(
            lambda o: s.ReduceLROnPlateau(o, mode="max", factor=0.1, patience=1, min_lr=1e-3),
            len(ACCURACIES),
            ACCURACIES,
        ),
    }


print(
    json.dumps(
        {
            "torch": torch.__version__,
            "initial": flat(initial()),
            "gradients": [flat(step) for step in gradients()],
            "optimizers": optimizers(),
            "muon": muon(),
            "losses": LOSSES,
            "accuracies": ACCURACIES,
            "schedules": schedules(),
        }
    )
)
