"""Writes the reference values that terzi.evaluation.LabelErrors is tested against.

Ranks are scipy's, neighbours scikit-learn's, the confident joint cleanlab's. Made with scipy 1.17.1, scikit-learn 1.9.1,
cleanlab 2.9.0 and numpy 2.4.6. Run from the repository root, then commit the file it writes:

    python benchmarks/peers/label_errors_golden.py
"""

import json
import pathlib

import numpy as np
from cleanlab.count import compute_confident_joint
from scipy.stats import rankdata
from sklearn.neighbors import NearestNeighbors

TARGET = pathlib.Path("modules/evaluation/src/test/resources/terzi/evaluation/label_errors.json")
GRID = 4096  # probabilities are multiples of 1/4096: exact in float32 and short in JSON


def case(random, sizes, dims, spread, flipped):
    """Images around the centre of their class; a share of the labels is exchanged for any other."""
    classes = len(sizes)
    truth = random.permutation(np.repeat(np.arange(classes), sizes))
    centres = random.normal(size=(classes, dims))
    features = np.round(centres[truth] + spread * random.normal(size=(len(truth), dims)), 2)
    logits = -((features[:, None] - centres) ** 2).sum(2) + random.normal(size=(len(truth), classes))
    p = np.exp(logits - logits.max(1, keepdims=True))
    grid = np.floor(p / p.sum(1, keepdims=True) * GRID)
    grid[np.arange(len(truth)), grid.argmax(1)] += GRID - grid.sum(1)
    p = grid / GRID
    labels = truth.copy()
    moved = random.choice(len(truth), flipped, replace=False)
    labels[moved] = (truth[moved] + random.integers(1, classes, flipped)) % classes

    rows = np.arange(len(labels))
    unit = features / np.linalg.norm(features, axis=1, keepdims=True)
    neighbors = NearestNeighbors(n_neighbors=11, metric="cosine", algorithm="brute").fit(unit).kneighbors(unit)[1]
    counts = np.bincount(labels, minlength=classes)
    agreement = []
    for i in rows:
        others = [j for j in neighbors[i] if j != i][: min(10, counts[labels[i]] - 1)]
        agreement.append(float(np.mean(labels[others] == labels[i])) if others else 0.0)
    logs = np.log(np.maximum(p, np.finfo(float).eps))
    own = logs[rows, labels]
    logs[rows, labels] = -np.inf
    scaled = lambda values: (rankdata(values) - 1) / (len(values) - 1)  # noqa: E731
    margin = own - np.maximum(logs.max(1), np.log(np.finfo(float).eps))
    joint = compute_confident_joint(labels, p, calibrate=False)
    return {
        "labels": labels.tolist(), "features": features.tolist(), "probabilities": p.tolist(), "agreement": agreement,
        "margin_scores": scaled(margin).tolist(), "scores": ((scaled(margin) + scaled(agreement)) / 2).tolist(),
        "estimate": int(joint.sum() - np.trace(joint)),
    }


def main():
    random = np.random.default_rng(20261130)
    cases = [case(random, [30, 30, 30], 4, 0.6, 9), case(random, [40, 25, 6, 9], 6, 0.8, 12),
             case(random, [20, 20], 3, 0.3, 0)]
    TARGET.write_text(json.dumps(cases, separators=(",", ":")).replace('{"labels"', '\n{"labels"') + "\n")
    print(f"wrote {TARGET}, {TARGET.stat().st_size} bytes", [one["estimate"] for one in cases])


if __name__ == "__main__":
    main()
