"""torch.compile: the heir of TorchScript. Compiling and warming up are part of loading, never of a time."""

from __future__ import annotations

import shutil
import time

import torch
from transformers import DynamicCache
from worker.instructions import processor
from worker.methods import Audit, Loaded, LoadRequest, instruction_set, weight_bytes
from worker.pretrained import from_pretrained
from worker.protocol import Refused

COMPILERS = ("g++", "c++", "clang++")
# Prompts of two lengths: with the second, lengths become symbols.
LENGTHS = (19, 37)


def load(request: LoadRequest) -> Loaded:
    if request.device == "cpu" and not any(map(shutil.which, COMPILERS)):
        raise Refused("compile: torch.compile needs a C++ compiler on a CPU; install g++, or use jit", "environment")
    model = from_pretrained(request).to(request.device)
    size = weight_bytes(model)
    model.forward = torch.compile(model.forward, dynamic=True)
    since = time.perf_counter()
    with torch.inference_mode():
        for length in LENGTHS:
            cache = DynamicCache(config=model.config)
            ids = torch.ones(1, length, dtype=torch.int64, device=request.device)
            for _ in range(3):
                model(input_ids=ids, past_key_values=cache, use_cache=True, logits_to_keep=1)
                ids = ids[:, :1]
    seconds = time.perf_counter() - since
    audit = Audit(
        quantized=0,
        skipped=[],
        bytes=size,
        kernel=f"torch.compile (inductor), {str(request.dtype).removeprefix('torch.')}",
        instructions=processor() if request.device == "cpu" else instruction_set(request.device),
        notes=[f"compiling and warming up took {seconds:.0f} s of loading; batches compile when they first come"],
    )
    return Loaded(model, audit)
