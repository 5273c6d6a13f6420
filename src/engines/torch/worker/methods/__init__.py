"""Ways to load a model, a module each: its one function `load(request)` gives a model and its audit.

A variant of variants.ts names the module (`method`) and what it is told (`options`)."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

import torch
from worker.protocol import ProtocolError


@dataclass(frozen=True)
class LoadRequest:
    """What is loaded, and how."""

    path: str
    dtype: torch.dtype
    # transformers' name: `eager`, `sdpa` or `flash_attention_2`.
    attention: str
    # `cpu` or `cuda`.
    device: str
    # The variant's own numbers, as groups or a calibration text.
    options: dict[str, Any]
    trust_remote_code: bool


@dataclass(frozen=True)
class Skipped:
    """Modules that stayed as they were, and why."""

    reason: str
    modules: int
    example: str


@dataclass(frozen=True)
class Audit:
    """What loading came to, told by looking at the loaded model."""

    # Modules whose weights are stored in another form than `dtype`.
    quantized: int
    skipped: list[Skipped]
    # Bytes of all weights and buffers in memory.
    bytes: int
    # What multiplies, as `torch mkldnn float32` or `fbgemm qint8`.
    kernel: str
    # Instruction set or card, as `AVX2`.
    instructions: str
    # What else a reader should know.
    notes: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Loaded:
    """`model` is called as a model of transformers is; `generates`: it has transformers' `generate` too."""

    model: Any
    audit: Audit
    generates: bool = True


def load(method: str, request: LoadRequest) -> Loaded:
    known = {module.name for module in pkgutil.iter_modules(__path__)}
    if method not in known:
        raise ProtocolError(f"no way to load is called {method!r}")
    loaded = importlib.import_module(f"worker.methods.{method}").load(request)
    assert isinstance(loaded, Loaded)
    return loaded


def weight_bytes(model: torch.nn.Module) -> int:
    """Each storage once: tied weights are one."""
    storages = {}
    for tensor in [*model.parameters(), *model.buffers()]:
        for part in _parts(tensor):
            storage = part.untyped_storage()
            storages[storage.data_ptr()] = storage.nbytes()
    return sum(storages.values())


def _parts(tensor: torch.Tensor) -> Iterator[torch.Tensor]:
    """What a quantized tensor of torchao's is made of; any other is itself."""
    plain = tensor.data
    if not hasattr(plain, "__tensor_flatten__"):
        yield plain
        return
    for name in plain.__tensor_flatten__()[0]:
        yield from _parts(getattr(plain, name))


def instruction_set(device: str) -> str:
    if device == "cuda":
        major, minor = torch.cuda.get_device_capability()
        return f"{torch.cuda.get_device_name()}, compute capability {major}.{minor}"
    return torch.backends.cpu.get_cpu_capability()
