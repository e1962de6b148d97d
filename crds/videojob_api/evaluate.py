"""CEL, as the API server evaluates it."""

import sys
from collections.abc import Callable
from importlib.machinery import PathFinder
from importlib.util import find_spec, module_from_spec
from itertools import pairwise
from types import ModuleType
from typing import Any


def _evaluator() -> ModuleType:
    """The package's extension module alone: importing the package loads a command line too, in a fifth of a second."""
    name = "cel.cel"
    if name in sys.modules:
        return sys.modules[name]
    package = find_spec("cel")
    found = PathFinder.find_spec(name, package.submodule_search_locations) if package else None
    if found is None or found.loader is None:
        raise ImportError("common-expression-language has no extension module here; install it anew")
    # Under its own name, for whoever imports the package after all: it cannot be initialised twice.
    sys.modules[name] = module_from_spec(found)
    found.loader.exec_module(sys.modules[name])
    return sys.modules[name]


_cel = _evaluator()


def holds(expression: str, value: Any) -> bool:
    """Whether the rule is true of `self`. Raises what the evaluator raises for a rule that is none."""
    return bool(_evaluated(expression, value))


def message(expression: str, value: Any) -> str:
    """What a message's expression says of `self`."""
    return str(_evaluated(expression, value))


def _evaluated(expression: str, value: Any) -> Any:
    return _cel.evaluate(expression, {"self": value, **_LIBRARY})


def _is_sorted(items: list[Any]) -> bool:
    return all(before <= after for before, after in pairwise(items))


def _format(text: str, values: list[Any]) -> str:
    return text % tuple(values)


_LIBRARY: dict[str, Callable[..., Any]] = {"isSorted": _is_sorted, "sum": sum, "format": _format}
"""Of Kubernetes' lists and strings: what this evaluator lacks."""
