"""Trains a small network on the rows that mlops hands over, and leaves it where mlops takes it from."""

import json
import os
import pathlib

import torch

from network import network, read

job = json.loads(pathlib.Path(os.environ["MLOPS_JOB"]).read_text())
data = pathlib.Path(os.environ["MLOPS_DATA_DIR"])
model_folder = pathlib.Path(os.environ["MLOPS_MODEL_DIR"])
parameters = job["parameters"]

torch.manual_seed(job["seed"])
inputs, rows = read(data / "train.csv", job["columns"])
labels = torch.tensor([job["classes"].index(row[job["target"]]) for row in rows])
model = network(len(job["columns"]), parameters["units"], len(job["classes"]))
optimizer = torch.optim.Adam(model.parameters(), parameters["learning_rate"])

for epoch in range(parameters["epochs"]):
    for batch in torch.randperm(len(inputs)).split(32):
        loss = torch.nn.functional.cross_entropy(model(inputs[batch]), labels[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    # A line like this moves the bar of mlops.
    print(json.dumps({"progress": (epoch + 1) / parameters["epochs"], "loss": loss.item()}), flush=True)

torch.save(model.state_dict(), model_folder / "weights.pt")
(model_folder / "shape.json").write_text(json.dumps({"units": parameters["units"]}))
