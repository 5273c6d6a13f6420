"""Makes a StarCoder2 with random weights: `make_model.py SHAPE FOLDER`.

What a minibatch costs depends on shapes and types, not on what weights hold, so the grid of batch and
context needs no download. SHAPE: `3b` (StarCoder2-3B's, 3.0 G weights, 6.1 GB) or `tiny` (a rehearsal).
"""

from __future__ import annotations

import sys
from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast, Starcoder2Config, Starcoder2ForCausalLM

# As in the config.json of bigcode/starcoder2-3b; the window is as wide as the longest context.
SHAPES = {
    "3b": {
        "hidden_size": 3072,
        "intermediate_size": 12288,
        "num_hidden_layers": 30,
        "num_attention_heads": 24,
        "num_key_value_heads": 2,
        "vocab_size": 49152,
    },
    "tiny": {
        "hidden_size": 64,
        "intermediate_size": 128,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "vocab_size": 512,
    },
}


def make_tokenizer() -> PreTrainedTokenizerFast:
    """Byte-level BPE of this file: it can write any text."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=500,
        special_tokens=["<|endoftext|>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator([Path(__file__).read_text(encoding="utf8")], trainer)
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="<|endoftext|>")


def make_model(shape: str) -> Starcoder2ForCausalLM:
    config = Starcoder2Config(
        **SHAPES[shape],
        max_position_embeddings=32768,
        sliding_window=None,
        bos_token_id=0,
        eos_token_id=0,
        dtype=torch.bfloat16,
    )
    torch.manual_seed(0)
    with torch.device("cuda" if torch.cuda.is_available() else "cpu"):
        return Starcoder2ForCausalLM(config).to(torch.bfloat16)


def main() -> None:
    shape, folder = sys.argv[1:3]
    model = make_model(shape)
    model.generation_config.eos_token_id = 0
    model.save_pretrained(folder)
    make_tokenizer().save_pretrained(folder)
    print(f"{folder}: {sum(one.numel() for one in model.parameters()):,} random weights")


if __name__ == "__main__":
    main()
