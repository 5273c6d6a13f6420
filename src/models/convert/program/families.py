"""The table of families, by what config.json calls an architecture."""

from __future__ import annotations

from family import Family
from llama_like import llama, qwen2
from refusal import Refusal
from settings import Settings
from starcoder import gpt_bigcode, starcoder2

FAMILIES = {
    "GPTBigCodeForCausalLM": Family(gpt_bigcode, (".attn.bias", ".attn.masked_bias")),
    "Starcoder2ForCausalLM": Family(starcoder2),
    "Qwen2ForCausalLM": Family(qwen2),
    "LlamaForCausalLM": Family(llama, (".rotary_emb.inv_freq",)),
}


def family_of(settings: Settings) -> Family:
    """Refuses an architecture that is not in the table, and weights that were quantized before."""
    names = settings.raw("architectures")
    name = names[0] if isinstance(names, list) and len(names) == 1 else None
    if "quantization_config" in settings:
        part = settings.part("quantization_config")
        method = "" if part is None else part.text("quant_method", "?")
        raise Refusal(f"its weights were quantized before ({method}); take the original folder")
    if name not in FAMILIES:
        said = "says no architecture" if names is None else f"has the architecture {_spelt(names)}"
        raise Refusal(f"config.json {said}; what can be converted is {', '.join(FAMILIES)}")
    return FAMILIES[name]


def _spelt(names: object) -> str:
    return ", ".join(map(str, names)) if isinstance(names, list) else str(names)
