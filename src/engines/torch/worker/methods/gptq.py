"""GPTQ (Frantar et al., 2022): loads a folder that is quantized so, or quantizes one with a calibration text."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import json
import os
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from worker.calibration import calibration_texts
from worker.instructions import processor
from worker.methods import Audit, Loaded, LoadRequest, instruction_set, weight_bytes
from worker.pretrained import from_pretrained, load_config
from worker.protocol import Refused
from worker.quantizing import OUTPUT, linears, output_of, tally

# One batch of calibration texts at a time: memory before speed.
BATCH = 1


def load(request: LoadRequest) -> Loaded:
    stored = getattr(load_config(request), "quantization_config", None)
    if stored is not None:
        method = stored.get("quant_method") if isinstance(stored, dict) else None
        if method != "gptq":
            raise Refused(f"{request.path} is quantized by {method}, not by GPTQ; use its unquantized weights")
        return _load(request, f"as its folder says, {stored.get('bits')} bits, groups of {stored.get('group_size')}")
    if "calibration" not in request.options:
        raise Refused(f"{request.path} is not quantized; to make GPTQ of it, name a text with --calibration")
    options = request.options
    folder = Path(options["keep"]) / _name(request)
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".making-", dir=folder.parent) as making:
            made = Path(making) / "made"
            _make(request, made)
            with contextlib.suppress(OSError):  # another process was faster
                made.rename(folder)
    what = f"made here, {options['bits']} bits, groups of {options['group']}, {options['rows']} texts"
    return _load(replace(request, path=str(folder)), what)


def _name(request: LoadRequest) -> str:
    """Of what decides the outcome: the weights as they lie there, the text, the numbers, the release."""
    files = sorted(path for path in Path(request.path).iterdir() if path.suffix in (".safetensors", ".json"))
    stats = [(path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in files]
    numbers = {name: value for name, value in request.options.items() if name not in ("keep", "calibration")}
    sha256 = request.options["calibration"]["sha256"]
    version = importlib.metadata.version("gptqmodel")
    parts = [str(Path(request.path).resolve()), stats, numbers, sha256, version]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:32]


def _make(request: LoadRequest, folder: Path) -> None:
    # Its own rule wants more workers than a small machine has cores, and with fewer than two it fails.
    os.environ["GPTQMODEL_CPU_WORKERS"] = str(max(2, torch.get_num_threads()))
    from gptqmodel import GPTQModel, QuantizeConfig

    options = request.options
    config = QuantizeConfig(bits=options["bits"], group_size=options["group"])
    # It writes a log into the folder that it works in.
    folder.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.chdir(folder.parent), torch.enable_grad():
        model = GPTQModel.load(request.path, config, trust_remote_code=request.trust_remote_code)
        model.quantize(calibration_texts(options), batch_size=BATCH)
    model.save(str(folder))


def _load(request: LoadRequest, what: str) -> Loaded:
    model = from_pretrained(request, device_map={"": request.device})
    output = output_of(model)
    layers = [(name, OUTPUT if module is output else "GPTQ left it as it was") for name, module in linears(model)]
    packed = [(name, module) for name, module in model.named_modules() if hasattr(module, "qweight")]
    quantized, skipped = tally([*((name, None) for name, _ in packed), *layers])
    kernels = ", ".join(sorted({type(module).__name__ for _, module in packed}))
    audit = Audit(
        quantized=quantized,
        skipped=skipped,
        bytes=weight_bytes(model),
        kernel=f"GPTQModel {importlib.metadata.version('gptqmodel')} {kernels}, {what}",
        instructions=processor() if request.device == "cpu" else instruction_set(request.device),
    )
    return Loaded(model, audit)
