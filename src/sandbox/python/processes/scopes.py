"""What one statement binds, mentions and holds, as far as its text says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_FUNCTIONS = ("FunctionDef", "AsyncFunctionDef")
_OWN_SCOPE = (*_FUNCTIONS, "Lambda", "ListComp", "SetComp", "DictComp", "GeneratorExp")
_ASSIGNMENTS = ("Assign", "AnnAssign", "AugAssign", "TypeAlias")
_IMPORTS = ("Import", "ImportFrom")
_SETTINGS = ("set", "seed")
"""How functions begin that change how all later code runs, as `sys.setrecursionlimit`."""


def facts(node: Any) -> dict[str, Any]:
    """Of a statement at the top of a text."""
    here = list(_walk(node, into_functions=False))
    functions = [each for each in here if _name(each) in _FUNCTIONS]
    return {
        "kind": _kind(node),
        "defines": sorted(_defined(node, here)),
        "stubs": sorted({each.name for each in functions if not _has_body(each)}),
        "methods": sorted(_methods(node)),
        "touches": sorted(_touched(here)),
        "uses": sorted(_used(node)),
        "returns": any(_name(each) in ("Return", "Yield", "YieldFrom") for each in here),
    }


def first_line(node: Any) -> int:
    """Of a statement with its decorators, from 1."""
    return min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", []))])


def _name(node: Any) -> str:
    return type(node).__name__


def _children(node: Any) -> Iterator[Any]:
    for field in node._fields:
        value = getattr(node, field, None)
        for each in value if isinstance(value, list) else (value,):
            if hasattr(each, "_fields"):
                yield each


def _walk(node: Any, *, into_functions: bool) -> Iterator[Any]:
    """The node and all below it; of what has a scope of its own only itself, if so wished."""
    waiting = [node]
    while waiting:
        each = waiting.pop()
        yield each
        if into_functions or _name(each) not in (*_OWN_SCOPE, "ClassDef"):
            waiting.extend(_children(each))


def _kind(node: Any) -> str:
    name = _name(node)
    if name in _IMPORTS:
        return "future" if getattr(node, "module", None) == "__future__" else "import"
    if name in (*_FUNCTIONS, "ClassDef"):
        return "definition"
    if name in _ASSIGNMENTS:
        # Without a value it binds nothing, and prose has its form, as `Note: this`.
        return "assignment" if getattr(node, "value", None) is not None else "idle"
    if name == "If" and "__name__" in _loads(_walk(node.test, into_functions=True)):
        return "main"
    if name == "Expr":
        return _kind_of_expression(node.value)
    return "other"


def _kind_of_expression(value: Any) -> str:
    below = list(_walk(value, into_functions=True))
    if not any(_name(each) in ("Call", "Await", "NamedExpr", "Yield") for each in below):
        # Prose that happens to parse, as `Done` or `a, b`; a text alone does no harm.
        return "other" if _name(value) == "Constant" else "idle"
    function = getattr(value, "func", None)
    if _name(function) == "Attribute" and function.attr.startswith(_SETTINGS):
        return "setting"
    return "other"


def _defined(node: Any, here: list[Any]) -> set[str]:
    """Names that the statement gives a value or a function with a body."""
    names = {each.name for each in here if _name(each) in _FUNCTIONS and _has_body(each)}
    names |= {each.name for each in here if _name(each) == "ClassDef"}
    names |= {
        each.asname or each.name.partition(".")[0] for each in here if _name(each) == "alias"
    }
    if _name(node) == "AnnAssign" and node.value is None:
        return names
    return names | {
        each.id for each in here if _name(each) == "Name" and _name(each.ctx) == "Store"
    }


def _touched(here: list[Any]) -> set[str]:
    """Names of things that are changed in place, as `table` in `table[0] = 1`, or taken away."""
    touched = {each.id for each in here if _name(each) == "Name" and _name(each.ctx) == "Del"}
    for each in here:
        if _name(each) in ("Attribute", "Subscript"):
            inner = each
            while _name(inner) in ("Attribute", "Subscript"):
                inner = inner.value
            changed = _name(each.ctx) == "Store" or _name(each) == "Attribute"
            if changed and _name(inner) == "Name":
                touched.add(inner.id)
    return touched


def _used(node: Any) -> set[str]:
    if _name(node) in _ASSIGNMENTS and getattr(node, "value", None) is not None:
        return _free(node.value)
    return _free(node)


def _free(node: Any) -> set[str]:
    """Names that the node mentions and that are not its functions' own."""
    waiting, names = [node], set()
    while waiting:
        each = waiting.pop()
        if _name(each) in (*_FUNCTIONS, "Lambda"):
            inside = each.body if isinstance(each.body, list) else [each.body]
            names |= set().union(*map(_free, inside)) - _own_names(each.args, inside)
            waiting.extend(getattr(each, "decorator_list", []))
            waiting.append(each.args)
        elif _name(each) == "Name":
            if _name(each.ctx) == "Load":
                names.add(each.id)
        else:
            waiting.extend(_children(each))
    return names


def _own_names(args: Any, body: list[Any]) -> set[str]:
    own = {each.arg for each in _walk(args, into_functions=False) if _name(each) == "arg"}
    shared: set[str] = set()
    for statement in body:
        for each in _walk(statement, into_functions=False):
            if _name(each) in _FUNCTIONS or _name(each) == "ClassDef":
                own.add(each.name)
            elif _name(each) in ("Global", "Nonlocal"):
                shared.update(each.names)
            elif _name(each) == "Name" and _name(each.ctx) == "Store":
                own.add(each.id)
    return own - shared


def _loads(nodes: Any) -> set[str]:
    return {each.id for each in nodes if _name(each) == "Name" and _name(each.ctx) == "Load"}


def _has_body(function: Any) -> bool:
    return not all(_does_nothing(each) for each in function.body)


def _does_nothing(statement: Any) -> bool:
    name = _name(statement)
    if name == "Expr":
        return _name(statement.value) == "Constant"
    if name == "Raise":
        return "NotImplementedError" in _loads(_walk(statement, into_functions=True))
    return name == "Pass"


def _methods(node: Any) -> set[str]:
    """Methods with a body of a class that is made without arguments."""
    if _name(node) != "ClassDef":
        return set()
    functions = {each.name: each for each in node.body if _name(each) in _FUNCTIONS}
    start = functions.get("__init__")
    if start is not None and len(start.args.args) - len(start.args.defaults) > 1:
        return set()
    return {name for name, each in functions.items() if _has_body(each)}
