"""A test by inputs: calls the candidate with each and compares with what the reference gave.

The candidate sees the inputs and nothing else, a few ahead of its answers: expected values and their
comparison stay here.
"""

from __future__ import annotations

from binascii import a2b_base64
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import wire
from brief import brief
from comparison import COMPARISONS, Comparison
from conversation import Conversation, Ending, Job, failed, unfit
from expected import Asked, asked_in, count_in
from short import together

_MAX_CALL_CHARS = 300
_MAX_VALUE_CHARS = 200

_AHEAD = 64
_AHEAD_BYTES = 16 * 1024
"""What is asked at once: less than a socket holds, so that nobody waits for the other to read."""

Tell = Callable[[str], None]
"""Told the name of each part that passed."""


def run(job: Job, conversation: Conversation, tell: Tell) -> None:
    """Returns where every input passes; raises `Ending` at the first that does not."""
    test = job["test"]
    comparison = COMPARISONS.get(test["comparison"])
    if comparison is None:
        raise Ending(unfit(f"no way to compare is called {test['comparison']}"))
    for part, text in test["expected"].items():
        data = a2b_base64(text)
        asking = _Asking(conversation, job["entryPoint"], part, comparison(test["atol"]))
        asking.ask_all(asked_in(data), count_in(data))
        tell(part)


def _together(each: Iterable[Asked]) -> Iterator[list[Asked]]:
    """What is asked at once: several short questions, or one that is long."""
    batch: list[Asked] = []
    size = 0
    for asked in each:
        if batch and (len(batch) == _AHEAD or size + len(asked.question) > _AHEAD_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(asked)
        size += len(asked.question)
    if batch:
        yield batch


class _Asking:
    """The questions of one part."""

    def __init__(
        self, conversation: Conversation, name: str, part: str, comparison: Comparison
    ) -> None:
        self._conversation = conversation
        self._name = name
        self._is_right = comparison
        self.part = part

    def ask_all(self, inputs: Iterator[Asked], total: int) -> None:
        """Every input, up to the first whose answer is wrong."""
        done = 0
        for batch in _together(inputs):
            self._conversation.ask(wire.MANY + together([asked.question for asked in batch]))
            for left, asked in enumerate(batch, 1 - len(batch)):
                done += 1
                self._hear(asked, f"input {done} of {total}", more=left < 0)

    def _hear(self, asked: Asked, which: str, *, more: bool) -> None:
        """One answer. What it says of a wrong one is short, whatever the values."""
        try:
            reply = self._conversation.reply(more=more)
            if asked.is_exact and reply == asked.value:
                return
            answer = self._conversation.answer_in(reply)
        except Ending as ending:
            if "detail" in ending.outcome:
                where = self._where(asked.arguments(), which)
                ending.outcome["detail"] = f"{ending.outcome['detail']}, {where}"
            raise
        except BaseException as error:
            told = self._conversation.mirror.told(error)
            if told is None:
                raise
            cause = "memory" if told.is_memory else "exception"
            where = self._where(asked.arguments(), which)
            raise Ending(failed(cause, f"{told.detail}, {where}")) from None
        args, expected = asked.arguments(), asked.expected()
        if not self._passes(args, answer, expected):
            raise Ending(self._wrong(answer, expected, self._where(args, which)))

    def _passes(self, args: list[Any], answer: Any, expected: Any) -> bool:
        try:
            return self._is_right(args, answer, expected)
        except MemoryError:
            raise
        except Exception:
            return False  # such as the root that is not a number

    def _where(self, args: list[Any], which: str) -> str:
        call = ", ".join(map(brief, args))[:_MAX_CALL_CHARS]
        return f"{self.part} {which}: {self._name}({call})"

    def _wrong(self, answer: Any, expected: Any, where: str) -> dict[str, object]:
        names = self._conversation.opaque_names
        if names:
            return failed("opaque-answer", f"a value of type {names[0]} equals no plain data: {where}")
        gave, due = (brief(value)[:_MAX_VALUE_CHARS] for value in (answer, expected))
        return failed("assertion", f"{where} gave {gave}, expected {due}")
