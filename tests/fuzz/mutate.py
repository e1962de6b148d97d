"""Ways to spoil bytes and documents. Seeded: a failure's number makes the same case again."""

import copy
import random
from collections.abc import Callable
from typing import Any

_SCRAPS = ["", ":", "#", "- ", "\t", "{", "*a", "&a", '"', "\n", "!!x ", "é"]
JUNK: list[Any] = [
    None, True, -1, 0, 1, 2**63, 1e300, float("nan"), "", " ", "💥", "\x00", "0s", "-1s", "1e9s", "99999h", "1/0",
    "#12345", "s3://", "file:///", "file:///dev/zero", "https://nobody.invalid/a.mp4", "../../etc/passwd", [], {},
    [[]], {"name": "x"}, "a" * 5000, "${HOME}", "2020-01-01", "yes", ["a"] * 300,
]  # fmt: skip


def bytes_of(data: bytes, other: bytes, dice: random.Random) -> bytes:
    """One to three mutations."""
    for _ in range(dice.randint(1, 3)):
        data = dice.choice(_BYTES)(bytearray(data), other, dice)
    return data


def _flip(data: bytearray, other: bytes, dice: random.Random) -> bytes:
    for _ in range(dice.choice([1, 2, 8, 64])):
        if data:
            data[dice.randrange(len(data))] = dice.randrange(256)
    return bytes(data)


def _head(data: bytearray, other: bytes, dice: random.Random) -> bytes:
    """Headers decide most: the first 2 kB."""
    for _ in range(dice.choice([1, 4, 16])):
        if data:
            data[dice.randrange(min(2048, len(data)))] = dice.randrange(256)
    return bytes(data)


def _cut(data: bytearray, other: bytes, dice: random.Random) -> bytes:
    return bytes(data[: dice.randrange(len(data) + 1)])


def _hole(data: bytearray, other: bytes, dice: random.Random) -> bytes:
    first, size = dice.randrange(len(data) + 1), dice.choice([1, 7, 188, 4096])
    return bytes(data[:first] + data[first + size :])


def _zeros(data: bytearray, other: bytes, dice: random.Random) -> bytes:
    first, size = dice.randrange(len(data) + 1), dice.choice([4, 64, 4096])
    return bytes(data[:first]) + bytes(min(size, len(data) - first)) + bytes(data[first + size :])


def _splice(data: bytearray, other: bytes, dice: random.Random) -> bytes:
    return bytes(data[: dice.randrange(len(data) + 1)]) + other[dice.randrange(len(other)) :]


def _huge(data: bytearray, other: bytes, dice: random.Random) -> bytes:
    """A size or a count that claims gigabytes."""
    if len(data) > 4:
        at = dice.randrange(len(data) - 4)
        data[at : at + 4] = dice.choice([b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\x00\x00\x00\x00"])
    return bytes(data)


_BYTES: list[Callable[[bytearray, bytes, random.Random], bytes]] = [_flip, _head, _cut, _hole, _zeros, _splice, _huge]


def document_of(document: Any, dice: random.Random) -> Any:
    """A copy with one to three places changed."""
    spoilt = copy.deepcopy(document)
    for _ in range(dice.randint(1, 3)):
        places = list(_places(spoilt))
        if places:
            node, key = dice.choice(places)
            _change(node, key, dice)
    return spoilt


def _places(node: Any) -> list[tuple[Any, Any]]:
    keys = list(node) if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else []
    return [(node, key) for key in keys] + [place for key in keys for place in _places(node[key])]


def _change(node: Any, key: Any, dice: random.Random) -> None:
    kind = dice.randrange(5)
    if kind == 0 and isinstance(node, dict):
        del node[key]
    elif kind == 1 and isinstance(node, list):
        node.append(copy.deepcopy(node[key]))
    elif kind == 2 and isinstance(node, dict):
        node[dice.choice(["y", "strat", "Width", "💥"])] = node[key]
    elif kind == 3 and isinstance(node[key], (int, float)) and not isinstance(node[key], bool):
        node[key] = node[key] * dice.choice([-1, 0, 0.5, 2, 1000])
    else:
        node[key] = copy.deepcopy(dice.choice(JUNK))


def text_of(text: str, dice: random.Random) -> str:
    """YAML with characters lost, doubled or strange."""
    for _ in range(dice.randint(1, 6)):
        at = dice.randrange(len(text) + 1)
        text = text[:at] + dice.choice(_SCRAPS) + text[at + dice.randint(0, 2) :]
    return text
