"""One sample's conversation with its candidate: calls go out, plain data comes back.

The first thing that no honest candidate does ends the conversation for good: a test cannot catch
its way around it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn, NotRequired, TypedDict

import wire
from decode import Decoder, Opaque
from encode import NotPlain, TooLarge, encode
from frames import Channel, Disconnected, FrameTooLarge, OutOfTime, ProtocolError
from mirror import Mirror
from short import value_of


class Job(TypedDict):
    """A sample, as the supervisor passes it on."""

    prompt: str
    completion: str
    head: NotRequired[str]
    """What of the completion belongs before the prompt."""
    entryPoint: str
    seed: str
    """Of `random` in the checker, and unknown to the candidate."""
    test: dict[str, Any]
    """Its `kind` is `check`, `program` or `inputs`, which says what else it holds."""


Outcome = dict[str, object]


class Ending(BaseException):
    """The sample is decided, whatever the test makes of this."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome)
        self.outcome = outcome


def failed(cause: str, detail: str) -> Outcome:
    return {"kind": "failed", "cause": cause, "detail": detail}


def unfit(detail: str) -> Outcome:
    """The fault is the task's, whatever the completion."""
    return {"kind": "unfit", "detail": detail}


class Conversation:
    """The calls of one sample and how they ended."""

    def __init__(self, channel: Channel, job: Job) -> None:
        self._channel = channel
        self._job = job
        self._prompt = job.get("head", "") + job["prompt"]
        self.mirror = Mirror(self._prompt.count("\n"))
        self.ending: Ending | None = None
        self.answers = 0
        self.last_answer: object = None
        self.opaque_names: list[str] = []

    def open(self) -> None:
        """Hands prompt and completion over."""
        job = self._job
        setup = (self._prompt, job["completion"], job["entryPoint"])
        self._guard(lambda: self._channel.send(encode(setup, opaque=False)))

    def wait_until_ready(self) -> None:
        reply = self._guard(self._channel.receive)
        if reply != wire.READY:
            self._read(reply)
            self._end(failed("protocol", "the candidate answered before it was asked"))

    def call(self, name: str, args: tuple[object, ...], kwargs: dict[str, object]) -> Any:
        """One call of a function of the candidate's. Raises what it raised."""
        if self.ending is not None:
            raise self.ending
        return self._guard(lambda: self._exchange(name, args, kwargs))

    def ask(self, questions: bytes) -> None:
        """Several calls at once, whose replies `reply` gives in their order."""
        self._guard(lambda: self._channel.send(questions))

    def reply(self, *, more: bool) -> bytes:
        """The next reply, as it came. `more`: others are due after it."""
        return self._guard(lambda: self._channel.receive(more=more))

    def answer_in(self, reply: bytes) -> Any:
        """What a reply says. Raises what the candidate raised."""
        return self._guard(lambda: self._read(reply))

    def _exchange(self, name: str, args: tuple[object, ...], kwargs: dict[str, object]) -> Any:
        self._channel.send(self._question(name, args, kwargs))
        answer = self._read(self._channel.receive())
        self.answers += 1
        self.last_answer = answer
        return answer

    def _question(self, name: str, args: tuple[object, ...], kwargs: dict[str, object]) -> bytes:
        try:
            return encode((name, args, kwargs), opaque=False)
        except NotPlain as error:
            if str(error) == Opaque.__name__:
                self._end(failed("opaque-answer", f"the test passes on {self._opaque()}"))
            self._end(
                failed("protocol", f"the test passes a {error}, which no other process can receive")
            )
        except TooLarge as error:
            self._end(failed("protocol", f"the test passes {error}"))

    def _read(self, reply: bytes) -> Any:
        kind, body = reply[:1], reply[1:]
        if kind == wire.TOO_LARGE:
            self._end(
                failed(
                    "answer-too-large", body[: wire.MAX_MESSAGE_CHARS].decode("ascii", "replace")
                )
            )
        if kind == wire.SHORT:
            self.opaque_names = []
            return value_of(body)
        decoder = Decoder(body, self.mirror)
        if kind == wire.RAISED:
            raise self.mirror(decoder.whole())
        if kind != wire.ANSWER:
            raise ProtocolError("unknown kind of reply")
        answer = decoder.whole()
        self.opaque_names = decoder.opaque_names
        return answer

    def _guard(self, step: Callable[[], Any]) -> Any:
        try:
            return step()
        except Disconnected:
            self._end({"kind": "candidate-gone"})
        except FrameTooLarge as error:
            self._end(failed("answer-too-large", str(error)))
        except OutOfTime as error:
            self._end(failed("timeout", str(error)))
        except ProtocolError as error:
            self._end(failed("protocol", str(error)))

    def _end(self, outcome: Outcome) -> NoReturn:
        self.ending = Ending(outcome)
        raise self.ending

    def _opaque(self) -> str:
        return (
            f"an answer of type {self.opaque_names[0]}" if self.opaque_names else "an opaque answer"
        )
