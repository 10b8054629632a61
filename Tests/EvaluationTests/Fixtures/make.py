"""Makes the fixtures of EvaluationTests.

scikit-learn 1.9.1, scipy 1.17.1, numpy 2.4.6, Python 3.11. Run in this directory; the output is the same every time.
"""
import csv
import io
import json
import warnings

import numpy as np
from scipy.stats import binomtest
from sklearn.datasets import load_iris
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import (
    accuracy_score, average_precision_score, balanced_accuracy_score, brier_score_loss, cohen_kappa_score,
    confusion_matrix, explained_variance_score, log_loss, matthews_corrcoef, max_error, mean_absolute_error,
    mean_absolute_percentage_error, mean_squared_error, median_absolute_error, precision_recall_fscore_support, r2_score,
    roc_auc_score, root_mean_squared_error,
)
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler, label_binarize

warnings.simplefilter("ignore")
random = np.random.default_rng(20260101)


def classification(name, labels, probabilities, weights=None):
    labels, probabilities = np.asarray(labels), np.asarray(probabilities)
    classes = probabilities.shape[1]
    predictions = probabilities.argmax(axis=1)
    return {
        "name": name, "labels": labels.tolist(), "probabilities": probabilities.ravel().tolist(), "classes": classes,
        "weights": None if weights is None else weights.tolist(),
        "metrics": figures_of_classes(labels, predictions, classes, weights)
        | figures_of_probabilities(labels, probabilities, weights),
        **figures_of_each(labels, predictions, classes, weights),
    }


def figures_of_classes(labels, predictions, classes, weights):
    given = {"sample_weight": weights}
    metrics = {
        "accuracy": accuracy_score(labels, predictions, **given),
        "balanced_accuracy": balanced_accuracy_score(labels, predictions, **given),
    }
    for average in ["macro", "weighted"]:
        figures = precision_recall_fscore_support(labels, predictions, average=average, zero_division=0, **given)
        for figure, value in zip(["precision", "recall", "f1"], figures):
            metrics[f"{figure}_{average}"] = value
    metrics["matthews_corrcoef"] = matthews_corrcoef(labels, predictions, **given)
    kappa = cohen_kappa_score(labels, predictions, **given)
    if not np.isnan(kappa):
        metrics["cohen_kappa"] = kappa
    if classes == 2:
        figures = precision_recall_fscore_support(labels, predictions, average="binary", zero_division=0, **given)
        metrics |= dict(zip(["precision", "recall", "f1"], figures))
    return metrics


def figures_of_probabilities(labels, probabilities, weights):
    classes = probabilities.shape[1]
    given = {"sample_weight": weights}
    metrics = {"log_loss": log_loss(labels, probabilities, labels=range(classes), **given)}
    if classes == 2:
        metrics["brier_score"] = brier_score_loss(labels, probabilities[:, 1], labels=[0, 1], **given)
    binary = label_binarize(labels, classes=range(classes)) if classes > 2 else labels
    scores = probabilities if classes > 2 else probabilities[:, 1]
    metrics["average_precision"] = average_precision_score(binary, scores, average="macro", **given)
    if len(set(labels)) == classes:
        # One class after the other, as multi_class="ovr" does, which refuses probabilities that were rounded.
        metrics["roc_auc"] = roc_auc_score(binary, scores, average="macro", **given)
    return metrics


def figures_of_each(labels, predictions, classes, weights):
    given = {"sample_weight": weights}
    figures = precision_recall_fscore_support(labels, predictions, labels=range(classes), zero_division=0, **given)
    return {
        "precision": figures[0].tolist(), "recall": figures[1].tolist(), "f1": figures[2].tolist(),
        "support": figures[3].tolist(),
        "confusion": confusion_matrix(labels, predictions, labels=range(classes), **given).tolist(),
    }


def rows(count, classes, digits=None, occurring=None, alpha=1.0):
    """Probabilities, and labels that agree with them more often than not; few digits make ties."""
    probabilities = random.dirichlet([alpha] * classes, size=count)
    if digits is not None:
        probabilities[:, 1:] = probabilities[:, 1:].round(digits) * 0.9
        probabilities[:, 0] = 1 - probabilities[:, 1:].sum(axis=1)
    labels = np.array([random.choice(classes, p=row / row.sum()) for row in probabilities])
    if occurring is not None:
        labels = labels % occurring
    return labels, probabilities


