"""Trains a test network with PyTorch, and prints one line of JSON per epoch.

Made for torch 2.13.0+cpu. Modes: `fused` with the fused Adam, `default` without.
"""

import json
import time

import networks

arguments = networks.arguments(__doc__, ["fused", "default"])

import torch
from torch import nn

torch.set_num_threads(arguments.threads)
torch.manual_seed(1)

inputs, targets = (torch.from_numpy(array.copy()) for array in networks.data(arguments))
if arguments.network == "S1":
    model = nn.Sequential(
        nn.Linear(100, 64), nn.ReLU(), nn.Dropout(0.5), nn.Linear(64, 64), nn.ReLU(), nn.Dropout(0.5), nn.Linear(64, 10)
    )
    loss_function = nn.CrossEntropyLoss()
elif arguments.network == "S2":
    model = nn.Sequential(nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 512), nn.ReLU(), nn.Linear(512, 10))
    loss_function = nn.CrossEntropyLoss()
else:
    model = nn.Sequential(nn.Linear(10, 10), nn.ReLU(), nn.Linear(10, 1))
    loss_function = nn.MSELoss()
optimizer = torch.optim.Adam(model.parameters(), 0.001, eps=1e-7, fused=arguments.mode == "fused")

for epoch in range(arguments.epochs):
    start, cpu = time.perf_counter(), time.process_time()
    total = 0.0
    for rows in torch.randperm(len(inputs)).split(networks.BATCH_SIZE):
        loss = loss_function(model(inputs[rows]), targets[rows])
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        total += loss.detach() * len(rows)
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    line = {
        "framework": f"torch {torch.__version__}",
        "mode": arguments.mode,
        "network": arguments.network,
        "threads": arguments.threads,
        "epoch": epoch,
        "samples_per_second": round(len(inputs) / seconds),
        "samples_per_cpu_second": round(len(inputs) / cpu),
        "loss": float(total) / len(inputs),
    }
    print(json.dumps(line), flush=True)
