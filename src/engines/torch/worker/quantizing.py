"""What became of a model's linear layers, counted by looking: libraries skip some in silence."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import torch
from worker.methods import Skipped
from worker.protocol import Refused

# The layer from the last state to the vocabulary. Every library leaves it as it is by default.
OUTPUT = "the output layer, which stays as it is"

# Gives what takes a layer's place, or why it stays.
Make = Callable[[str, torch.nn.Linear], "torch.nn.Module | str"]


def linears(model: torch.nn.Module) -> list[tuple[str, torch.nn.Linear]]:
    """Every layer that multiplies by a matrix of weights, by name; embeddings only look up."""
    return [(name, module) for name, module in model.named_modules() if isinstance(module, torch.nn.Linear)]


def output_of(model: torch.nn.Module) -> torch.nn.Module | None:
    return getattr(model, "get_output_embeddings", lambda: None)()


def swap(model: torch.nn.Module, make: Make) -> tuple[int, list[Skipped]]:
    """Puts what `make` gives in the place of each linear layer but the output's; the float weights go."""
    output = output_of(model)
    verdicts: list[tuple[str, str | None]] = []
    for name, module in linears(model):
        made = OUTPUT if module is output else make(name, module)
        if isinstance(made, str):
            verdicts.append((name, made))
            continue
        parent, _, last = name.rpartition(".")
        setattr(model.get_submodule(parent), last, made)
        verdicts.append((name, None))
    return tally(verdicts)


def tally(verdicts: Iterable[tuple[str, str | None]]) -> tuple[int, list[Skipped]]:
    """How many were quantized, and the others by their reason; refused where none was."""
    skipped: dict[str, list[str]] = {}
    quantized = 0
    for name, reason in verdicts:
        if reason is None:
            quantized += 1
        else:
            skipped.setdefault(reason, []).append(name)
    why = [Skipped(reason=reason, modules=len(names), example=names[0]) for reason, names in skipped.items()]
    if quantized == 0:
        reasons = "; ".join(f"{one.example}: {one.reason}" for one in why) or "it has no linear layer"
        raise Refused(f"this variant would quantize nothing of this model ({reasons}); use another variant")
    return quantized, why


def width_reason(linear: torch.nn.Linear, group: int) -> str | None:
    """Why a layer cannot be cut into groups; `None`: it can."""
    width = linear.in_features
    return None if width % group == 0 else f"its width {width} does not divide by the group of {group}"
