"""Begin, end and padding of texts, and how chats are written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from refusal import Refusal
from settings import read_json

_KINDS = {"bos": "bos", "eos": "eos", "pad": "padding", "unk": "unknown"}
"""transformers' word and GGUF's."""


def special_ids(folder: Path, tokens: list[str]) -> dict[str, int]:
    """By GGUF's word. What the tokenizer says goes before what the model says."""
    named = _optional(folder / "tokenizer_config.json")
    numbered = {**read_json(folder / "config.json"), **_optional(folder / "generation_config.json")}
    ids: dict[str, int] = {}
    for word, key in _KINDS.items():
        text = _content(named.get(f"{word}_token"))
        if text is not None and text in tokens:
            ids[key] = tokens.index(text)
            continue
        number = _numbers(numbered.get(f"{word}_token_id"))
        if number and number[0] < len(tokens):
            ids[key] = number[0]
    ends = _numbers(numbered.get("eos_token_id"))
    others = [end for end in ends if end != ids.get("eos") and end < len(tokens)]
    return ids | ({"eot": others[0]} if others else {})


def frame_of(tokenizer: Tokenizer) -> tuple[bool, bool]:
    """Whether a text gets the begin before it and the end after it."""
    bare = tokenizer.encode("a", add_special_tokens=False).ids
    framed = tokenizer.encode("a", add_special_tokens=True).ids
    before = framed[: len(framed) - len(bare)]
    for first in range(len(framed) - len(bare) + 1):
        if framed[first : first + len(bare)] == bare:
            before, after = framed[:first], framed[first + len(bare) :]
            if len(before) <= 1 and len(after) <= 1:
                return len(before) == 1, len(after) == 1
    raise Refusal(f"its tokenizer puts {framed} around a text; llama.cpp puts one begin and one end")


def chat_template(folder: Path) -> str | None:
    """As transformers finds it: a file of its own goes first."""
    path = folder / "chat_template.jinja"
    if path.exists():
        return path.read_text(encoding="utf-8")
    value = _optional(folder / "tokenizer_config.json").get("chat_template")
    if isinstance(value, list):
        named = {entry.get("name"): entry.get("template") for entry in value}
        value = named.get("default")
    return value if isinstance(value, str) else None


def _optional(path: Path) -> dict[str, Any]:
    return read_json(path) if path.exists() else {}


def _content(token: Any) -> str | None:
    value = token.get("content") if isinstance(token, dict) else token
    return value if isinstance(value, str) else None


def _numbers(value: Any) -> list[int]:
    values = value if isinstance(value, list) else [value]
    return [one for one in values if isinstance(one, int) and not isinstance(one, bool)]
