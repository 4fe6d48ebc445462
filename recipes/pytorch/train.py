#!/usr/bin/python3
"""Trains a small ranker in PyTorch on what `nearside examples` writes, and exports ONNX for `nearside import-model`.

Nothing here is bound to this architecture: any model will do whose inputs are named as in examples.json (any of them),
with a dynamic number of candidates M, and whose output is `logits` [1, M, heads].
"""
import argparse
import json
import os
import sys

import numpy as np
import torch
from torch import nn

# What this model reads of the contract, in the order of `forward`.
INPUTS = ["cand_vec", "cand_num", "event_vec", "event_num", "event_act", "event_mask", "pair_nbr"]
DIM = 32  # an item's vector "out" is the first half, "in" the second
GATES = 4
BATCH = 128
PART = 4096  # examples that are in memory at once


class Ranker(nn.Module):
    """Gated attention: each of four gates weighs every (candidate, event) pair by both similarities and the event."""

    def __init__(self, mean, scale, event_columns):
        super().__init__()
        self.register_buffer("mean", mean)
        self.register_buffer("scale", scale)
        self.event_gate = nn.Linear(event_columns, GATES)
        self.pair_gate = nn.Linear(2, GATES)
        self.net = nn.Sequential(
            nn.Linear(len(mean) + 2 * GATES + 1, 32), nn.ReLU(), nn.Linear(32, 16), nn.ReLU(), nn.Linear(16, 1)
        )

    def forward(self, cand_vec, cand_num, event_vec, event_num, event_act, event_mask, pair_nbr):
        cosine = unit(cand_vec[..., :DIM]) @ unit(event_vec[..., DIM:]).transpose(1, 2)
        pair = torch.stack([cosine, pair_nbr], -1)  # [B, M, L, 2]
        # ages and positions grow without end; their tanh does not
        event = torch.cat([torch.tanh(event_num / 10), event_act], -1)  # [B, L, E]
        gate = torch.sigmoid(self.pair_gate(pair) + self.event_gate(event).unsqueeze(1))
        # sums and not means: an empty window gives 0, and no division by it
        weight = gate * event_mask.unsqueeze(1).unsqueeze(-1)  # [B, M, L, GATES]
        pooled = torch.cat([(weight * pair[..., i : i + 1]).sum(2) for i in (0, 1)], -1)
        length = torch.log1p(event_mask.sum(1)).reshape(-1, 1, 1) + 0 * pooled[..., :1]
        numbers = ((cand_num - self.mean) * self.scale).clamp(-5, 5)
        return self.net(torch.cat([numbers, pooled, length], -1))


def unit(vec):
    vec = vec.float()
    return vec / torch.sqrt((vec * vec).sum(-1, keepdim=True) + 1e-6)


def load(folder):
    with open(os.path.join(folder, "examples.json")) as file:
        about = json.load(file)
    arrays = {name: np.load(os.path.join(folder, name + ".npy"), mmap_mode="r") for name in INPUTS}
    fill = np.array(about["fill"]["cand_num"], dtype=np.float32)
    return about, arrays, fill


def take(arrays, fill, rows):
    """Tensors of some examples."""
    return [torch.from_numpy(filled(name, values[rows], fill)) for name, values in arrays.items()]


def filled(name, values, fill):
    """A copy without gaps. NaN is missing: when serving, the same means stand in for it."""
    if name == "cand_num":
        values = np.where(np.isfinite(values), values, fill)
    return np.nan_to_num(values, posinf=0, neginf=0)


def standard(values, fill):
    """Mean and 1 / deviation of each column of `cand_num`; 0 where it does not vary. Reads a part at a time."""
    count, total, square = 0, np.zeros(len(fill)), np.zeros(len(fill))
    for at in range(0, len(values), PART):
        part = filled("cand_num", values[at : at + PART], fill).reshape(-1, len(fill)).astype(np.float64)
        # about the means that stand in: sums of squares of large numbers would cancel
        part -= fill
        count += len(part)
        total += part.sum(0)
        square += (part * part).sum(0)
    mean = total / count
    deviation = np.sqrt(np.maximum(square / count - mean * mean, 0))
    scale = np.where(deviation > 1e-4, 1 / np.maximum(deviation, 1e-4), 0)
    return [torch.from_numpy(column.astype(np.float32)) for column in (fill + mean, scale)]


def hit_rate(model, arrays, fill, rows):
    """Share of examples whose target is first of its 32 choices."""
    with torch.no_grad():
        hits = [
            (model(*take(arrays, fill, rows[at : at + BATCH]))[..., 0].argmax(1) == 0).float()
            for at in range(0, len(rows), BATCH)
        ]
    return torch.cat(hits).mean().item()


def train(model, arrays, fill, rows, epochs):
    optimiser = torch.optim.AdamW(model.parameters(), lr=3e-3, weight_decay=1e-4)
    loss = torch.zeros(())
    for epoch in range(epochs):
        for part in torch.randperm(len(rows)).split(BATCH):
            logits = model(*take(arrays, fill, rows[np.sort(part.numpy())]))[..., 0]
            loss = nn.functional.cross_entropy(logits, torch.zeros(len(logits), dtype=torch.long))
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
        print(f"epoch {epoch + 1} of {epochs}, loss {loss.item():.4f}", file=sys.stderr)
    return loss.item()


def export(model, inputs, path):
    # M is dynamic: every slate has another number of candidates
    axes = {name: {1: "M"} for name in [*INPUTS, "logits"] if name.startswith(("cand_", "pair_", "logits"))}
    options = {"input_names": INPUTS, "output_names": ["logits"], "dynamic_axes": axes, "opset_version": 17}
    torch.onnx.export(model.eval(), tuple(inputs), path, **options)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", required=True, help="folder that `nearside examples` wrote")
    parser.add_argument("--out", required=True, help="ONNX file to write")
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    torch.set_num_threads(1)
    about, arrays, fill = load(options.examples)
    rows = np.arange(about["examples"])
    held = max(1, len(rows) // 10)  # the newest: examples are in the order of time
    mean, scale = standard(arrays["cand_num"][:-held], fill)
    columns = about["columns"]
    model = Ranker(mean, scale, len(columns["event_num"] + columns["event_act"]))
    loss = train(model, arrays, fill, rows[:-held], options.epochs)
    rate = hit_rate(model, arrays, fill, rows[-held:])
    export(model, [tensor[:1] for tensor in take(arrays, fill, rows[:1])], options.out)
    result = {"examples": len(rows), "loss": round(loss, 4), "HR@1 of 32, newest tenth": round(rate, 4)}
    print(json.dumps({**result, "onnxBytes": os.path.getsize(options.out)}))


main()
