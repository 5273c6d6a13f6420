"""A model's config.json: what it says, with the types that are expected of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from refusal import Refusal


def read_json(path: Path) -> dict[str, Any]:
    """Reads a file that must hold one JSON object."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Refusal(f"{path.name} cannot be read ({error})") from error
    if not isinstance(value, dict):
        raise Refusal(f"{path.name} does not hold a JSON object")
    return value


class Settings:
    """The object in a config.json. `null` counts as absent, as it does in transformers."""

    def __init__(self, values: dict[str, Any], where: str = "config.json") -> None:
        self._values = {name: value for name, value in values.items() if value is not None}
        self._where = where

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def integer(self, name: str, default: int | None = None) -> int:
        """A positive integer."""
        value = self._values.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise self.wrong(name, "a positive integer")
        return value

    def count(self, name: str, default: int) -> int:
        """A whole number, which may be 0."""
        return 0 if self._values.get(name) == 0 else self.integer(name, default)

    def number(self, name: str, default: float | None = None) -> float:
        """A positive number."""
        value = self._values.get(name, default)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or value <= 0:
            raise self.wrong(name, "a positive number")
        return float(value)

    def truth(self, name: str, default: bool) -> bool:
        value = self._values.get(name, default)
        if not isinstance(value, bool):
            raise self.wrong(name, "true or false")
        return value

    def text(self, name: str, default: str | None = None) -> str:
        value = self._values.get(name, default)
        if not isinstance(value, str):
            raise self.wrong(name, "a text")
        return value

    def part(self, name: str) -> Settings | None:
        """An object inside; `None` where it is absent."""
        value = self._values.get(name)
        if value is None:
            return None
        if not isinstance(value, dict):
            raise self.wrong(name, "an object")
        return Settings(value, f"{name} of {self._where}")

    def raw(self, name: str) -> Any:
        return self._values.get(name)

    def demand(self, name: str, allowed: tuple[str, ...], default: str, why: str) -> None:
        """Refuses another value than the allowed ones."""
        value = self.text(name, default)
        if value not in allowed:
            raise Refusal(f"{name} of {self._where} is {value}; {why} {' or '.join(allowed)}")

    def wrong(self, name: str, expected: str) -> Refusal:
        if name not in self._values:
            return Refusal(f"{self._where} has no {name}")
        return Refusal(f"{name} of {self._where} is {self._values[name]!r}, not {expected}")
