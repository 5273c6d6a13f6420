"""Raises in the checker what the candidate raised.

It becomes the nearest class that the checker has of its own: a built-in one, one of the standard
library, one of the prompt. The candidate names it, no more: what is built is of a class that the
test could have caught anyway, with plain data in it. StopIteration, SystemExit and their like are
not built: they would steer the code of the test.
"""

from __future__ import annotations

import builtins
import importlib
import sys
from types import ModuleType
from typing import Any

import wire
from raised import MAX_CLASSES, MEMBERS, OWN, Description

_STEERING = (StopIteration, StopAsyncIteration)
_STEERING_MODULES = ("unittest", "doctest", "bdb")
"""Their exceptions tell a test to be skipped or stopped."""

# Modules of the standard library that a test may import after the fact, or under another name.
_LIBRARY = frozenset(
    """_csv _queue asyncio.exceptions binascii calendar concurrent.futures._base configparser copy
    csv decimal graphlib ipaddress json.decoder lzma pickle queue re shutil statistics struct
    tarfile threading tomllib urllib.error uuid xml.etree.ElementTree zipfile zlib
    zoneinfo._common""".split()
)


class Told:
    """What is said of an exception of the candidate's, should the test let it through."""

    __slots__ = ("detail", "error", "is_memory")

    def __init__(self, error: BaseException, detail: str, is_memory: bool) -> None:
        self.error = error
        self.detail = detail
        self.is_memory = is_memory


class CandidateExit(BaseException):
    """The candidate raised what is not an Exception: SystemExit, KeyboardInterrupt, …"""


class Mirror:
    """Builds the exceptions of one sample in the checker."""

    def __init__(self, prompt_lines: int) -> None:
        self._prompt_lines = prompt_lines
        self._told: dict[int, Told] = {}
        self.names: dict[str, Any] = {}
        """What the prompt defines."""

    def told(self, error: BaseException) -> Told | None:
        """None where the exception is not the candidate's."""
        told = self._told.get(id(error))
        return told if told is not None and told.error is error else None

    def __call__(self, description: object) -> BaseException:
        """The exception to raise. `description` is hostile."""
        classes, message, line, args, attributes, cause = _checked(description)
        error = self._build(classes, message, args, attributes)
        if cause is not None:
            error.__cause__ = self(cause)
        where = "" if line is None else f" (line {line - self._prompt_lines} of the completion)"
        is_memory = isinstance(error, MemoryError)
        told = Told(error, f"{classes[0][1].rpartition('.')[2]}: {message}{where}", is_memory)
        self._told[id(error)] = told
        return error

    def _build(
        self, classes: list[list[str]], message: str, args: Any, attributes: dict[str, Any]
    ) -> BaseException:
        kinds = [self._find(module, name) for module, name in classes]
        known = _lowest([kind for kind in kinds if kind is not None])
        if kinds[0] is None:
            known = [_heir(classes[0][1], known, message)]
        return _instance(known[0], (message,) if args is None else args, attributes)

    def _find(self, module: str, name: str) -> type[Exception] | None:
        """The class of that name that is no work of the candidate's."""
        try:
            found = self.names.get(name) if module == OWN else _of_library(module, name)
            known = isinstance(found, type) and issubclass(found, Exception)
        except Exception:
            return None
        return found if known and not issubclass(found, _STEERING) else None


def _of_library(module: str, name: str) -> Any:
    top = module.partition(".")[0]
    if top not in sys.stdlib_module_names or top in _STEERING_MODULES:
        return None
    found: Any = sys.modules.get(module)
    if found is None and module in _LIBRARY:
        found = importlib.import_module(module)
    for part in name.split("."):
        found = _member(found, part)
    return found


def _member(of: Any, name: str) -> Any:
    """As it stands there: a `__getattr__` would be code that the candidate calls by a name."""
    return vars(of).get(name) if isinstance(of, (ModuleType, type)) else None


def _lowest(kinds: list[type[Exception]]) -> list[type[Exception]]:
    """Without those that others of them derive from."""
    lowest: list[type[Exception]] = []
    for kind in kinds:
        if not any(issubclass(each, kind) for each in lowest):
            lowest.append(kind)
    return lowest


def _heir(name: str, bases: list[type[Exception]], message: str) -> Any:
    """A class of that name, for one that exists in the candidate only."""
    members = {"__str__": lambda self: message}
    name = name.rpartition(".")[2]
    for chosen in (bases, bases[:1]):
        try:
            return type(name, tuple(chosen) or (CandidateExit,), members)
        except (TypeError, ValueError):
            pass  # bases that do not go together
    return CandidateExit


def _instance(kind: Any, args: tuple[Any, ...], attributes: dict[str, Any]) -> BaseException:
    """Of a class of the checker's, filled without running what a prompt's class does when made."""
    error = _made(kind, args, attributes)
    for name, value in attributes.items():
        try:
            if name in MEMBERS:
                setattr(error, name, value)
            else:
                error.__dict__[name] = value
        except Exception:
            pass  # it takes no such value
    return error


def _made(kind: Any, args: tuple[Any, ...], attributes: dict[str, Any]) -> Any:
    try:
        if issubclass(kind, OSError) and len(args) == 2:
            file, other = attributes.get("filename"), attributes.get("filename2")
            args = args if file is None else (*args, file, None, other)
        # The prompt's classes call themselves built-in too: their module has no name.
        is_built_in = getattr(builtins, kind.__name__, None) is kind
        made = kind(*args) if is_built_in else kind.__new__(kind, *args)
        if isinstance(made, kind):
            return made
    except Exception:
        pass  # arguments that this class does not take
    try:
        made = Exception.__new__(kind)
        made.args = args
        return made
    except Exception:
        return RuntimeError(*args)


def _checked(description: object) -> Description:
    if type(description) is not tuple or len(description) != 6:
        return [["builtins", "Exception"]], "(malformed exception)", None, None, {}, None
    classes, message, line, args, attributes, cause = description
    classes = [_class(each) for each in (classes if type(classes) is list else [])[:MAX_CLASSES]]
    return (
        classes or [["builtins", "Exception"]],
        message[: wire.MAX_MESSAGE_CHARS] if type(message) is str else "",
        line if type(line) is int and 0 <= line < 1 << 31 else None,
        args if type(args) is tuple else None,
        attributes if type(attributes) is dict and set(map(type, attributes)) <= {str} else {},
        cause if type(cause) is tuple else None,
    )


def _class(named: object) -> list[str]:
    if type(named) is list and len(named) == 2 and set(map(type, named)) == {str}:
        return [word[: wire.MAX_NAME_CHARS] for word in named]
    return [OWN, "Exception"]
