"""Writes the reference values that terzi.training.finetune.DiscriminantFitter is tested against.

Logits are those of scikit-learn's LinearDiscriminantAnalysis with the solver 'lsqr' and a given shrinkage, fitted to the other
folds. It shrinks the covariance of each class towards tr / F of its own and adds them up by the priors. With priors that are the
shares of the classes this is the pooled covariance (divided by the number of rows) shrunk towards its own tr / F. Other priors
would weight the covariance too, which Terzi does not do, so they are put into the intercept afterwards. Made with scikit-learn
1.9.1 and numpy 2.4.6. Run from the repository root, then commit the file it writes:

    python benchmarks/peers/discriminant_golden.py
"""

import json
import pathlib
import warnings

import numpy as np
import sklearn
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.neighbors import NearestCentroid

TARGET = pathlib.Path("modules/training/src/test/resources/terzi/training/finetune/discriminant_golden.json")


def powered(x, power):
    """Standardised powers of features, divided by sqrt(F); a feature that does not vary is 0."""
    offset = 0.1 * np.abs(x).mean()
    p = np.sign(x) * ((np.abs(x) + offset) ** power - offset**power)
    deviation = p.std(0)
    varies = deviation > 1e-6
    return np.where(varies, (p - p.mean(0)) / np.where(varies, deviation, 1), 0) / np.sqrt(x.shape[1])


def logits(z, y, weights, asked, shrinkage, classes):
    """Fits to rows z; a class without rows has the lowest logit of the others."""
    known = np.unique(y)
    shares = np.array([np.mean(y == c) for c in known])
    priors = np.array([weights[c] * np.mean(y == c) for c in known])
    lda = LinearDiscriminantAnalysis(solver="lsqr", shrinkage=shrinkage, priors=shares).fit(z, y)
    assert len(known) > 2, "with two classes scikit-learn gives one logit"
    own = asked @ lda.coef_.T + lda.intercept_ - np.log(shares) + np.log(priors / priors.sum())
    out = np.repeat(own.min(1, keepdims=True), classes, 1)
    out[:, known] = own
    return out


def case(name, x, y, folds, views, classes, power, shrinkages, weights, stored=None):
    """x: [N * views, F]; y, folds: [N]; weights: of the classes."""
    z = powered(x, power)
    of_row = np.repeat(y, views)
    out = np.zeros((len(shrinkages), len(y), classes))
    nearest = np.zeros(len(y), int)
    for fold in np.unique(folds):
        kept, held = np.repeat(folds, views) != fold, np.flatnonzero(folds == fold)
        asked = z[held * views]
        for s, shrinkage in enumerate(shrinkages):
            out[s, held] = logits(z[kept], of_row[kept], weights, asked, shrinkage, classes)
        nearest[held] = NearestCentroid().fit(z[kept], of_row[kept]).predict(asked)
    every = [logits(z, of_row, weights, z[::views], shrinkage, classes) for shrinkage in shrinkages]
    rows = range(len(y)) if stored is None else stored
    centred = lambda all_: [[np.round(r - r.mean(), 7).tolist() for r in np.asarray(one)[rows]] for one in all_]  # noqa: E731
    made = {"name": name, "power": power, "shrinkages": shrinkages, "classes": classes, "views": views,
            "weights": weights, "rows": list(rows)}
    if stored is None:  # else drawn in Java, by the formula of many()
        made |= {"features": x.tolist(), "labels": y.tolist(), "folds": folds.tolist(), "nearest": nearest.tolist()}
    return made | {"out_of_fold": centred(out), "head": centred(every)}


def drawn(random, counts, width, views):
    y = random.permutation(np.repeat(np.arange(len(counts)), counts))
    centres = random.normal(size=(len(counts), width)) + 0.5
    x = np.repeat(centres[y], views, 0) + random.normal(size=(len(y) * views, width))
    x[:, -1] = 7  # does not vary
    return np.round(x, 2), y


def folds_of(random, y, count):
    folds = np.zeros(len(y), int)
    for c in np.unique(y):
        mine = np.flatnonzero(y == c)
        folds[mine] = random.permutation(np.arange(len(mine)) % count)
    return folds


def many():
    """More images than one chunk in each of two folds."""
    i = np.arange(4300)
    y = i % 3
    x = np.stack([(i * 37 % 101) / 50 + y, (i * 53 % 89) / 40 - y * y, (i * 71 % 97) / 30 + (y == 1)], 1)
    return x.astype(np.float32).astype(float), y, i // 3 % 2


def main():
    warnings.filterwarnings("error", category=RuntimeWarning)
    warnings.filterwarnings("ignore", "self.within_class_std_dev_")  # a feature does not vary
    random = np.random.default_rng(20261201)
    plain = [1.0, 1.0, 1.0]
    cases = []
    for name, counts, width, views, power, weights in [
        ("fewer rows than features", [9, 9, 9], 30, 1, 0.5, plain),
        ("fewer rows than features, two views", [6, 5, 4], 30, 2, 1.0, plain),
        ("more rows than features", [15, 15, 15], 7, 1, 0.2, plain),
        ("more rows than features, three views", [10, 8, 7], 9, 3, 0.5, plain),
        ("priors by weights, more rows than features", [20, 10, 6], 6, 1, 0.5, [0.6, 1.2, 2.0]),
        ("priors by weights, fewer rows than features", [12, 6, 4], 30, 1, 0.5, [0.6, 1.2, 2.0]),
    ]:
        x, y = drawn(random, counts, width, views)
        cases.append(case(name, x, y, folds_of(random, y, 3), views, 3, power, [0.05, 0.4, 0.95, 1.0], weights))
    for name, width in [("a class in one fold, more rows than features", 6),
                        ("a class in one fold, fewer rows than features", 40)]:
        x, y = drawn(random, [8, 8, 8, 4], width, 1)
        folds = folds_of(random, y, 3)
        folds[y == 3] = 1
        cases.append(case(name, x, y, folds, 1, 4, 0.5, [0.1, 0.9], [1.0] * 4))
    x, y, folds = many()
    cases.append(case("many images", x, y, folds, 1, 3, 0.5, [0.1, 0.6], plain, stored=list(range(0, 4300, 215))))
    TARGET.write_text(json.dumps(cases, separators=(",", ":")).replace('{"name"', '\n{"name"') + "\n")
    print(f"wrote {TARGET}, {TARGET.stat().st_size} bytes, scikit-learn {sklearn.__version__}, numpy {np.__version__}")


if __name__ == "__main__":
    main()
