"""JSON lines over what were stdin and stdout when the process began."""

from __future__ import annotations

import json
import os
import queue
import sys
import threading
import time
import traceback
from typing import Any

from worker.memory import is_out_of_memory
from worker.protocol import ProtocolError, check_ended

# An error's text may quote a whole tensor.
LONGEST_MESSAGE = 600


class Channel:
    """Libraries print: what they write to stdout goes to stderr, the log."""

    def __init__(self) -> None:
        self._out = os.fdopen(os.dup(1), "w", encoding="ascii", newline="\n")
        os.dup2(2, 1)
        self._lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self.told_at = time.monotonic()
        threading.Thread(target=self._read, daemon=True).start()

    def receive(self) -> dict[str, Any]:
        """The next line from the parent."""
        line = self._lines.get()
        try:
            value = json.loads(line)
        except ValueError as error:
            raise ProtocolError(f"a line is not JSON: {line[:80]!r}") from error
        if not isinstance(value, dict):
            raise ProtocolError(f"a line is no object: {line[:80]!r}")
        return value

    def tell(self, kind: str, **fields: Any) -> None:
        text = json.dumps({"kind": kind, **fields}, allow_nan=False, separators=(",", ":"))
        with self._lock:
            self._out.write(text + "\n")
            self._out.flush()
            self.told_at = time.monotonic()

    def ask_ended(self, **step: Any) -> set[int]:
        """Tells of new tokens; the parent, which reads the text, says which rows of the pass have ended."""
        self.tell("step", **step)
        answer = self.receive()
        check_ended(answer, len(step["tokens"]))
        return set(answer["rows"])

    def tell_failure(self, error: BaseException) -> None:
        traceback.print_exception(error, file=sys.stderr)
        reason = "out-of-memory" if is_out_of_memory(error) else "failed"
        # The first paragraph says what; C++ adds a stack.
        first = str(error).strip().split("\n\n")[0][:LONGEST_MESSAGE]
        message = first if reason == "out-of-memory" else f"{type(error).__name__}: {first}"
        self.tell("failed", reason=reason, message=message)

    def _read(self) -> None:
        for line in sys.stdin.buffer:
            self._lines.put(line)
        os._exit(0)  # the parent is gone
