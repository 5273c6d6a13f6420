"""A folder, looked through before a byte is written."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from tokenizers import Tokenizer

from families import family_of
from family import Plan, Tensor
from refusal import Refusal
from settings import Settings, read_json
from shards import Stored, read_shards
from vocabulary import Vocabulary, is_control, vocabulary_of


@dataclass(frozen=True)
class Model:
    """What a folder without its weights says."""

    folder: Path
    plan: Plan
    ignored: tuple[str, ...]
    vocabulary: Vocabulary
    tokenizer: Tokenizer


def read_model(folder: Path) -> Model:
    """Refuses what cannot be converted. Needs no weights: a hub's folder is looked through first."""
    settings = Settings(read_json(folder / "config.json"))
    family = family_of(settings)
    plan = family.plan(settings)
    path = folder / "tokenizer.json"
    if not path.exists():
        raise Refusal("it has no tokenizer.json; save its fast tokenizer with transformers first")
    spec = read_json(path)
    vocabulary = vocabulary_of(spec, settings.integer("vocab_size"))
    # What looks like a control token in a prompt stays plain text, as evalkit's engines have it.
    for added in spec.get("added_tokens", []):
        added["special"] = is_control(added)
    tokenizer = Tokenizer.from_str(json.dumps(spec))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    tokenizer.encode_special_tokens = True
    return Model(folder, plan, family.ignored, vocabulary, tokenizer)


def match_weights(model: Model, shards: list[str]) -> list[tuple[Tensor, Stored]]:
    """The files' tensors in the plan's order. Refuses missing, odd and left-over ones."""
    stored = read_shards(model.folder, shards)
    matched = []
    for tensor in model.plan.tensors:
        found = stored.pop(tensor.source, None)
        if found is None:
            raise Refusal(f"tensor {tensor.source} is missing: config.json says that there is one")
        if found.shape != tensor.shape:
            raise Refusal(f"tensor {tensor.source} is {_size(found.shape)}, config.json says {_size(tensor.shape)}")
        matched.append((tensor, found))
    is_tied = all(tensor.target != "output.weight" for tensor in model.plan.tensors)
    ignored = (*model.ignored, "lm_head.weight") if is_tied else model.ignored
    rest = [name for name in stored if not name.endswith(ignored or ("\0",))]
    if rest:
        raise Refusal(f"tensor {rest[0]} ({len(rest)} such) is none that this architecture has")
    return matched


def _size(shape: tuple[int, ...]) -> str:
    return " × ".join(map(str, shape)) or "a number"
