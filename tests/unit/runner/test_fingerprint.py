"""Whatever shapes bytes has a say in the fingerprint."""

import re

import pytest

from job_runner.media import fingerprint as module
from job_runner.media.fingerprint import RENDERING, fingerprint, software


def test_people_see_what_they_ask_for() -> None:
    version = software()["av"]
    assert re.fullmatch(rf"spotreel-{RENDERING}/av-{re.escape(version)}/[0-9a-f]{{12}}", fingerprint())


@pytest.mark.parametrize("name", sorted(software()))
def test_another_version_of_anything_is_another_fingerprint(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before, versions = fingerprint(), software()
    monkeypatch.setattr(module, "software", lambda: versions | {name: "another"})
    assert fingerprint() != before


def test_the_order_of_the_names_is_no_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    before, versions = fingerprint(), software()
    monkeypatch.setattr(module, "software", lambda: dict(reversed(versions.items())))
    assert fingerprint() == before


def test_fonts_count_where_letters_need_them_and_in_their_order() -> None:
    assert len({fingerprint(), fingerprint(["a"]), fingerprint(["a", "b"]), fingerprint(["b", "a"])}) == 4


def test_all_libraries_of_ffmpeg_are_in_it() -> None:
    assert {"libavcodec", "libavformat", "libavfilter", "libavutil", "libswscale", "libswresample"} <= set(software())
