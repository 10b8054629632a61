"""Makes cross-validation.csv and cross-validation.json: what scikit-learn's cross_val_predict says of a small table.

scikit-learn 1.9.1, numpy 2.4.6, Python 3.11. Run in this directory; the output is the same every time.

Each fold is one of five groups of 40 rows whose features lie elsewhere than those of the other groups, so that it matters
which rows the scaling is learned from. scikit-learn minimizes |w|^2 / 2 + C * (sum of losses); 160 rows are learned from.
"""
import json

import numpy as np
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.metrics import accuracy_score, log_loss, r2_score, roc_auc_score, root_mean_squared_error
from sklearn.model_selection import LeaveOneGroupOut, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

random = np.random.default_rng(20260101)
groups = random.permutation(np.repeat(np.arange(5), 40))
inputs = random.normal(size=(200, 3)) * [1.0, 3.0, 0.5] + groups[:, None] * [0.5, -1.0, 0.3]
score = inputs @ [1.2, -0.4, 0.8] - 1.5
label = (score + random.logistic(size=200) > 0).astype(int)
value = np.round(score + 0.3 * random.normal(size=200), 4)
inputs = np.round(inputs, 4)

with open("cross-validation.csv", "w") as file:
    file.write("batch,a,b,c,label,value\n")
    for row in range(200):
        a, b, c = inputs[row]
        file.write(f"B{groups[row]},{a},{b},{c},{'yes' if label[row] else 'no'},{value[row]}\n")

logistic = make_pipeline(StandardScaler(), LogisticRegression(C=1.0, tol=1e-10, max_iter=10_000))
probabilities = cross_val_predict(
    logistic, inputs, label, groups=groups, cv=LeaveOneGroupOut(), method="predict_proba"
)
numbers = cross_val_predict(
    make_pipeline(StandardScaler(), LinearRegression()), inputs, value, groups=groups, cv=LeaveOneGroupOut()
)
folds = [log_loss(label[groups == g], probabilities[groups == g]) for g in range(5)]
document = {
    "classification": {
        "probabilities": [round(float(p), 7) for p in probabilities[:, 1]],
        "metrics": {
            "accuracy": accuracy_score(label, probabilities[:, 1] > 0.5),
            "log_loss": log_loss(label, probabilities),
            "roc_auc": roc_auc_score(label, probabilities[:, 1]),
        },
        "log_loss_mean": float(np.mean(folds)),
        "log_loss_deviation": float(np.std(folds, ddof=1)),
    },
    "regression": {
        "predictions": [round(float(p), 6) for p in numbers],
        "metrics": {
            "root_mean_squared_error": root_mean_squared_error(value, numbers),
            "r2": r2_score(value, numbers),
        },
    },
}
with open("cross-validation.json", "w") as file:
    json.dump(document, file, indent=1)
    file.write("\n")
