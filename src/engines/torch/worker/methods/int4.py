"""Weights of 4 bits, rounded to nearest in groups, by torch's own kernels; activations stay as they are."""

from __future__ import annotations

import torch
from worker.instructions import processor
from worker.methods import Audit, Loaded, LoadRequest, instruction_set, weight_bytes
from worker.pretrained import from_pretrained
from worker.quantizing import swap, width_reason

LEVELS = 15
# A code stands for `(code - 8) * scale + zero`: that is how the kernels read it.
MIDDLE = 8
# The kernels compute so many rows at once.
ROWS = {"cpu": 16, "cuda": 8}
# How the CUDA kernel lays tiles out; any of 2, 4 and 8 gives the same numbers.
TILES = 8


class Int4Linear(torch.nn.Module):
    """`y = x W' + b` with W in 4 bits; the kernels are fast in bfloat16 alone."""

    def __init__(self, linear: torch.nn.Linear, group: int) -> None:
        super().__init__()
        codes, scales = to_int4(linear.weight.detach().float(), group)
        self.group, self.rows = group, linear.out_features
        self.register_buffer("packed", pack(codes))
        self.register_buffer("scales", scales)
        bias = linear.bias
        self.register_buffer("bias", None if bias is None else bias.detach().bfloat16())

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        flat = x.reshape(-1, x.shape[-1])
        if x.is_cuda:
            y = torch.ops.aten._weight_int4pack_mm(flat, self.packed, self.group, self.scales)
        else:
            y = torch.ops.aten._weight_int4pack_mm_for_cpu(flat, self.packed, self.group, self.scales)
        y = y.reshape(*x.shape[:-1], self.rows)
        return y if self.bias is None else y + self.bias


def to_int4(weight: torch.Tensor, group: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Codes 0 to 15, and scale and zero of each group: of a row's values between its least and greatest."""
    rows, width = weight.shape
    cut = weight.reshape(rows, width // group, group)
    high, low = cut.amax(-1, keepdim=True), cut.amin(-1, keepdim=True)
    scale = (high - low).clamp(min=1e-6) / LEVELS
    codes = ((cut - low) / scale).round().clamp(0, LEVELS).to(torch.int32).reshape(rows, width)
    zero = low + scale * MIDDLE
    pairs = torch.cat([scale, zero], -1).transpose(0, 1)
    return codes, pairs.contiguous().bfloat16()


def pack(codes: torch.Tensor) -> torch.Tensor:
    if codes.is_cuda:
        halves = (codes[:, ::2] << 4 | codes[:, 1::2]).to(torch.uint8)
        return torch.ops.aten._convert_weight_to_int4pack(halves, TILES)
    return torch.ops.aten._convert_weight_to_int4pack_for_cpu(codes, 1)


def load(request: LoadRequest) -> Loaded:
    group = request.options["group"]
    model = from_pretrained(request).to(request.device)

    def make(_: str, linear: torch.nn.Linear) -> torch.nn.Module | str:
        reason = width_reason(linear, group)
        if reason is None and linear.out_features % ROWS[request.device] != 0:
            reason = f"its {linear.out_features} rows do not divide by {ROWS[request.device]}"
        return Int4Linear(linear, group) if reason is None else reason

    quantized, skipped = swap(model, make)
    audit = Audit(
        quantized=quantized,
        skipped=skipped,
        bytes=weight_bytes(model),
        kernel=f"torch int4pack, groups of {group}, bfloat16",
        instructions=processor() if request.device == "cpu" else instruction_set(request.device),
    )
    return Loaded(model, audit)
