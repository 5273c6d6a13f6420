"""A loaded model as everything else uses it: one pass at a time, whatever its architecture calls its inputs."""

from __future__ import annotations

import contextlib
import importlib.util
import inspect
from typing import Any

import torch
from torch.nn.attention import SDPBackend, sdpa_kernel
from transformers import DynamicCache, GenerationConfig
from worker.methods import Audit, LoadRequest, load
from worker.pretrained import DTYPES
from worker.protocol import Refused

PADDED = [SDPBackend.FLASH_ATTENTION, SDPBackend.EFFICIENT_ATTENTION, SDPBackend.MATH]


class Model:
    """Its `step` is a pass over the weights."""

    def __init__(self, question: dict[str, Any]) -> None:
        device = question["device"]
        if device == "cuda" and not torch.cuda.is_available():
            raise Refused("--device cuda: torch finds no CUDA card here; use --device cpu", "environment")
        self.device = device
        attention = question["attention"]
        self._is_sdpa_flash = attention == "flash" and not has_flash_attention(device)
        names = {"flash": "sdpa" if self._is_sdpa_flash else "flash_attention_2"}
        loaded = load(
            question["method"],
            LoadRequest(
                path=question["modelPath"],
                dtype=DTYPES[question["dtype"]],
                attention=names.get(attention, attention),
                device=device,
                options=question["options"],
                trust_remote_code=question["trustRemoteCode"],
            ),
        )
        self.module = loaded.model
        self.audit: Audit = loaded.audit
        self.generates = loaded.generates
        self.config = self.module.config
        self.ends = own_ends(self.module)
        # Defaults that a folder brings along (a penalty, a temperature) would bite in `generate`.
        self.module.generation_config = GenerationConfig(eos_token_id=sorted(self.ends) or None)
        parameters = inspect.signature(getattr(self.module, "forward", self.module)).parameters
        takes_any = any(one.kind is one.VAR_KEYWORD for one in parameters.values())
        self._takes = lambda name: name in parameters or takes_any
        # transformers 5.24 renames it.
        self._cache_name = "cache" if "cache" in parameters else "past_key_values"

    @property
    def attention_text(self) -> str:
        """What computes attention, where `flash` was asked for and is not its package."""
        return "SDPA's flash kernel" if self._is_sdpa_flash else ""

    @property
    def is_stateful(self) -> bool:
        """Whether it keeps a state that cannot go back, as recurrent models do."""
        return bool(getattr(self.module, "_is_stateful", False))

    def new_cache(self) -> Any:
        own = getattr(self.module, "new_cache", None)
        if own is not None:
            return own()
        cache = DynamicCache(config=self.config)
        # A window that has moved on could not go back after a wrong draft.
        getattr(cache, "activate_past_recording", lambda: None)()
        return cache

    def step(
        self,
        ids: torch.Tensor,
        cache: Any,
        *,
        mask: torch.Tensor | None = None,
        positions: torch.Tensor | None = None,
        keep: int = 1,
    ) -> torch.Tensor:
        """Logits of the last `keep` places, as float32; `mask`: where rows are padded on the left."""
        wanted = {"attention_mask": mask, "position_ids": positions, "logits_to_keep": keep}
        given = {name: value for name, value in wanted.items() if value is not None and self._takes(name)}
        with self._kernel(mask is not None):
            output = self.module(input_ids=ids, use_cache=True, **{self._cache_name: cache}, **given)
        return output.logits[:, -keep:].float()

    def synchronize(self) -> None:
        """A GPU computes on behind the caller's back; clocks are read afterwards."""
        if self.device == "cuda":
            torch.cuda.synchronize()

    def _kernel(self, is_padded: bool) -> contextlib.AbstractContextManager[Any]:
        if not self._is_sdpa_flash:
            return contextlib.nullcontext()
        if is_padded:
            return sdpa_kernel(PADDED, set_priority=True)
        return sdpa_kernel(SDPBackend.FLASH_ATTENTION)


def own_ends(module: Any) -> set[int]:
    """The end tokens that the folder names."""
    config = getattr(module, "generation_config", None)
    named = [getattr(config, "eos_token_id", None), module.config.eos_token_id]
    return {one for each in named for one in (each if isinstance(each, list) else [each]) if one is not None}


def has_flash_attention(device: str) -> bool:
    """The package, which runs on CUDA alone."""
    return device == "cuda" and importlib.util.find_spec("flash_attn") is not None
