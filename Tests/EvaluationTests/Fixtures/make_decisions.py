"""Writes decisions.json: thresholds and figures of two classes, by scikit-learn's metrics tried at every probability.

Made with scikit-learn 1.9.1, numpy 2.4.6: python make_decisions.py
"""

import json
import pathlib

import numpy
from sklearn import metrics


def case(seed, rows, share, decimals):
    random = numpy.random.default_rng(seed)
    labels = (random.random(rows) < share).astype(int)
    scores = numpy.clip(0.5 * share + 0.35 * labels + random.normal(0, 0.2, rows), 0, 1)
    # As the outputs of a network are.
    scores = numpy.round(scores, decimals).astype(numpy.float32).astype(float)
    thresholds = sorted(set(scores.tolist()), reverse=True)
    goals = {
        "f1": metrics.f1_score, "accuracy": metrics.accuracy_score,
        "balanced_accuracy": metrics.balanced_accuracy_score, "matthews_corrcoef": metrics.matthews_corrcoef,
    }
    said = {threshold: (scores >= threshold).astype(int) for threshold in thresholds}
    best = {}
    for name, goal in goals.items():
        values = [goal(labels, said[threshold]) for threshold in thresholds]
        best[name] = max(values)
    recall = next(t for t in thresholds if metrics.recall_score(labels, said[t]) >= 0.95 - 1e-12)
    precise = [t for t in thresholds if metrics.precision_score(labels, said[t]) >= 0.8 - 1e-12]
    answers = said[recall]
    return {
        "labels": labels.tolist(), "scores": scores.tolist(), "best": best,
        "min_recall": recall, "min_precision": precise[-1] if precise else None,
        "figures": {
            "accuracy": metrics.accuracy_score(labels, answers),
            "precision": metrics.precision_score(labels, answers),
            "recall": metrics.recall_score(labels, answers),
            "f1": metrics.f1_score(labels, answers),
            "matthews_corrcoef": metrics.matthews_corrcoef(labels, answers),
            "brier_score": metrics.brier_score_loss(labels, scores),
        },
    }


def several(seed, rows, classes):
    random = numpy.random.default_rng(seed)
    labels = random.integers(0, classes, rows)
    said = numpy.where(random.random(rows) < 0.6, labels, random.integers(0, classes, rows))
    return {"labels": labels.tolist(), "said": said.tolist(), "value": metrics.matthews_corrcoef(labels, said)}


document = {
    "cases": [case(1, 200, 0.3, 2), case(2, 60, 0.1, 6), case(3, 300, 0.5, 1)],
    "several": several(4, 120, 4),
}
path = pathlib.Path(__file__).parent / "decisions.json"
path.write_text(json.dumps(document, indent=None, separators=(",", ":")) + "\n")
