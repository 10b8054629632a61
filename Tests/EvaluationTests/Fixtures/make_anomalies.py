"""Writes anomalies.json: figures of scores by scikit-learn and NumPy, and order statistics by SciPy.

Made with scikit-learn 1.9.1, scipy 1.17.1, numpy 2.4.6: python make_anomalies.py
"""

import json
import math
import pathlib

import numpy
from scipy.stats import beta
from sklearn import metrics


def case(name, seed, rows, share, decimals, weighted=False, shift=0.0):
    random = numpy.random.default_rng(seed)
    labels = (random.random(rows) < share).astype(int)
    scores = numpy.round(random.gamma(2, 0.5, rows) + labels * random.gamma(3, 0.6, rows), decimals) + shift
    weights = numpy.round(random.random(rows) + 0.1, 2) if weighted else numpy.ones(rows)
    normal, given = labels == 0, {"sample_weight": weights}
    threshold = float(numpy.quantile(scores[normal], 0.9, method="inverted_cdf"))
    said = (scores > threshold).astype(int)
    figures = {"false_alarm_rate": float(numpy.average(said[normal], weights=weights[normal]))}
    figures["mean_score"] = float(numpy.average(scores[normal], weights=weights[normal]))
    for metric, quantile in [("median_score", 0.5), ("score_p95", 0.95), ("score_p99", 0.99)]:
        figures[metric] = float(
            numpy.quantile(scores[normal], quantile, method="inverted_cdf", weights=weights[normal])
        )
    if labels.any():
        figures["roc_auc"] = metrics.roc_auc_score(labels, scores, **given)
        figures["average_precision"] = metrics.average_precision_score(labels, scores, **given)
        figures["precision"] = metrics.precision_score(labels, said, **given)
        figures["recall"] = metrics.recall_score(labels, said, **given)
        figures["f1"] = metrics.f1_score(labels, said, **given)
    return {
        "name": name, "labels": labels.tolist(), "scores": scores.tolist(), "said": said.tolist(),
        "weights": weights.tolist() if weighted else None, "metrics": figures,
    }


def threshold(seed, rows, quantile):
    """The order statistic of split conformal prediction, and the distribution of the share above it."""
    scores = numpy.round(numpy.random.default_rng(seed).gamma(2, 0.5, rows), 6)
    place = math.ceil(quantile * (rows + 1) - 1e-9)
    above = beta(rows + 1 - place, place)
    return {
        "scores": scores.tolist(), "quantile": quantile, "threshold": float(numpy.sort(scores)[place - 1]),
        "rate": float(above.mean()), "lower": float(above.ppf(0.025)), "upper": float(above.ppf(0.975)),
    }


document = {
    "cases": [
        case("few ties", 1, 300, 0.2, 6), case("many ties", 2, 200, 0.3, 1), case("weights", 3, 150, 0.25, 2, weighted=True),
        case("below zero", 4, 120, 0.3, 3, shift=-2.0), case("normal rows only", 5, 100, 0.0, 4),
    ],
    "thresholds": [
        threshold(6, 99, 0.99), threshold(7, 100, 0.99), threshold(8, 500, 0.99), threshold(9, 19, 0.95),
        threshold(10, 333, 0.9), threshold(11, 1000, 0.5), threshold(12, 1200, 0.999),
    ],
}
path = pathlib.Path(__file__).parent / "anomalies.json"
path.write_text(json.dumps(document) + "\n")
