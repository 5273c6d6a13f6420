"""How a byte-level tokenizer cuts texts before it merges, and what llama.cpp calls that.

llama.cpp's own converter goes by a hash over the tokens of one text. Here the rules themselves are
compared, so that a vocabulary that nobody has seen is as good as a known one.
"""

from __future__ import annotations

from typing import Any

from refusal import Refusal

Rule = tuple[str, ...]

_CONTRACTIONS = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+"
_REST = r" ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
_QWEN2 = rf"{_CONTRACTIONS}|\p{{N}}|{_REST}"
_LLAMA3 = rf"{_CONTRACTIONS}|\p{{N}}{{1,3}}|{_REST}"
_GPT2: Rule = ("gpt2",)
_DIGITS: Rule = ("digits",)

# By rules and whether a whole word of the vocabulary is taken without its merges.
_NAMES: dict[tuple[tuple[Rule, ...], bool], str] = {
    ((_GPT2,), False): "gpt-2",
    ((_DIGITS, _GPT2), False): "starcoder",
    ((("split", _QWEN2),), False): "qwen2",
    ((("split", _LLAMA3),), True): "llama-bpe",
    ((("split", _LLAMA3),), False): "smaug-bpe",
}


def pre_tokenizer_name(spec: Any, ignores_merges: bool) -> str:
    """llama.cpp's name for the `pre_tokenizer` of a tokenizer.json."""
    rules = tuple(rule for part in _parts(spec) for rule in _rules(part))
    name = _NAMES.get((rules, ignores_merges))
    if name is None:
        shown = "; ".join(" ".join(rule) for rule in rules) or "none"
        merges = ", ignore_merges" if ignores_merges else ""
        raise Refusal(
            f"its tokenizer cuts texts by rules that cannot be mapped ({shown}{merges});"
            f" those of {', '.join(_NAMES.values())} can"
        )
    return name


def _parts(spec: Any) -> list[dict[str, Any]]:
    if spec is None:
        return []
    return list(spec["pretokenizers"]) if spec.get("type") == "Sequence" else [spec]


def _rules(part: dict[str, Any]) -> list[Rule]:
    kind = part.get("type")
    if kind == "ByteLevel":
        if part.get("add_prefix_space"):
            raise Refusal("its tokenizer puts a space before texts, which llama.cpp's does not")
        return [_GPT2] if part.get("use_regex", True) else []
    if kind == "Digits" and part.get("individual_digits"):
        return [_DIGITS]
    if kind == "Split" and part.get("behavior") == "Isolated" and not part.get("invert"):
        pattern = part.get("pattern", {})
        if "Regex" in pattern:
            return [("split", pattern["Regex"])]
    return [(str(kind),)]
