"""A test by inputs: calls the candidate with each and compares with what the reference gave.

The candidate sees the inputs and nothing else: expected values and their comparison stay here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from brief import brief
from comparison import COMPARISONS, Comparison
from conversation import Conversation, Ending, Job, failed, unfit
from expected import argument_lists, values

_MAX_CALL_CHARS = 300
_MAX_VALUE_CHARS = 200

Tell = Callable[[str], None]
"""Told the name of each part that passed."""


def run(job: Job, conversation: Conversation, tell: Tell) -> None:
    """Returns where every input passes; raises `Ending` at the first that does not."""
    test = job["test"]
    comparison = COMPARISONS.get(test["comparison"])
    if comparison is None:
        raise Ending(unfit(f"no way to compare is called {test['comparison']}"))
    for part, inputs in argument_lists(test):
        _run_part(
            _Asking(conversation, job["entryPoint"], part, comparison(test["atol"])),
            inputs,
            test["expected"][part],
        )
        tell(part)


def _run_part(asking: _Asking, inputs: list[list[Any]], expected: str) -> None:
    count = 0
    for args, value in zip(inputs, values(expected)):
        asking.ask(args, value, f"input {count + 1} of {len(inputs)}")
        count += 1
    if count != len(inputs):
        raise Ending(unfit(f"{count} expected values for {len(inputs)} {asking.part} inputs"))


class _Asking:
    """The questions of one part."""

    def __init__(
        self, conversation: Conversation, name: str, part: str, comparison: Comparison
    ) -> None:
        self._conversation = conversation
        self._name = name
        self._is_right = comparison
        self.part = part

    def ask(self, args: list[Any], expected: Any, which: str) -> None:
        """One input. What it says of a wrong answer is short, whatever the values."""
        try:
            answer = self._conversation.call(self._name, tuple(args), {})
        except Ending as ending:
            if "detail" in ending.outcome:
                ending.outcome["detail"] = f"{ending.outcome['detail']}, {self._where(args, which)}"
            raise
        except BaseException as error:
            told = self._conversation.mirror.told(error)
            if told is None:
                raise
            cause = "memory" if told.is_memory else "exception"
            raise Ending(failed(cause, f"{told.detail}, {self._where(args, which)}")) from None
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
