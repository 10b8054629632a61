"""Answers the rows that mlops hands over: a probability for each class, in the order of the rows."""

import os
import pathlib

import joblib
import pandas

model = joblib.load(pathlib.Path(os.environ["MLOPS_MODEL_DIR"]) / "model.joblib")
rows = pandas.read_csv(os.environ["MLOPS_INPUT"])
answers = pandas.DataFrame(model.predict_proba(rows), columns=[f"p_{name}" for name in model.classes_])
answers.to_csv(os.environ["MLOPS_OUTPUT"], index=False)
