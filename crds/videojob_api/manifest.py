"""Reads YAML as kubectl does: the same values, of all documents in a file, and where each stands; and writes it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from videojob_api.problem import Path, Position, Problem
from videojob_api.scalars import resolve

MAX_NODES = 500_000
"""Of a document, aliases (*) counted as often as they are used: a few lines can name billions."""

_SEPARATOR = re.compile(r"---\s*(#.*)?$")
_TAG = "tag:yaml.org,2002:"
_PLAIN, _QUOTED = "plain", "quoted"


class _Loader(yaml.CSafeLoader):
    """libyaml, from which kubectl's parser was made: it takes and refuses the same. It only tells how scalars look."""

    def resolve(self, kind: type[yaml.Node], value: Any, implicit: Any) -> str:
        if kind is yaml.ScalarNode:
            return _PLAIN if implicit[0] else _QUOTED
        return str(super().resolve(kind, value, implicit))  # type: ignore[no-untyped-call]


class NotYAMLError(ValueError):
    """The text cannot be read at all; `problem` says why and where."""

    def __init__(self, message: str, line: int = 1, column: int = 1) -> None:
        super().__init__(message)
        self.problem = Problem((), message, line, column)


@dataclass(frozen=True)
class Document:
    """One document's value, the place of each of its nodes, and what kubectl would pass over in silence."""

    value: Any
    where: dict[Path, Position] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


def documents(text: str) -> list[Document]:
    """All documents of a file that are not empty. Raises NotYAMLError."""
    read = (_read(chunk, first) for chunk, first in _chunks(text.removeprefix("\ufeff")))
    return [document for document in read if document is not None and document.value is not None]


def _chunks(text: str) -> Iterator[tuple[str, int]]:
    """The parts between lines of `---`, each with the number of lines before it."""
    lines, first = text.split("\n"), 0
    for index, line in enumerate([*lines, "---"]):
        if not line.startswith("---"):
            continue
        if not _SEPARATOR.match(line):
            raise NotYAMLError("nothing but a comment stands behind --- on its line", index + 1)
        yield "\n".join([*lines[first:index], ""]), first
        first = index + 1


def _read(text: str, before: int) -> Document | None:
    try:
        loader = _Loader(text)
        # Only the chunk's first document counts; what follows `...` is never read.
        root = loader.get_node() if loader.check_node() else None
        return None if root is None else _Reader(before).read(root)
    except RecursionError:
        raise NotYAMLError("is nested too deeply") from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1 + before, mark.column + 1) if mark else (1, 1)
        raise NotYAMLError(f"is not YAML: {_explained(error)}", line, column) from None
    except yaml.YAMLError as error:
        raise NotYAMLError(f"is not YAML: {str(error).splitlines()[0]}") from None


_HINTS = (
    ("cannot start any token", "a tab, @ or ` begins a value: indent with spaces, and quote the value"),
    ("did not find expected key", "this line stands deeper or less deep than its neighbours: indent them alike"),
    ("did not find expected '-'", "this line stands deeper or less deep than its neighbours: indent them alike"),
    ("mapping values are not allowed", "a second ': ' in the line, or a wrong indent: quote the value"),
    ("found undefined tag handle", "! begins a tag: quote the value"),
    ("found unexpected end of stream", "a quote or bracket is opened and never closed"),
)  # fmt: skip


def _explained(error: yaml.MarkedYAMLError) -> str:
    """The parser's words, and what usually lies behind them."""
    said = error.problem or error.context or "it cannot be read"
    hint = next((words for start, words in _HINTS if start in said), "")
    return f"{said} ({hint})" if hint else said


