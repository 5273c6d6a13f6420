"""bitsandbytes: LLM.int8 (Dettmers et al., 2022) and nf4 (QLoRA, 2023), quantized while they are loaded."""

from __future__ import annotations

import importlib.metadata
from typing import Any

import bitsandbytes
import torch
from transformers import AutoModelForCausalLM, BitsAndBytesConfig
from worker.instructions import processor
from worker.methods import Audit, Loaded, LoadRequest, instruction_set, weight_bytes
from worker.pretrained import DTYPES, from_pretrained, load_config
from worker.quantizing import OUTPUT, linears, output_of, tally, width_reason

# Values that share a scale in nf4.
BLOCK = 64

QUANTIZED = (bitsandbytes.nn.Linear8bitLt, bitsandbytes.nn.Linear4bit)


def load(request: LoadRequest) -> Loaded:
    odd = _odd_layers(request)
    config = _config(request.options, odd)
    model = from_pretrained(request, quantization_config=config, device_map={"": request.device})
    output = output_of(model)
    quantized, skipped = tally((name, _reason(module, output)) for name, module in linears(model))
    version = importlib.metadata.version("bitsandbytes")
    what = "LLM.int8" if request.options["bits"] == 8 else f"nf4 in blocks of {BLOCK}, compute {request.options['compute']}"
    audit = Audit(
        quantized=quantized,
        skipped=skipped,
        bytes=weight_bytes(model) + sum(_scale_bytes(module) for _, module in linears(model)),
        kernel=f"bitsandbytes {version} {what}",
        instructions=processor() if request.device == "cpu" else instruction_set(request.device),
    )
    return Loaded(model, audit)


def _odd_layers(request: LoadRequest) -> list[str]:
    """Layers whose rows do not divide into blocks: some of the CPU's kernels fail on them."""
    if request.options["bits"] == 8:
        return []
    with torch.device("meta"):
        model = AutoModelForCausalLM.from_config(load_config(request), trust_remote_code=request.trust_remote_code)
    return [name for name, module in linears(model) if width_reason(module, BLOCK) is not None]


def _config(options: dict[str, Any], odd: list[str]) -> BitsAndBytesConfig:
    if options["bits"] == 8:
        return BitsAndBytesConfig(load_in_8bit=True)
    return BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_compute_dtype=DTYPES[options["compute"]],
        bnb_4bit_use_double_quant=False,
        # Named layers replace the default, which is the output's.
        llm_int8_skip_modules=[*odd, "lm_head"] if odd else None,
    )


def _reason(module: torch.nn.Linear, output: torch.nn.Module | None) -> str | None:
    if isinstance(module, QUANTIZED) and not module.weight.dtype.is_floating_point:
        return None
    if module is output:
        return OUTPUT
    return width_reason(module, BLOCK) or "bitsandbytes left it as it was"


def _scale_bytes(module: torch.nn.Linear) -> int:
    """Scales hang on the weights as attributes."""
    state = getattr(module.weight, "quant_state", None)
    scales = getattr(module.weight, "SCB", None) if state is None else state.absmax
    return 0 if scales is None else scales.nbytes
