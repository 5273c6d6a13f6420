"""torchao: weights of 8 bits, activations as they are, quantized as they come, or smoothed by a calibration."""

from __future__ import annotations

import importlib.metadata
from typing import Any

import torch
from torchao.quantization import Int8DynamicActivationInt8WeightConfig, Int8WeightOnlyConfig, quantize_
from worker.calibration import calibration_tokens
from worker.instructions import processor
from worker.methods import Audit, Loaded, LoadRequest, instruction_set, weight_bytes
from worker.pretrained import from_pretrained
from worker.quantizing import OUTPUT, linears, output_of, tally
from worker.vocabulary import load_tokenizer

DYNAMIC = "weights int8 a row, activations int8 a token, as they come"
WHAT = {
    "int8-weight": "weights int8 a row, activations as they are",
    "int8-dynamic": DYNAMIC,
    "smoothquant": f"SmoothQuant: {DYNAMIC}",
}


def load(request: LoadRequest) -> Loaded:
    way = request.options["way"]
    model = from_pretrained(request).to(request.device)
    output = output_of(model)

    def wanted(module: torch.nn.Module, _name: str) -> bool:
        return isinstance(module, torch.nn.Linear) and module is not output

    if way == "smoothquant":
        _smooth(model, wanted, request)
    else:
        config = Int8WeightOnlyConfig() if way == "int8-weight" else Int8DynamicActivationInt8WeightConfig()
        quantize_(model, config, filter_fn=wanted)
    quantized, skipped = tally((name, _reason(module, output)) for name, module in linears(model))
    audit = Audit(
        quantized=quantized,
        skipped=skipped,
        bytes=weight_bytes(model),
        kernel=f"torchao {importlib.metadata.version('torchao')}, {WHAT[way]}",
        instructions=processor() if request.device == "cpu" else instruction_set(request.device),
    )
    return Loaded(model, audit)


def _smooth(model: torch.nn.Module, wanted: Any, request: LoadRequest) -> None:
    from torchao.prototype.smoothquant import SmoothQuantConfig
    from torchao.quantization.quantize_.common.quantization_step import QuantizationStep

    base, alpha = Int8DynamicActivationInt8WeightConfig(), request.options["alpha"]

    def config(step: Any) -> Any:
        return SmoothQuantConfig(base_config=base, step=step, alpha=alpha, use_running_absmax=True)

    quantize_(model, config(QuantizationStep.PREPARE), filter_fn=wanted)
    tokenizer = load_tokenizer(request.path, request.trust_remote_code)
    with torch.inference_mode():
        for tokens in calibration_tokens(tokenizer, request.options):
            model(input_ids=torch.tensor([tokens], device=request.device), use_cache=False)
    quantize_(model, config(QuantizationStep.CONVERT), filter_fn=lambda module, _: wanted(module, _))


def _reason(module: torch.nn.Linear, output: torch.nn.Module | None) -> str | None:
    if type(module.weight.data) is not torch.Tensor:
        return None
    return OUTPUT if module is output else "torchao left it as it was"
