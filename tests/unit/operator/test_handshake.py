"""Whom runners would trust, found out before they are told."""

from pathlib import Path

import pytest

from spotreel_operator.app.handshake import is_trusted
from tests.unit.operator.certificates import NEW, OLD, Pair, issued


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    return issued(tmp_path_factory.mktemp("pair"), OLD)


def test_for_its_names_only(pair: Pair) -> None:
    assert is_trusted(pair.certificate, pair.key, pair.authority, OLD)
    assert not is_trusted(pair.certificate, pair.key, pair.authority, NEW)


def test_by_its_authority_only(pair: Pair, tmp_path: Path) -> None:
    other = issued(tmp_path, OLD)
    assert not is_trusted(pair.certificate, pair.key, other.authority, OLD)
    assert not is_trusted(pair.certificate, pair.key, "", OLD), "the system does not know it"


def test_files_that_do_not_fit(pair: Pair, tmp_path: Path) -> None:
    other = issued(tmp_path, OLD)
    for certificate, key, authority in (
        (pair.certificate, other.key, pair.authority),
        (tmp_path / "none", pair.key, pair.authority),
        (pair.certificate, pair.key, "no certificate"),
    ):
        assert not is_trusted(certificate, key, authority, OLD)
