"""Prompts as the model sees them: text that comes from outside never becomes a control token."""

from __future__ import annotations

import hashlib
from typing import Any

from worker.faults import first_line
from worker.protocol import Refused

# Characters; what opens a thought is shorter.
SHOWN_END = 100


class Renderer:
    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer
        self._controls = {
            added.content: index for index, added in tokenizer.added_tokens_decoder.items() if added.special
        }
        begin = list(tokenizer("")["input_ids"])
        bos = tokenizer.bos_token_id
        #: BOS where the model asks for one.
        self.bos: int | None = bos if bos is not None and begin[:1] == [bos] else None

    def plain_tokens(self, text: str) -> list[int]:
        """Tokens of a text in which nothing is a control token, BOS not included."""
        encoded = self._tokenizer(text, add_special_tokens=False, split_special_tokens=True)
        return list(encoded["input_ids"])

    def render(self, prompt: dict[str, Any]) -> dict[str, Any]:
        if prompt["kind"] == "text":
            text, tokens = prompt["text"], self.plain_tokens(prompt["text"])
        else:
            text, tokens = self._chat(prompt)
        if self.bos is not None and tokens[:1] != [self.bos]:
            tokens.insert(0, self.bos)
            text = self._tokenizer.bos_token + text
        digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        return {"tokens": tokens, "sha256": digest, "end": text[-SHOWN_END:]}

    def _chat(self, prompt: dict[str, Any]) -> tuple[str, list[int]]:
        if self._tokenizer.chat_template is None:
            raise Refused("the model has no chat template; use --prompt raw, or a model that has one")
        system, user, prefix = prompt.get("system"), prompt["user"], prompt["answerPrefix"]
        text = self._apply(system, user)
        outside = self._outside(text, [part for part in (system, user) if part is not None])
        tokens: list[int] = []
        # What lies between control tokens of the template's own is plain text, ours and the user's.
        for piece, control in self._split(text, outside):
            tokens += self.plain_tokens(piece) if control is None else [control]
        if not prefix:
            return text, tokens
        return text + prefix, tokens + self.plain_tokens(prefix)

    def _apply(self, system: str | None, user: str) -> str:
        turns = [] if system is None else [{"role": "system", "content": system}]
        turns.append({"role": "user", "content": user})
        try:
            return self._tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=True)
        except Exception as error:  # a template may raise what it likes
            raise Refused(
                f"the model's chat template cannot render the prompt: {first_line(error)}; use --prompt raw"
            ) from error

    def _outside(self, text: str, contents: list[str]) -> list[tuple[int, int]]:
        """Where in the rendered text the contents stand, in order."""
        found: list[tuple[int, int]] = []
        at = 0
        for content in contents:
            # Some templates trim what they are given.
            for spelling in (content, content.strip()):
                start = text.find(spelling, at)
                if start >= 0:
                    break
            else:
                raise Refused(
                    "the model's chat template changes the prompt's text, or has no place for a system message;"
                    " use --prompt raw, or leave out --system"
                )
            at = start + len(spelling)
            found.append((start, at))
        return found

    def _split(self, text: str, outside: list[tuple[int, int]]) -> list[tuple[str, int | None]]:
        """Pieces of text, and control tokens that do not stand in a content."""
        pieces: list[tuple[str, int | None]] = []
        start = at = 0
        longest_first = sorted(self._controls, key=len, reverse=True)
        while at < len(text):
            span = next(((one, end) for one, end in outside if one <= at < end), None)
            if span is not None:
                at = span[1]
                continue
            control = next((name for name in longest_first if text.startswith(name, at)), None)
            if control is None:
                at += 1
                continue
            if at > start:
                pieces.append((text[start:at], None))
            pieces.append(("", self._controls[control]))
            at += len(control)
            start = at
        return pieces if start == len(text) else [*pieces, (text[start:], None)]
