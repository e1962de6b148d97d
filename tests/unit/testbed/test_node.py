"""What is read of a node while its containers end."""

import os
from pathlib import Path

import pytest

from tests.testbed.host.node import folders_in


def test_what_is_gone_by_then_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("pod/one", "pod/two"):
        (tmp_path / name).mkdir(parents=True)
    scan = os.scandir

    def ending(path: os.PathLike[str] | str) -> object:
        """A container's folder is listed, and has gone when it is looked into."""
        if str(path).endswith("two") and Path(path).exists():
            Path(path).rmdir()
        return scan(path)

    monkeypatch.setattr(os, "scandir", ending)
    assert tmp_path / "pod" / "one" in folders_in(tmp_path)
    assert not (tmp_path / "pod" / "two").exists()
    assert folders_in(tmp_path / "never") == []