class _Reader:
    """Turns nodes into values, noting where each stands."""

    def __init__(self, before: int) -> None:
        self._before, self._where = before, dict[Path, Position]()
        self._problems: list[Problem] = []
        self._open: set[int] = set()
        self._count = 0

    def read(self, root: yaml.Node) -> Document:
        value = self._value(root, ())
        return Document(value, self._where, tuple(self._problems))

    def _value(self, node: yaml.Node, path: Path) -> Any:
        self._count += 1
        if self._count > MAX_NODES:
            raise self._error(node, f"holds more than {MAX_NODES} values: aliases (*) multiply them")
        if id(node) in self._open:
            raise self._error(node, "an anchor (&) contains itself")
        self._where.setdefault(path, self._position(node))
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node)
        self._open.add(id(node))
        try:
            return self._list(node, path) if isinstance(node, yaml.SequenceNode) else self._mapping(node, path)
        finally:
            self._open.discard(id(node))

    def _list(self, node: yaml.SequenceNode, path: Path) -> list[Any]:
        return [self._value(item, (*path, index)) for index, item in enumerate(node.value)]

    def _mapping(self, node: yaml.Node, path: Path) -> dict[str, Any]:
        """Later keys replace earlier ones, as in kubectl, and what `<<` brings takes its turn among them."""
        found: dict[str, Any] = {}
        own: set[str] = set()
        for key_node, value_node in node.value:
            if key_node.value == "<<" and _is_plain(key_node):
                found |= self._merged(value_node, path)
                continue
            key = self._key(key_node)
            if key in own:
                self._problems.append(
                    Problem((*path, key), "stands here twice; kubectl takes the last and says nothing")
                )
            own.add(key)
            self._where[(*path, key)] = self._position(key_node)
            found[key] = self._value(value_node, (*path, key))
        return found

    def _merged(self, node: yaml.Node, path: Path) -> dict[str, Any]:
        """A mapping, or several, of which the first to have a key wins."""
        parts = node.value if isinstance(node, yaml.SequenceNode) else [node]
        found: dict[str, Any] = {}
        for part in reversed(parts):
            if not isinstance(part, yaml.MappingNode):
                raise self._error(part, "<< takes a mapping or a list of mappings")
            found |= self._value(part, path)
        return found

    def _key(self, node: yaml.Node) -> str:
        value = self._scalar(node) if isinstance(node, yaml.ScalarNode) else None
        if value is None:
            raise self._error(node, "a field's name is text; this is none")
        return ("true" if value else "false") if isinstance(value, bool) else str(value)

    def _scalar(self, node: yaml.ScalarNode) -> Any:
        value = _value_of(node, lambda words: self._error(node, words))
        if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
            raise self._error(node, f"{node.value} is no number that JSON has; write a finite one, or quote it")
        return value

    def _position(self, node: yaml.Node) -> Position:
        return node.start_mark.line + 1 + self._before, node.start_mark.column + 1

    def _error(self, node: yaml.Node, message: str) -> NotYAMLError:
        return NotYAMLError(message, *self._position(node))


def _is_plain(node: yaml.Node) -> bool:
    return bool(node.tag == _PLAIN)


_KINDS: dict[str, tuple[type, ...]] = {"int": (int,), "float": (int, float), "bool": (bool,), "null": (type(None),)}


def _value_of(node: yaml.ScalarNode, error: Callable[[str], NotYAMLError]) -> Any:
    """By its tag, if it has one; else by its looks."""
    if node.tag == _PLAIN:
        return resolve(node.value)
    kind = node.tag.removeprefix(_TAG)
    if kind not in _KINDS:
        return node.value
    value = resolve(node.value)
    if not isinstance(value, _KINDS[kind]) or (isinstance(value, bool) and kind != "bool"):
        raise error(f"{node.value!r} is no {kind}")
    return value


class _Dumper(yaml.SafeDumper):
    """Quotes whatever kubectl would take for something else than text."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    quoted = '"' if resolve(text) != text else None
    return dumper.represent_scalar(f"{_TAG}str", text, style=quoted)


_Dumper.add_representer(str, _text)


def dump(value: Any) -> str:
    """YAML that kubectl reads as the same value."""
    return yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True)
