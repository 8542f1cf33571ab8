"""Writes the golden figures that terzi.evaluation is tested against.

Made by scikit-learn, scipy and numpy from seeded random answers; where none of them has the metric (ECE), by the
definition written out here. Run from the repository root, then commit the file it writes:

    python benchmarks/peers/metrics_golden.py
"""

import json
import math
import pathlib
import warnings

import numpy as np
import scipy
import sklearn
from scipy.optimize import minimize_scalar
from scipy.special import logsumexp
from scipy.stats import binomtest
from sklearn import metrics

TARGET = pathlib.Path("modules/evaluation/src/test/resources/terzi/evaluation/golden.json")
GRID = 4096  # probabilities are multiples of 1/4096: exact in float32 and short in JSON


def answers(random, truth, classes, skill, confidence, never=()):
    """Probabilities [N, K] on the grid, each row adding up to exactly 1, the true class tied with no other."""
    rows = []
    for t in truth:
        while True:
            logits = random.normal(size=classes) * confidence
            logits[t] += skill
            logits[list(never)] -= 30
            p = np.exp(logits - logsumexp(logits))
            grid = np.floor(p * GRID).astype(int)
            grid[np.argmax(grid)] += GRID - grid.sum()
            if (grid == grid[t]).sum() == 1 and (grid == grid.max()).sum() == 1:
                rows.append(grid / GRID)
                break
    return np.array(rows)


def expected_calibration_error(truth, p, bins=15):
    predicted = p.argmax(1)
    confidence = p.max(1)
    total = 0.0
    worst = 0.0
    for b in range(bins):
        low, high = b / bins, (b + 1) / bins
        inside = (confidence > low) & (confidence <= high)
        if inside.any():
            gap = abs((predicted == truth)[inside].mean() - confidence[inside].mean())
            total += gap * inside.mean()
            worst = max(worst, gap)
    return total, worst


def wilson(k, n):
    interval = binomtest(k, n).proportion_ci(confidence_level=0.95, method="wilson")
    return [interval.low, interval.high]


def case(name, labels, truth, p):
    every = list(range(len(labels)))
    predicted = p.argmax(1)
    precision, recall, f1, support = metrics.precision_recall_fscore_support(
        truth, predicted, labels=every, zero_division=0)
    averages = {
        kind: metrics.precision_recall_fscore_support(truth, predicted, labels=every, average=kind, zero_division=0)[:3]
        for kind in ("macro", "weighted")
    }
    ece, mce = expected_calibration_error(truth, p)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a class that was answered but never true
        balanced = metrics.balanced_accuracy_score(truth, predicted)
    top_k = {str(k): metrics.top_k_accuracy_score(truth, p, k=k, labels=every) for k in (1, 3, 5)
             if len(labels) > 2 and k < len(labels)}
    return {
        "name": name,
        "labels": labels,
        "truth": truth.tolist(),
        "probabilities": p.tolist(),
        # without a single right answer scikit-learn prints the support as a float ("10.0"), by accident: no model for us
        "report": metrics.classification_report(
            truth, predicted, labels=every, target_names=labels, digits=4, zero_division=0)
        if (truth == predicted).any() else None,
        "accuracy": metrics.accuracy_score(truth, predicted),
        "accuracy_interval": wilson(int((truth == predicted).sum()), len(truth)),
        "top_k": top_k,
        "precision": precision.tolist(),
        "recall": recall.tolist(),
        "f1": f1.tolist(),
        "support": support.tolist(),
        "macro": list(averages["macro"]),
        "weighted": list(averages["weighted"]),
        "confusion": metrics.confusion_matrix(truth, predicted, labels=every).tolist(),
        "log_loss": metrics.log_loss(truth, p, labels=every),
        "balanced_accuracy": balanced,
        "cohen_kappa": metrics.cohen_kappa_score(truth, predicted, labels=every),
        "matthews": metrics.matthews_corrcoef(truth, predicted),
        "ece": ece,
        "mce": mce,
    }


def temperature(name, random, classes, rows, scale):
    """Overconfident (scale > 1) or timid (scale < 1) logits and the temperature that scipy finds best."""
    honest = random.normal(size=(rows, classes)) * 2
    p = np.exp(honest - logsumexp(honest, axis=1, keepdims=True))
    truth = np.array([random.choice(classes, p=row) for row in p])
    logits = np.round(honest * scale, 3).astype(np.float32)

    def loss(t):
        z = logits.astype(np.float64) / t
        return float((logsumexp(z, axis=1) - z[np.arange(rows), truth]).mean())

    best = minimize_scalar(lambda log_t: loss(math.exp(log_t)), bounds=(-3, 3), method="bounded",
                           options={"xatol": 1e-12})
    return {
        "name": name,
        "logits": [[round(float(v), 3) for v in row] for row in logits],
        "truth": truth.tolist(),
        "temperature": math.exp(best.x),
        "log_loss_before": loss(1.0),
        "log_loss_after": float(best.fun),
    }


def main():
    random = np.random.default_rng(20261122)
    names = ["T-shirt/top", "trouser", "pullover", "dress", "Çanta", "sandal", "an ankle boot with a long name"]
    # class 4 is never answered, class 5 has no picture, class 3 is rare
    truth = random.choice([0, 1, 2, 3, 4, 6], size=160, p=[0.3, 0.25, 0.2, 0.05, 0.1, 0.1])
    uneven = case("uneven", names, truth, answers(random, truth, 7, 2.0, 1.5, never=[4]))

    truth = random.integers(0, 2, size=90)
    two = case("two classes", ["no", "yes"], truth, answers(random, truth, 2, 1.0, 2.0))

    # recalls of 1/32 and 3/32 lie exactly between two numbers of four digits
    truth = np.repeat([0, 1, 2], 32)
    predicted = np.array(([0] + [1] * 31) + ([1] * 3 + [2] * 29) + [2] * 32)
    p = np.full((96, 3), 0.125)
    p[np.arange(96), predicted] = 0.75
    p[np.arange(96), (predicted + 1) % 3] = 0.1875
    p[np.arange(96), (predicted + 2) % 3] = 0.0625
    halves = case("halves to round", ["a", "b", "c"], truth, p)

    truth = np.arange(40) % 4
    p = np.zeros((40, 4))
    for shift, value in ((1, 0.9375), (2, 0.046875), (3, 0.015625)):  # and 0 for the true class
        p[np.arange(40), (truth + shift) % 4] = value
    wrong = case("always wrong, sure of it", ["w", "x", "y", "z"], truth, p)

    golden = {
        "made_with": {"scikit-learn": sklearn.__version__, "scipy": scipy.__version__, "numpy": np.__version__},
        "cases": [uneven, two, halves, wrong],
        "wilson": [{"successes": k, "trials": n, "interval": wilson(k, n)}
                   for k, n in [(0, 1), (1, 1), (0, 30), (30, 30), (1, 2), (9340, 10000), (7, 611), (123456, 654321)]],
        "mcnemar": [{"only_first": b, "only_second": c, "p": binomtest(min(b, c), b + c, 0.5).pvalue}
                    for b, c in [(0, 1), (1, 1), (0, 6), (3, 15), (40, 61), (250, 250), (900, 1100), (0, 400)]],
        "temperature": [temperature("overconfident", random, 5, 120, 2.5),
                        temperature("timid", random, 3, 80, 0.3)],
    }
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(json.dumps(golden, ensure_ascii=False, separators=(",", ":")).replace('{"name"', '\n{"name"') + "\n",
                      encoding="utf-8")
    print(f"wrote {TARGET}, {TARGET.stat().st_size} bytes")


if __name__ == "__main__":
    main()