never_predicted = rows(60, 3)
never_predicted[1][:, 2] *= 0.01
never_predicted[1][:] /= never_predicted[1].sum(axis=1, keepdims=True)
certain = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [0.0, 1.0, 0.0]])
cases = [
    classification("two classes", *rows(200, 2)),
    classification("two classes with ties", *rows(200, 2, digits=1)),
    classification("two classes with weights", *rows(120, 2, digits=1), weights=random.uniform(0, 3, 120)),
    classification("three classes", *rows(150, 3)),
    classification("four classes with ties", *rows(200, 4, digits=1)),
    classification("four classes with weights", *rows(90, 4), weights=random.integers(0, 4, 90).astype(float)),
    classification("a class that never occurs", *rows(80, 4, occurring=3)),
    classification("a class that is never predicted", *never_predicted),
    classification("a class that neither occurs nor is predicted", [0, 1, 1, 0],
                   [[0.6, 0.3, 0.1], [0.2, 0.7, 0.1], [0.8, 0.1, 0.1], [0.5, 0.4, 0.1]]),
    classification("one row", [1], [[0.25, 0.75]]),
    classification("one wrong row of three classes", [2], [[0.25, 0.5, 0.25]]),
    classification("everything right and certain", [0, 1, 2, 1], certain),
    classification("certain and wrong", [1, 1, 2, 0], certain),
    classification("the same score everywhere", [0, 1, 1], [[0.5, 0.5]] * 3),
]


def regression(name, targets, predictions, weights=None):
    targets, predictions = np.asarray(targets, dtype=float), np.asarray(predictions, dtype=float)
    given = {"sample_weight": weights}
    metrics = {
        "mean_absolute_error": mean_absolute_error(targets, predictions, **given),
        "mean_squared_error": mean_squared_error(targets, predictions, **given),
        "root_mean_squared_error": root_mean_squared_error(targets, predictions, **given),
        "explained_variance": explained_variance_score(targets, predictions, **given),
        "median_absolute_error": median_absolute_error(targets, predictions, **given),
        "mean_absolute_percentage_error": mean_absolute_percentage_error(targets, predictions, **given),
    }
    if targets.ndim == 1:
        # It knows no weights: rows that do not count are taken out.
        counted = slice(None) if weights is None else weights > 0
        metrics["max_error"] = max_error(targets[counted], predictions[counted])
    if len(targets) > 1:
        metrics["r2"] = r2_score(targets, predictions, **given)
    return {
        "name": name, "targets": targets.ravel().tolist(), "predictions": predictions.ravel().tolist(),
        "columns": 1 if targets.ndim == 1 else targets.shape[1],
        "weights": None if weights is None else weights.tolist(), "metrics": metrics,
    }


target = random.normal(100, 20, 80)
two = random.normal(0, 1, (50, 2)) * [1, 1000]
regressions = [
    regression("one number", target, target + random.normal(0, 5, 80)),
    regression("worse than the mean", target, -target),
    regression("with weights", target, target + random.normal(0, 5, 80), random.uniform(0, 2, 80)),
    regression("two numbers", two, two * 0.9 + 0.1),
    regression("with whole weights and a target of 0", [0, 1, 2, 3, 4], [0.5, 1, 3, 3.25, 9],
               np.array([1, 0, 1, 2, 0])),
    regression("with weights that end in the middle", [1, 2, 3, 4, 5], [1, 3, 5, 7, 9], np.array([1, 1, 0, 1, 1])),
    regression("two numbers with weights", two, two * 0.9 + 0.1, np.arange(50) % 4 / 2),
    regression("off by a constant", target, target + 3),
    regression("a constant, missed", [3, 3, 3], [3, 3, 4]),
    regression("a constant, met", [3, 3, 3], [3, 3, 3]),
    regression("one row", [2], [5]),
]

wilson = [
    {"successes": successes, "rows": count,
     "lower": (interval := binomtest(successes, count).proportion_ci(method="wilson")).low, "upper": interval.high}
    for successes, count in [(0, 1), (1, 1), (1, 2), (0, 30), (30, 30), (8712, 10000), (7, 12)]
]

iris = load_iris()
train = np.arange(150) % 3 != 0
logistic = make_pipeline(StandardScaler(), LogisticRegression(tol=1e-8, max_iter=10000))
logistic.fit(iris.data[train], iris.target[train])
prior = DummyClassifier(strategy="prior").fit(iris.data[:120], iris.target[:120])
ridge = make_pipeline(StandardScaler(), Ridge()).fit(iris.data[train][:, :3], iris.data[train][:, 3])
baselines = {
    "inputs": iris.data.ravel().tolist(), "labels": iris.target.tolist(),
    "logistic": logistic.predict_proba(iris.data[~train]).ravel().tolist(),
    "prior": prior.predict_proba(iris.data[:1])[0].tolist(),
    "ridge": ridge.predict(iris.data[~train][:, :3]).tolist(),
}


