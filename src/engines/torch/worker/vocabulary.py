"""What the parent must know of a tokenizer: spellings and kinds of tokens, in llama.cpp's words."""

from __future__ import annotations

from typing import Any

from transformers import AutoTokenizer
from worker.faults import first_line
from worker.protocol import Refused

# llama.cpp's `llama_token_type`.
NORMAL, UNKNOWN, CONTROL, USER_DEFINED, UNUSED, BYTE = range(1, 7)

# Tokens that end an answer wherever a vocabulary has them as control tokens: llama.cpp's list
# (src/llama-vocab.cpp, `special_eog_ids`, with the separators of repositories and files).
ENDS = frozenset(
    """<|eot_id|> <|im_end|> <|end|> <|return|> <|call|> <|endoftext|> <|eom_id|> <|end_of_text|>
    <end_of_turn> <EOT> _<EOT> <｜end▁of▁sentence｜> <end_of_utterance> </s>
    <|fim_pad|> <fim_pad> <fim-pad> <PAD> <|repo_name|> <|reponame|> <fim-repo> <REPO> <reponame> <repo_name>
    <|file_sep|> <file_sep>""".split()
)


def load_tokenizer(path: str, trust_remote_code: bool) -> Any:
    try:
        tokenizer = AutoTokenizer.from_pretrained(
            path, trust_remote_code=trust_remote_code, local_files_only=True, clean_up_tokenization_spaces=False
        )
    except Exception as error:  # tokenizers raises plain Exception for a file that it cannot read
        raise Refused(f"{path}: its tokenizer cannot be loaded: {first_line(error)}") from error
    if not tokenizer.is_fast:
        raise Refused(f"{path}: its tokenizer has no tokenizer.json; save it with transformers' fast tokenizer")
    return tokenizer


def token_table(tokenizer: Any, size: int) -> dict[str, Any]:
    """Spellings and kinds by id; ids beyond the tokenizer's pad the model's matrices."""
    kind = spelling_kind(tokenizer)
    tokens = [f"[PAD{index}]" for index in range(size)]
    types = [UNUSED] * size
    for spelling, index in tokenizer.get_vocab().items():
        if index < size:
            tokens[index] = spelling
            types[index] = BYTE if kind == "llama" and is_byte(spelling) else NORMAL
    for index, added in tokenizer.added_tokens_decoder.items():
        if index < size:
            types[index] = CONTROL if added.special else USER_DEFINED
    if kind == "llama" and tokenizer.unk_token_id is not None:
        types[tokenizer.unk_token_id] = UNKNOWN
    return {"model": kind, "tokens": tokens, "types": types}


def end_tokens(tokenizer: Any, named: set[int]) -> set[int]:
    """Those that the folder names, the tokenizer's own, and control tokens that end answers everywhere."""
    known = {
        index
        for index, added in tokenizer.added_tokens_decoder.items()
        if added.special and added.content in ENDS
    }
    own = set() if tokenizer.eos_token_id is None else {tokenizer.eos_token_id}
    return named | own | known


def spelling_kind(tokenizer: Any) -> str:
    """`gpt2`: a character a byte; `llama`: SentencePiece's; else what the decoder calls itself."""
    decoder = repr(tokenizer.backend_tokenizer.decoder)
    if "ByteLevel" in decoder:
        return "gpt2"
    if "ByteFallback" in decoder or "Metaspace" in decoder:
        return "llama"
    return decoder.split("(")[0]


def is_byte(spelling: str) -> bool:
    return len(spelling) == 6 and spelling.startswith("<0x") and spelling.endswith(">")
