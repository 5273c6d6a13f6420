"""Makes tiny random models with a tokenizer of their own: `tiny_models.py OUT [KIND ...]`, a folder each.

Their tokenizer is a byte-level BPE trained on the texts below."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import (
    AutoModelForCausalLM,
    GPTBigCodeConfig,
    LlamaConfig,
    PreTrainedTokenizerFast,
    Qwen2Config,
    Starcoder2Config,
)

VOCABULARY = 512
CONTROLS = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
TEXTS = [
    "def add(a, b):\n    return a + b\n",
    "class Counter:\n    def __init__(self):\n        self.count = 0\n",
    "for index in range(10):\n    print(index, end=' ')\n",
    "import math\n\n\ndef area(radius: float) -> float:\n    return math.pi * radius ** 2\n",
    "if __name__ == '__main__':\n    raise SystemExit(main())\n",
]
CHAT = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)

SHAPE: dict[str, Any] = {
    "hidden_size": 64,
    "intermediate_size": 128,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 2048,
}
COMMON: dict[str, Any] = {"vocab_size": VOCABULARY, "bos_token_id": 0, "eos_token_id": 0}

CONFIGS = {
    "qwen2": lambda: Qwen2Config(**COMMON, **SHAPE, tie_word_embeddings=True),
    # Another seed: a draft that is often wrong.
    "qwen2-other": lambda: Qwen2Config(**COMMON, **SHAPE, tie_word_embeddings=True),
    # No width divides by 128.
    "narrow": lambda: Qwen2Config(**COMMON, **(SHAPE | {"intermediate_size": 96}), tie_word_embeddings=True),
    # Every width divides by 128.
    "wide": lambda: Qwen2Config(
        **COMMON, **(SHAPE | {"hidden_size": 128, "intermediate_size": 256}), tie_word_embeddings=True
    ),
    "starcoder2": lambda: Starcoder2Config(**COMMON, **SHAPE, sliding_window=None),
    "gpt_bigcode": lambda: GPTBigCodeConfig(
        **COMMON, n_embd=64, n_inner=256, n_layer=2, n_head=4, n_positions=2048, multi_query=True
    ),
    "llama": lambda: LlamaConfig(**COMMON, **SHAPE),
}


def make_tokenizer(chat: str | None) -> PreTrainedTokenizerFast:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY, special_tokens=CONTROLS, initial_alphabet=alphabet, show_progress=False
    )
    tokenizer.train_from_iterator(TEXTS, trainer)
    made = PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token=CONTROLS[0], bos_token=CONTROLS[0])
    made.chat_template = chat
    return made


def make(kind: str, folder: Path) -> None:
    torch.manual_seed(1 if kind.endswith("-other") else 0)
    model = AutoModelForCausalLM.from_config(CONFIGS[kind]()).float()
    with torch.no_grad():
        for name, weight in model.named_parameters():
            # Weights of the usual size give near-equal logits, which any rounding would reorder.
            weight.mul_(4 if weight.dim() > 1 else 1)
    model.save_pretrained(folder)
    make_tokenizer(CHAT if kind.startswith("qwen2") else None).save_pretrained(folder)


def main(out: str, *kinds: str) -> None:
    for kind in kinds or CONFIGS:
        make(kind, Path(out) / kind)


main(*sys.argv[1:])
