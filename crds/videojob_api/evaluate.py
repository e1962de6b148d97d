"""CEL, as the API server evaluates it."""

from importlib.machinery import PathFinder
from importlib.util import find_spec, module_from_spec
from types import ModuleType
from typing import Any


def _evaluator() -> ModuleType:
    """The package's extension module alone: importing the package loads a command line too, for half a second."""
    package = find_spec("cel")
    found = PathFinder.find_spec("cel", package.submodule_search_locations if package else None)
    if found is None or found.loader is None or not found.origin or found.origin.endswith("__init__.py"):
        raise ImportError("common-expression-language has no extension module here; install it anew")
    module = module_from_spec(found)
    found.loader.exec_module(module)
    return module


_cel = _evaluator()


def holds(expression: str, value: Any) -> bool:
    """Whether the rule is true of `self`. Raises what the evaluator raises for a rule that is none."""
    return bool(_cel.evaluate(expression, {"self": value}))
