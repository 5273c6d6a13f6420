"""What a family of models is to the converter: names, shapes and order of its tensors."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Callable, Mapping

import numpy as np

from settings import Settings

Array = np.ndarray[Any, Any]
Change = Callable[[Array], Array]


@dataclass(frozen=True)
class Tensor:
    """A tensor that the model must have."""

    source: str
    """Its name in the folder."""
    target: str
    """Its name in GGUF."""
    shape: tuple[int, ...]
    change: Change | None = None
    """Brings its numbers into llama.cpp's order."""
    always_f32: bool = False
    """What llama.cpp adds rather than multiplies by; vectors are float32 anyway."""


@dataclass(frozen=True)
class Plan:
    """How one model is written."""

    architecture: str
    """llama.cpp's name."""
    metadata: Mapping[str, int | float | bool | str]
    """Without the architecture's prefix, except for keys that hold a dot in the first place."""
    tensors: list[Tensor]
    made: Mapping[str, Array] = field(default_factory=dict)
    """Tensors that are computed from config.json, float32."""
    notes: list[str] = field(default_factory=list)
    """What the model does that llama.cpp does not."""


@dataclass(frozen=True)
class Family:
    """One entry of the table."""

    plan: Callable[[Settings], Plan]
    ignored: tuple[str, ...] = ()
    """Ends of names of buffers that older versions of transformers saved beside the weights."""


def linear(source: str, target: str, shape: tuple[int, int], has_bias: bool) -> list[Tensor]:
    """A matrix and, perhaps, its bias."""
    found = [Tensor(f"{source}.weight", f"{target}.weight", shape)]
    if has_bias:
        found.append(Tensor(f"{source}.bias", f"{target}.bias", shape[:1]))
    return found


def head_of(settings: Settings, width: int, tied_by_default: bool) -> list[Tensor]:
    """The output matrix; none where it is the embedding's, whatever else the files hold."""
    if settings.truth("tie_word_embeddings", tied_by_default):
        return []
    return linear("lm_head", "output", (settings.integer("vocab_size"), width), False)
