"""Trains a random forest on the rows that mlops hands over, and leaves it where mlops takes it from."""

import json
import os
import pathlib

import joblib
import pandas
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

job = json.loads(pathlib.Path(os.environ["MLOPS_JOB"]).read_text())
data = pathlib.Path(os.environ["MLOPS_DATA_DIR"])
model_folder = pathlib.Path(os.environ["MLOPS_MODEL_DIR"])

rows = pandas.read_csv(data / "train.csv")
answers = rows.pop(job["target"])

features = make_column_transformer(
    (OneHotEncoder(handle_unknown="ignore"), make_column_selector(dtype_exclude="number")),
    remainder="passthrough",
)
forest = RandomForestClassifier(job["parameters"]["trees"], random_state=job["seed"])
model = make_pipeline(features, forest).fit(rows, answers)

joblib.dump(model, model_folder / "model.joblib")
print(f"{len(rows)} rows, {len(forest.estimators_)} trees")
