"""Writes the golden figures that terzi.evaluation is tested against.

Made by scikit-learn, scipy, statsmodels and numpy from seeded random answers; where none of them has the metric (ECE),
by the definition written out here. The file names their versions; it was made with scikit-learn 1.9.1, scipy 1.17.1,
statsmodels 0.15.0 and numpy 2.4.6. Run from the repository root, then commit the file it writes:

    python benchmarks/peers/metrics_golden.py
"""

import json
import math
import pathlib
import warnings

import numpy as np
import scipy
import sklearn
import statsmodels
from scipy.optimize import minimize_scalar
from scipy.special import logsumexp
from scipy.stats import binomtest
from sklearn import metrics
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests

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


def report(labels, truth, predicted):
    """Only what can be said of answers without probabilities; the averages to the last bit."""
    every = list(range(len(labels)))
    return {
        "labels": labels,
        "truth": truth.tolist(),
        "predicted": predicted.tolist(),
        "report": metrics.classification_report(
            truth, predicted, labels=every, target_names=labels, digits=4, zero_division=0),
        "macro": [float(v) for v in metrics.precision_recall_fscore_support(
            truth, predicted, labels=every, average="macro", zero_division=0)[:3]],
        "weighted": [float(v) for v in metrics.precision_recall_fscore_support(
            truth, predicted, labels=every, average="weighted", zero_division=0)[:3]],
    }


def reports(random):
    """Cases in which adding the classes one after the other prints another last digit, and cases of many classes."""
    found = []
    while len(found) < 6:
        classes = int(random.integers(8, 13))
        truth = random.integers(0, classes, int(random.integers(10, 60)))
        predicted = np.where(random.random(len(truth)) < 0.5, truth, random.integers(0, classes, len(truth)))
        matrix = np.zeros((classes, classes))
        np.add.at(matrix, (truth, predicted), 1)
        hit, answered, support = matrix.diagonal(), matrix.sum(0), matrix.sum(1)
        for denominator in (answered, support, (answered + support) / 2):
            values = np.divide(hit, denominator, out=np.zeros(classes), where=denominator > 0)
            one_by_one = 0.0
            for value in values:
                one_by_one += float(value)
            if f"{one_by_one / classes:.4f}" != f"{values.mean():.4f}" and hit.any():
                found.append(report([f"c{c}" for c in range(classes)], truth, predicted))
                break
    for classes, size in ((7, 40), (8, 40), (16, 60), (23, 90), (128, 300), (129, 300), (300, 500)):
        truth = random.integers(0, classes, size)
        predicted = np.where(random.random(size) < 0.7, truth, random.integers(0, classes, size))
        found.append(report([f"c{c}" for c in range(classes)], truth, predicted))
    return found


def ranks(random):
    """Scores with many ties, and the curves through them."""
    cases = []
    for size, levels in ((12, 4), (40, 5), (60, 1000), (9, 1)):
        truth = (random.random(size) < 0.4).astype(int)
        truth[0], truth[1] = 1, 0
        scores = random.integers(0, levels, size) / 1024
        false_positives, recall, _ = metrics.roc_curve(truth, scores, drop_intermediate=False)
        precision, _, _ = metrics.precision_recall_curve(truth, scores)
        cases.append({
            "truth": truth.tolist(),
            "scores": scores.tolist(),
            "area": metrics.roc_auc_score(truth, scores),
            "average_precision": metrics.average_precision_score(truth, scores),
            "false_positives": false_positives.tolist(),
            "recall": recall.tolist(),
            "precision": precision[::-1].tolist(),
        })
    return cases


def paired(random):
    """Two classifiers on the same images; class 3 has no image and is never answered, class 4 is only answered."""
    every = list(range(5))
    truth = random.integers(0, 3, 80)
    cases = []
    for skills in ((0.6, 0.8), (0.9, 0.5)):
        probabilities = []
        for skill in skills:
            p = np.full((80, 5), 32)
            best = np.where(random.random(80) < skill, truth, random.choice([0, 1, 2, 4], 80))
            p[np.arange(80), best] += 4096 - 5 * 32
            probabilities.append(p / 4096)
        first, second = (p.argmax(1) for p in probabilities)
        table = [[int(((first == truth) & (second == truth)).sum()), int(((first == truth) & (second != truth)).sum())],
                 [int(((first != truth) & (second == truth)).sum()), int(((first != truth) & (second != truth)).sum())]]
        cases.append({
            "truth": truth.tolist(),
            "first": probabilities[0].tolist(),
            "second": probabilities[1].tolist(),
            "accuracy": metrics.accuracy_score(truth, second) - metrics.accuracy_score(truth, first),
            "macro_f1": metrics.f1_score(truth, second, labels=every, average="macro", zero_division=0)
            - metrics.f1_score(truth, first, labels=every, average="macro", zero_division=0),
            "log_loss": metrics.log_loss(truth, probabilities[1], labels=every)
            - metrics.log_loss(truth, probabilities[0], labels=every),
            "only_first": table[0][1],
            "only_second": table[1][0],
            "p": float(mcnemar(table, exact=True).pvalue),
        })
    return cases


def holm(only_first, only_second):
    """McNemar's exact p-values of pairs of counts, and the same after Holm."""
    raw = [float(mcnemar([[0, b], [c, 0]], exact=True).pvalue) for b, c in zip(only_first, only_second)]
    return {"only_first": only_first, "only_second": only_second, "p": raw,
            "adjusted": multipletests(raw, method="holm")[1].tolist()}


def main():
    random = np.random.default_rng(20261122)
    names = ["T-shirt/top", "trouser", "pullover", "dress", "Çanta", "sandal", "an ankle boot with a long name"]
    # class 4 is never answered, class 5 has no image, class 3 is rare
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
        "made_with": {"scikit-learn": sklearn.__version__, "scipy": scipy.__version__,
                      "statsmodels": statsmodels.__version__, "numpy": np.__version__},
        "cases": [uneven, two, halves, wrong],
        "wilson": [{"successes": k, "trials": n, "interval": wilson(k, n)}
                   for k, n in [(0, 1), (1, 1), (0, 30), (30, 30), (1, 2), (9340, 10000), (7, 611), (123456, 654321)]],
        "mcnemar": [{"only_first": b, "only_second": c, "p": binomtest(min(b, c), b + c, 0.5).pvalue}
                    for b, c in [(0, 1), (1, 1), (0, 6), (3, 15), (40, 61), (250, 250), (900, 1100), (0, 400)]],
        "temperature": [temperature("overconfident", random, 5, 120, 2.5),
                        temperature("timid", random, 3, 80, 0.3)],
        "reports": reports(random),
        "ranks": ranks(random),
        "paired": paired(random),
        "holm": [holm([0, 0, 3], [8, 10, 4]), holm([0, 1, 5, 2], [7, 9, 5, 12])],
        "percentiles": [{"values": values.tolist(), "interval": np.percentile(values, [2.5, 97.5]).tolist()}
                        for values in (np.round(random.normal(size=n), 3) for n in (1, 2, 3, 40, 41, 100, 2000 // 8))],
    }
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(json.dumps(golden, ensure_ascii=False, separators=(",", ":"))
                      .replace('{"name"', '\n{"name"').replace('{"labels"', '\n{"labels"') + "\n", encoding="utf-8")
    print(f"wrote {TARGET}, {TARGET.stat().st_size} bytes")


if __name__ == "__main__":
    main()
