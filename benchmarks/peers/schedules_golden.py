"""Golden values for Terzi's learning-rate schedules at every step, computed by PyTorch.

    python benchmarks/peers/schedules_golden.py > modules/training/src/test/resources/terzi/training/run/schedules_golden.json

Each case names the schedule's settings, steps per epoch and epochs, and lists the rate of every step. Made with PyTorch 2.7.1.
"""

import itertools
import json
import warnings

import torch

warnings.simplefilter("ignore")
s = torch.optim.lr_scheduler
BASE = 0.1


def optimizer():
    return torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=BASE)


def rates(o, schedule, steps):
    values = []
    for i in range(steps):
        values.append(o.param_groups[0]["lr"])
        o.step()
        if i + 1 < steps:
            schedule.step()
    return values


def cosine(per_epoch, epochs, warmup_epochs, fraction):
    o = optimizer()
    total, warmup = per_epoch * epochs, round(warmup_epochs * per_epoch)
    if warmup == total:
        return rates(o, s.LinearLR(o, 1 / warmup, total_iters=warmup - 1), total)
    # PyTorch's schedules share a rate, so that both parts are made by themselves and put one after the other
    before = [] if warmup == 0 else rates(o, s.LinearLR(o, 1 / warmup, total_iters=max(1, warmup - 1)), warmup)
    if warmup == 1:
        before = [BASE]
    o = optimizer()
    return before + rates(o, s.CosineAnnealingLR(o, T_max=total - warmup, eta_min=BASE * fraction), total - warmup)


def one_cycle(per_epoch, epochs, up, start, end):
    o = optimizer()
    schedule = s.OneCycleLR(
        o,
        max_lr=BASE,
        total_steps=per_epoch * epochs,
        pct_start=up,
        div_factor=start,
        final_div_factor=end,
        cycle_momentum=False,
    )
    return rates(o, schedule, per_epoch * epochs)


def step(per_epoch, epochs, every, factor):
    o = optimizer()
    by_epoch = rates(o, s.StepLR(o, step_size=every, gamma=factor), epochs)
    return [rate for rate in by_epoch for _ in range(per_epoch)]


SIZES = [(1, 6), (3, 4), (7, 2)]
cases = []
for (per_epoch, epochs), warmup, fraction in itertools.product(SIZES, [0, 0.34, 1, 2], [0, 0.1]):
    cases.append(["cosine", per_epoch, epochs, [warmup, fraction], cosine(per_epoch, epochs, warmup, fraction)])
for (per_epoch, epochs), (up, start, end) in itertools.product(
    SIZES, [(0.3, 25, 1e4), (0.0, 10, 100), (1.0, 4, 2), (0.5, 1, 1)]
):
    cases.append(["oneCycle", per_epoch, epochs, [up, start, end], one_cycle(per_epoch, epochs, up, start, end)])
for (per_epoch, epochs), every, factor in itertools.product(SIZES, [1, 2, 5], [0.5, 1]):
    cases.append(["step", per_epoch, epochs, [every, factor], step(per_epoch, epochs, every, factor)])


def plateau(mode, patience, factor, threshold, minimum, values):
    o = optimizer()
    schedule = s.ReduceLROnPlateau(
        o, mode=mode, factor=factor, patience=patience, threshold=threshold, min_lr=minimum
    )
    found = []
    for value in values:
        schedule.step(value)
        found.append(o.param_groups[0]["lr"])
    return found


generator = torch.Generator().manual_seed(1)
plateaus = []
for mode, patience, factor, threshold, minimum in itertools.product(
    ["min", "max"], [0, 1, 3], [0.5, 0.1], [0, 0.05], [0, 0.02]
):
    values = torch.round(torch.rand(14, generator=generator) * 20 + 1).div(20).tolist()
    after = plateau(mode, patience, factor, threshold, minimum, values)
    plateaus.append([mode, patience, factor, threshold, minimum, values, after])
# a value that lies at the threshold exactly is not an improvement, and a rate that is as good as 0 is left alone
plateaus.append(["min", 0, 0.5, 0.5, 0, [4, 2, 1, 0.25], plateau("min", 0, 0.5, 0.5, 0, [4, 2, 1, 0.25])])
plateaus.append(["max", 0, 0.5, 0.5, 0, [2, 3, 4.6, 4], plateau("max", 0, 0.5, 0.5, 0, [2, 3, 4.6, 4])])
small = [1.0] * 12
plateaus.append(["min", 0, 0.1, 0, 0, small, plateau("min", 0, 0.1, 0, 0, small)])

print(json.dumps({"torch": torch.__version__, "base": BASE, "rates": cases, "plateaus": plateaus}))