def table(name, columns, metrics, classes=None, confusion=None, task=None, delimiter=","):
    """A table of predictions as pandas or R would write it, and what scikit-learn says to the same numbers."""
    file = io.StringIO()
    writer = csv.writer(file, delimiter=delimiter, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(zip(*columns.values()))
    return {
        "name": name, "text": file.getvalue(), "task": task, "metrics": metrics, "classes": classes,
        "confusion": confusion,
    }


def classes_table(name, names, labels, predictions=None, probabilities=None, weights=None, shown=None, said=True,
                  **options):
    """`shown` are the classes whose probabilities have a column; `said` is whether there is a column y_pred."""
    labels = np.asarray(labels)
    predictions = probabilities.argmax(axis=1) if predictions is None else np.asarray(predictions)
    columns = {"y_true": [names[label] for label in labels]}
    if said:
        columns["y_pred"] = [names[label] for label in predictions]
    metrics = figures_of_classes(labels, predictions, len(names), weights)
    if probabilities is not None:
        columns |= {f"p_{names[label]}": probabilities[:, label].tolist() for label in shown or range(len(names))}
        metrics |= figures_of_probabilities(labels, probabilities, weights)
    if weights is not None:
        columns["weight"] = weights.tolist()
    confusion = confusion_matrix(labels, predictions, labels=range(len(names)), sample_weight=weights).tolist()
    return table(name, columns, metrics, names, confusion, **options)


def values_table(name, targets, predictions, weights=None, **options):
    case = regression(name, targets, predictions, weights)
    several = np.ndim(targets) > 1
    columns = {}
    for column, values in [("y_true", np.asarray(targets)), ("y_pred", np.asarray(predictions))]:
        if several:
            columns |= {f"{column}_{index}": values[:, index].tolist() for index in range(values.shape[1])}
        else:
            columns[column] = values.tolist()
    if weights is not None:
        columns["weight"] = weights.tolist()
    return table(name, columns, case["metrics"], **options)


two_classes, three_classes, four_classes = rows(90, 2), rows(120, 3), rows(80, 4, alpha=0.3)
threshold = (two_classes[1][:, 1] >= 0.3).astype(int)
birds = ["Adelie", "Chinstrap", "Gentoo"]
guesses = random.integers(0, 3, 60), random.integers(0, 3, 60)
tables = [
    classes_table("three classes and their probabilities", birds, three_classes[0], probabilities=three_classes[1]),
    classes_table("without y_pred the most probable class counts", birds, three_classes[0],
                  probabilities=three_classes[1], said=False),
    classes_table("columns in an order of their own", ["z", "b", "a", "y"], four_classes[0],
                  probabilities=four_classes[1]),
    classes_table("a threshold has decided", ["no", "yes"], two_classes[0], threshold, two_classes[1]),
    classes_table("one column of probabilities", ["no", "yes"], two_classes[0], threshold, two_classes[1], shown=[1]),
    classes_table("one column of probabilities and no y_pred", ["yes", "no"], two_classes[0],
                  probabilities=two_classes[1], shown=[1], said=False),
    classes_table("weights", birds, three_classes[0], probabilities=three_classes[1],
                  weights=random.integers(0, 5, 120) / 2),
    classes_table("rounded to three digits", birds, three_classes[0], probabilities=three_classes[1].round(3)),
    classes_table("texts", ["cat", "dog", "emu"], guesses[0], guesses[1]),
    classes_table("texts with weights", ["cat", "dog", "emu"], guesses[0], guesses[1],
                  weights=random.uniform(0, 2, 60)),
    classes_table("few whole numbers", ["0", "1", "2"], guesses[0], guesses[1]),
    classes_table("negative numbers", ["-1", "1"], guesses[0] % 2, guesses[1] % 2),
    classes_table("names with delimiters, quotes and accents", ["a;b", 'say "no"', "\u00e9t\u00e9"], guesses[0],
                  guesses[1], delimiter=";"),
    classes_table("tabs", ["cat", "dog", "emu"], guesses[0], guesses[1], delimiter="\t"),
    classes_table("one class only is right", ["no", "yes"], [1, 1, 1, 1],
                  probabilities=np.array([[0.25, 0.75], [0.5, 0.5], [0.875, 0.125], [0, 1]])),
    table("one class only, without probabilities", {"y_true": ["a"] * 3, "y_pred": ["a"] * 3},
          figures_of_classes([0] * 3, [0] * 3, 1, None), ["a"], [[3]]),
    values_table("numbers", target, target + random.normal(0, 5, 80)),
    values_table("numbers with weights", target, target + random.normal(0, 5, 80), random.uniform(0, 2, 80)),
    values_table("two numbers", two, two * 0.9 + 0.1),
    values_table("few whole numbers, said to be a regression", guesses[0], guesses[1], task="regression"),
    values_table("many whole numbers", np.arange(40), np.arange(40) // 2 * 2 + 1),
]

for name, content in [
    ("classification", cases), ("regression", regressions), ("wilson", wilson), ("baselines", baselines), ("tables", tables),
]:
    with open(f"{name}.json", "w") as file:
        json.dump(content, file)
