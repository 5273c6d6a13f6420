"""The text that a static quantization looks at, as the user names it."""

from __future__ import annotations

import gzip
import hashlib
import json
from pathlib import Path
from typing import Any

from worker.protocol import Refused

# Fields of a JSON line that hold its text, the first that is there.
FIELDS = ("text", "prompt", "content", "code")


def calibration_texts(options: dict[str, Any]) -> list[str]:
    """The first `rows` texts of the file: a JSON line each, or the whole file cut at blank lines."""
    path, rows = Path(options["calibration"]["path"]), int(options["rows"])
    try:
        data = path.read_bytes()
        digest = hashlib.sha256(data).hexdigest()
        text = (gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data).decode()
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise Refused(f"--calibration {path} cannot be read as text: {error}") from error
    if digest != options["calibration"]["sha256"]:
        raise Refused(f"--calibration {path} has changed since the run was planned; start the run anew")
    names = path.name.removesuffix(".gz")
    texts = _lines(path, text) if names.endswith((".jsonl", ".json")) else text.split("\n\n")
    taken = [one for one in texts if one.strip()][:rows]
    if not taken:
        raise Refused(f"--calibration {path} has no text")
    return taken


def _lines(path: Path, text: str) -> list[str]:
    texts = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise Refused(f"--calibration {path}, line {number}: no JSON: {error}") from error
        found = next((row[name] for name in FIELDS if isinstance(row.get(name), str)), None) if isinstance(row, dict) else row
        if not isinstance(found, str):
            raise Refused(f"--calibration {path}, line {number}: none of {', '.join(FIELDS)} holds a text")
        texts.append(found)
    return texts


def calibration_tokens(tokenizer: Any, options: dict[str, Any]) -> list[list[int]]:
    """The same as tokens, `length` at most each."""
    length = int(options["length"])
    encoded = [tokenizer(text, split_special_tokens=True).input_ids[:length] for text in calibration_texts(options)]
    return [tokens for tokens in encoded if tokens]
