"""Golden values for whole training steps of Terzi's Learner, computed by PyTorch in float64.

    python benchmarks/peers/steps_golden.py > modules/training/src/test/resources/terzi/training/run/steps_golden.json

A linear layer over 2 x 2 values learns from four rows by plain SGD: class weights, label smoothing, mixing (as in the code of
Zhang et al., 2018: each of the two labels' losses by its share), cutting (Yun et al., 2019), a teacher (Hinton et al., 2015),
clipping and a moving average, whose decay at step t, counted from 1, is min(ema, (1 + t) / (10 + t)), as TensorFlow's
ExponentialMovingAverage has it. After every step: the loss, how many answers were right, weights and averages.
Made with PyTorch 2.7.1.
"""

import json

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
STEPS = 3
RATE = 0.5
LABELS = torch.tensor([0, 2, 1, 2])
PARTNER = torch.tensor([3, 0, 1, 2])


def drawn(*shape, seed):
    return torch.round(torch.randn(*shape, generator=torch.Generator().manual_seed(seed)) * 100) / 100


ROWS = drawn(4, 1, 2, 2, seed=1)
WEIGHT = drawn(3, 4, seed=2)
BIAS = drawn(3, seed=3)
TEACHER = drawn(4, 3, seed=4) * 3


def run(weights=None, smoothing=0.0, share=1.0, box=None, mixes=False, teacher=None, clip=0.0, ema=0.0):
    weight = None if weights is None else torch.tensor(weights)
    p = [WEIGHT.clone().requires_grad_(), BIAS.clone().requires_grad_()]
    optimizer = torch.optim.SGD(p, lr=RATE)
    average = [t.detach().clone() for t in p]
    steps = []
    for t in range(1, STEPS + 1):
        x = ROWS
        if box:
            left, top, right, bottom = box
            x = x.clone()
            x[:, :, top:bottom, left:right] = ROWS[PARTNER][:, :, top:bottom, left:right]
        elif mixes:
            x = x * share + ROWS[PARTNER] * (1 - share)
        logits = F.linear(torch.flatten(x, 1), *p)

        def criterion(y):
            return F.cross_entropy(logits, y, weight=weight, label_smoothing=smoothing)

        hits = (logits.argmax(1) == LABELS).sum().item()
        loss = criterion(LABELS)
        if mixes:
            loss = share * loss + (1 - share) * criterion(LABELS[PARTNER])
            hits = share * hits + (1 - share) * (logits.argmax(1) == LABELS[PARTNER]).sum().item()
        if teacher:
            alpha, T = teacher
            apart = F.kl_div(
                F.log_softmax(logits / T, 1), F.log_softmax(TEACHER / T, 1), reduction="batchmean", log_target=True
            )
            loss = (1 - alpha) * loss + alpha * T * T * apart
        optimizer.zero_grad()
        loss.backward()
        if clip:
            torch.nn.utils.clip_grad_norm_(p, clip)
        optimizer.step()
        decay = min(ema, (1 + t) / (10 + t))
        average = [decay * a + (1 - decay) * q.detach() for a, q in zip(average, p)]
        steps.append(
            {
                "loss": loss.item(),
                "hits": hits,
                "weight": p[0].detach().flatten().tolist(),
                "bias": p[1].detach().tolist(),
                "averageWeight": average[0].flatten().tolist(),
                "averageBias": average[1].tolist(),
            }
        )
    return steps


UNEQUAL = [0.5, 2.0, 1.25]
print(
    json.dumps(
        {
            "torch": torch.__version__,
            "rate": RATE,
            "rows": ROWS.flatten().tolist(),
            "labels": LABELS.tolist(),
            "partner": PARTNER.tolist(),
            "teacher": TEACHER.flatten().tolist(),
            "weight": WEIGHT.flatten().tolist(),
            "bias": BIAS.tolist(),
            "cases": {
                "plain": run(),
                "smoothed": run(smoothing=0.1),
                "weighted": run(weights=UNEQUAL),
                "weighted_smoothed": run(weights=UNEQUAL, smoothing=0.1),
                "mixed": run(share=0.3, mixes=True),
                "mixed_weighted": run(weights=UNEQUAL, share=0.3, mixes=True),
                "cut_weighted_smoothed": run(weights=UNEQUAL, smoothing=0.1, share=0.75, mixes=True, box=(1, 0, 2, 1)),
                "taught_weighted": run(weights=UNEQUAL, teacher=(0.4, 2.0)),
                "clipped": run(clip=0.05),
                "loosely_clipped": run(clip=1000.0),
                "averaged_young": run(ema=0.99),
                "averaged": run(ema=0.2),
            },
        }
    )
)
