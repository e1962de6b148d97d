"""A resolver for tests, and who was connected to."""

import socket
from typing import Any

import pytest


class Resolver:
    """Answers for `names`: a list of answers each, of which the last one stays. Other names it asks as ever."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, **names: list[list[str]]) -> None:
        self._names = {f"{name.replace('_', '.')}.": answers for name, answers in names.items()}
        self._ask = socket.getaddrinfo
        monkeypatch.setattr(socket, "getaddrinfo", self._answer)

    def _answer(self, host: Any, port: Any, *more: Any, **options: Any) -> list[Any]:
        answers = self._names.get(host)
        if answers is None:
            return self._ask(host, port, *more, **options)
        addresses = answers.pop(0) if len(answers) > 1 else answers[0]
        if not addresses:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [entry for address in addresses for entry in self._ask(address, port, *more, **options)]


def note_connections(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that urllib3 connects to, from now on; nobody is there."""
    asked: list[str] = []

    def refuse(address: tuple[str, int], *_: Any, **__: Any) -> socket.socket:
        asked.append(address[0])
        raise ConnectionRefusedError("nobody is there")

    monkeypatch.setattr("urllib3.util.connection.create_connection", refuse)
    return asked
