"""Answers the rows that mlops hands over: a probability for each class, in the order of the rows."""

import csv
import json
import os
import pathlib

import torch

from network import network, read

job = json.loads(pathlib.Path(os.environ["MLOPS_JOB"]).read_text())
model_folder = pathlib.Path(os.environ["MLOPS_MODEL_DIR"])

shape = json.loads((model_folder / "shape.json").read_text())
model = network(len(job["columns"]), shape["units"], len(job["classes"])).eval()
model.load_state_dict(torch.load(model_folder / "weights.pt", weights_only=True))

inputs, _ = read(os.environ["MLOPS_INPUT"], job["columns"])
with torch.no_grad():
    probabilities = torch.softmax(model(inputs).double(), dim=1).tolist()
with open(os.environ["MLOPS_OUTPUT"], "w", newline="") as file:
    writer = csv.writer(file)
    writer.writerow([f"p_{name}" for name in job["classes"]])
    writer.writerows(probabilities)
