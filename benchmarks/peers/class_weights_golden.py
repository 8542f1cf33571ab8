"""Writes scikit-learn's balanced class weights for labels with and without absent classes (see ClassWeightsTest).

A class that no label has gets no weight from scikit-learn; it is written as 0 here.

Versions: scikit-learn 1.9.1.
Usage: python benchmarks/peers/class_weights_golden.py modules/data/src/test/resources/terzi/data/class-weights.tsv
"""

import sys

import numpy as np
from sklearn.utils.class_weight import compute_class_weight

COUNTS = [[12, 3], [4, 4], [12, 3, 0, 0], [0, 7, 0, 1, 2], [0, 0, 5], [1], [100000, 1, 3], [2, 0, 9, 9, 0, 31], [6, 5, 4, 3, 2, 1]]

with open(sys.argv[1], "w", encoding="ascii", newline="\n") as file:
    for counts in COUNTS:
        labels = np.repeat(np.arange(len(counts)), counts)
        present = np.unique(labels)
        weights = np.zeros(len(counts))
        weights[present] = compute_class_weight("balanced", classes=present, y=labels)
        print(",".join(map(str, counts)), ",".join(map(repr, weights.tolist())), sep="\t", file=file)
