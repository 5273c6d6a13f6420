"""Weights as they are, in the type that is asked for."""

from __future__ import annotations

import torch
from worker.methods import Audit, Loaded, LoadRequest, instruction_set, weight_bytes
from worker.pretrained import from_pretrained


def load(request: LoadRequest) -> Loaded:
    model = from_pretrained(request).to(request.device)
    types = {parameter.dtype for parameter in model.parameters()}
    names = ", ".join(sorted(str(one).removeprefix("torch.") for one in types))
    audit = Audit(
        quantized=0,
        skipped=[],
        bytes=weight_bytes(model),
        kernel=f"torch {names}",
        instructions=instruction_set(request.device),
        notes=[] if request.device == "cuda" or not _is_slow(request.dtype) else [_slow(request.dtype)],
    )
    return Loaded(model, audit)


def _is_slow(dtype: torch.dtype) -> bool:
    """Whether this processor multiplies the type by way of float32."""
    flags = torch.backends.cpu.get_cpu_capability()
    if dtype is torch.bfloat16:
        return not torch.ops.mkldnn._is_mkldnn_bf16_supported() or flags == "AVX2"
    return dtype is torch.float16 and not torch.ops.mkldnn._is_mkldnn_fp16_supported()


def _slow(dtype: torch.dtype) -> str:
    name = str(dtype).removeprefix("torch.")
    return f"this processor has no {name} arithmetic: its times say nothing of one that has"
