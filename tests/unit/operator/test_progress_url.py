"""New attempts are told a URL that leads to the leader, or one that at least leads to it now and then."""

from pathlib import Path

import pytest

from spotreel_operator.app.http_settings import HttpSettings
from spotreel_operator.app.progress_url import LOOK_SECONDS, Named, ProgressURL
from tests.unit.operator.certificates import NEW, OLD, Pair, issued

MAIN, FALLBACK = (f"https://{host}:8080/v1/progress" for host in (NEW, OLD))


@pytest.mark.parametrize(
    ("published", "named", "url"), [(True, True, MAIN), (False, True, FALLBACK), (True, False, FALLBACK)]
)
def test_the_fallback_where_nothing_leads_or_nobody_would_trust(published: bool, named: bool, url: str) -> None:
    assert ProgressURL(MAIN, FALLBACK, lambda: published, lambda: named)() == url
    assert ProgressURL(MAIN, "", lambda: published, lambda: named)() == MAIN


def test_why_is_said_once(caplog: pytest.LogCaptureFixture) -> None:
    said: list[bool] = [False]
    url = ProgressURL(MAIN, FALLBACK, lambda: True, lambda: said[0])
    assert [url(), url()] == [FALLBACK] * 2
    (record,) = caplog.records
    assert NEW in str(record.__dict__["why"])
    said[0] = True
    assert url() == MAIN
    said[0] = False
    url()
    assert len(caplog.records) == 2


def named(pair: Pair | None, authority: str = "", now: list[float] | None = None, main: str = MAIN) -> Named:
    http = HttpSettings("", 0, certificate=pair.certificate, key=pair.key) if pair else HttpSettings("", 0)
    times = now or [0.0]
    return Named(
        main, FALLBACK, http, lambda: pair.authority if pair and not authority else authority, lambda: times[0]
    )


def test_a_certificate_of_an_earlier_release_until_it_is_renewed(tmp_path: Path) -> None:
    now = [0.0]
    found = named(issued(tmp_path, OLD), now=now)
    assert not found()
    renewed = issued(tmp_path, OLD, NEW)
    found._authority = lambda: renewed.authority
    now[0] = LOOK_SECONDS - 1
    assert not found()
    now[0] = LOOK_SECONDS
    assert found()


def test_only_where_the_fallback_is_better(tmp_path: Path) -> None:
    """Whom nobody trusts under either name is no reason to lead runners to every replica."""
    pair = issued(tmp_path, OLD)
    (tmp_path / "other").mkdir()
    assert named(pair, issued(tmp_path / "other", OLD).authority)()
    assert named(None)() and named(pair, main="http://")()
