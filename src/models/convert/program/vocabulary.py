"""A tokenizer.json as llama.cpp's vocabulary."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from gguf import TokenType

from pre_tokenizers import pre_tokenizer_name
from refusal import Refusal

_SPACE = "\u2581"
"""What SentencePiece writes for a space."""


@dataclass(frozen=True)
class Vocabulary:
    model: str
    """`gpt2`: merges over bytes; `llama`: scores, as in SentencePiece."""
    pre: str
    tokens: list[str]
    types: list[int]
    merges: list[str]
    scores: list[float]
    adds_space: bool | None
    """Whether a text gets a space before it; `None` where the model has no such thing."""
    notes: list[str]


def vocabulary_of(spec: dict[str, Any], size: int) -> Vocabulary:
    """`size`: rows of the embedding. Refuses a tokenizer that llama.cpp would read otherwise."""
    model = spec.get("model") or {}
    if model.get("type") != "BPE" or model.get("dropout"):
        raise Refusal(f"its tokenizer is of type {model.get('type')}; BPE can be converted")
    for name in ("continuing_subword_prefix", "end_of_word_suffix"):
        if model.get(name):
            raise Refusal(f"its tokenizer has a {name}, which llama.cpp's has not")
    return _with_scores(spec, size) if model.get("byte_fallback") else _with_merges(spec, size)


def _with_merges(spec: dict[str, Any], size: int) -> Vocabulary:
    model = spec["model"]
    pre = pre_tokenizer_name(spec.get("pre_tokenizer"), bool(model.get("ignore_merges")))
    tokens, types = _table(spec, size)
    merges = [" ".join(pair) for pair in _pairs(model)]
    return Vocabulary("gpt2", pre, tokens, types, merges, [], None, _normalizer_notes(spec))


def _normalizer_notes(spec: dict[str, Any]) -> list[str]:
    normalizer = spec.get("normalizer")
    kind = None if normalizer is None else normalizer.get("type")
    if kind is None:
        return []
    if kind == "NFC":
        return [
            "its tokenizer composes characters (NFC) and llama.cpp's does not:"
            " a text has the same tokens where it is composed already"
        ]
    raise Refusal(f"its tokenizer normalizes texts by {kind}, which llama.cpp's does not")


def _with_scores(spec: dict[str, Any], size: int) -> Vocabulary:
    tokens, types = _table(spec, size)
    ids = {token: index for index, token in enumerate(tokens)}
    pairs = _pairs(spec["model"])
    scores = [-float(len(pairs) + index) for index in range(size)]
    for rank, (left, right) in reversed(list(enumerate(pairs))):
        # The first pair that makes a token says how early it is made.
        if left + right in ids:
            scores[ids[left + right]] = -float(rank)
    return Vocabulary("llama", "default", tokens, types, [], scores, _adds_space(spec), [])


def _adds_space(spec: dict[str, Any]) -> bool:
    """Two spellings of the same: steps of a normalizer, or a pre-tokenizer."""
    normalizer = spec.get("normalizer")
    steps = [] if normalizer is None else normalizer.get("normalizers", [normalizer])
    replaces = {"type": "Replace", "pattern": {"String": " "}, "content": _SPACE}
    prepends = {"type": "Prepend", "prepend": _SPACE}
    pre = spec.get("pre_tokenizer")
    if pre is None and steps in ([prepends, replaces], [replaces]):
        return steps[0] == prepends
    if pre is not None and pre.get("type") == "Metaspace" and steps == []:
        scheme = pre.get("prepend_scheme", "always")
        if pre.get("replacement") == _SPACE and not pre.get("split"):
            return bool(scheme != "never")
    raise Refusal("its tokenizer treats spaces in a way that cannot be mapped to llama.cpp's")


def _pairs(model: dict[str, Any]) -> list[tuple[str, str]]:
    """Older files have each pair as one text."""
    found = []
    for merge in model.get("merges", []):
        pair = merge.split(" ") if isinstance(merge, str) else merge
        if len(pair) != 2:
            raise Refusal(f"its tokenizer has a merge of {len(pair)} parts: {merge!r}")
        found.append((pair[0], pair[1]))
    return found


def _table(spec: dict[str, Any], size: int) -> tuple[list[str], list[int]]:
    """Texts and types by id. Rows of the embedding that no token has get a name of their own."""
    known: dict[int, tuple[str, TokenType]] = {}
    unknown = spec["model"].get("unk_token")
    has_bytes = bool(spec["model"].get("byte_fallback"))
    for token, index in spec["model"].get("vocab", {}).items():
        known[index] = (token, _type_of(token, token == unknown, has_bytes))
    for added in spec.get("added_tokens", []):
        content, index = added["content"], added["id"]
        widens = any(added.get(name) for name in ("single_word", "lstrip", "rstrip"))
        if widens and not is_control(added):
            raise Refusal(f"its token {content!r} takes spaces beside it in, which llama.cpp does not")
        is_unknown = has_bytes and content == unknown
        kind = TokenType.CONTROL if is_control(added) else TokenType.USER_DEFINED
        known[index] = (content, TokenType.UNKNOWN if is_unknown else kind)
    largest = max(known, default=-1)
    if largest >= size:
        raise Refusal(f"its tokenizer has ids up to {largest}, the embedding {size} rows")
    padded = [known.get(index, (f"[PAD{index}]", TokenType.UNUSED)) for index in range(size)]
    return [token for token, _ in padded], [int(kind) for _, kind in padded]


_LOOKS_LIKE_CONTROL = re.compile(r"<\|.*\|>|<\uff5c.*\uff5c>|<fim[-_]\w+>|<(?:PRE|SUF|MID|PAD|EOT|repo|reponame)>")
"""What llama.cpp takes for a control token whatever its type (src/llama-vocab.cpp, v0.5.0)."""


def is_control(added: dict[str, Any]) -> bool:
    """Whether an added token is one that no text becomes."""
    return bool(added.get("special")) or _LOOKS_LIKE_CONTROL.fullmatch(added["content"]) is not None


def _type_of(token: str, is_unknown: bool, has_bytes: bool) -> TokenType:
    if has_bytes and is_unknown:
        return TokenType.UNKNOWN
    if has_bytes and len(token) == 6 and token.startswith("<0x") and token.endswith(">"):
        return TokenType.BYTE
    return TokenType.NORMAL
