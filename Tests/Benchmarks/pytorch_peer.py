"""Trains a test network with PyTorch, and prints one line of JSON per epoch.

Made for torch 2.13.0+cpu. Modes: `fused` with the fused Adam, `channels_last` with that and pictures in this order,
`default` without either.
"""

import json
import time

import networks

arguments = networks.arguments(__doc__, ["fused", "channels_last", "default"])

import torch
from torch import nn

import torch_networks

torch.set_num_threads(arguments.threads)
torch.manual_seed(1)

network = networks.NETWORKS[arguments.network]
inputs, targets = networks.data(arguments.network, arguments.rows)
inputs, targets = torch.from_numpy(torch_networks.inputs(inputs)), torch.from_numpy(targets)
model = torch_networks.BUILDERS[arguments.network]()
if arguments.mode == "channels_last":
    inputs, model = (it.to(memory_format=torch.channels_last) for it in (inputs, model))
loss_function = nn.CrossEntropyLoss() if network.classes else nn.MSELoss()
optimizer = torch.optim.Adam(model.parameters(), 0.001, eps=1e-7, fused=arguments.mode != "default")


def batches():
    for _ in range(network.passes):
        if network.batch_size >= len(inputs):
            yield inputs, targets
        else:
            for rows in torch.randperm(len(inputs)).split(network.batch_size):
                yield inputs[rows], targets[rows]


samples = network.passes * len(inputs)
for epoch in range(arguments.epochs):
    start, cpu = time.perf_counter(), time.process_time()
    total = 0.0
    for batch, wanted in batches():
        loss = loss_function(model(batch), wanted)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        total += loss.detach() * len(batch)
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    line = {
        "framework": f"torch {torch.__version__}",
        "mode": arguments.mode,
        "network": arguments.network,
        "threads": arguments.threads,
        "epoch": epoch,
        "samples_per_second": round(samples / seconds),
        "samples_per_cpu_second": round(samples / cpu),
        "loss": float(total) / samples,
    }
    print(json.dumps(line), flush=True)
