"""Reports over TLS, from the runner's own pusher; certificates that are renewed."""

import asyncio
import json
import ssl
from pathlib import Path

import pytest

from job_runner.push import Pusher
from spotreel_operator.app.server import Listener
from spotreel_operator.app.tls import LOOK_SECONDS, Authority, Certificate
from spotreel_operator.reconcile.reconcile import reconcile
from tests.testbed.https import self_signed
from tests.unit.operator.make import snapshot
from tests.unit.operator.web import Side
from videojob_api.config import ConfigError
from videojob_api.order import Order, ReportTo
from videojob_api.report import Report

LAST = Report(attempt="reel-0-1")


class Files:
    """A certificate and its key, as a Secret is mounted: names that lead through a link which is exchanged."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._made = folder, 0
        self.certificate, self.key = folder / "now" / "tls.crt", folder / "now" / "tls.key"
        self.renew()

    def renew(self, good: bool = True) -> str:
        """A new pair; the certificate's text."""
        self._made += 1
        made = self._folder / str(self._made)
        made.mkdir()
        self_signed(made / "tls.crt", made / "tls.key")
        if not good:
            (made / "tls.key").write_text("no key")
        link = self._folder / "next"
        link.symlink_to(made.name)
        link.replace(self._folder / "now")
        return (made / "tls.crt").read_text()


async def pushed(side: Side, listener: Listener, token: Path, authority: str | None) -> bool:
    """Whether a runner's last word is acknowledged."""
    target = ReportTo(url=f"https://127.0.0.1:{listener.port}/v1/progress")
    pusher = Pusher(target, token, lambda: LAST, authority)
    return await asyncio.to_thread(pusher.finish, LAST, 0.5)


async def test_a_runner_reports_over_tls_to_whom_it_was_told_to_trust(tmp_path: Path) -> None:
    side, files = Side(), Files(tmp_path)
    token = tmp_path / "token"
    token.write_text(side.runner("pod-1"))
    listener = Listener(side.http.answer, side.connections, Certificate(files.certificate, files.key))
    await listener.start("127.0.0.1", 0)
    other = tmp_path / "other.pem"
    self_signed(other, tmp_path / "other.key")
    assert await pushed(side, listener, token, files.certificate.read_text())
    assert len(side.taken) == 1
    for wrong in (other.read_text(), None, "no certificate"):
        assert not await pushed(side, listener, token, wrong)
    assert len(side.taken) == 1
    await listener.stop()


async def test_a_renewed_certificate_is_served_without_a_restart(tmp_path: Path) -> None:
    side, files, now = Side(), Files(tmp_path), [0.0]
    token = tmp_path / "token"
    token.write_text(side.runner("pod-1"))
    certificate = Certificate(files.certificate, files.key, lambda: now[0])
    listener = Listener(side.http.answer, side.connections, certificate)
    await listener.start("127.0.0.1", 0)
    assert await pushed(side, listener, token, files.certificate.read_text())
    renewed = files.renew()
    now[0] += LOOK_SECONDS
    assert await pushed(side, listener, token, renewed)
    files.renew(good=False)
    now[0] += LOOK_SECONDS
    assert await pushed(side, listener, token, renewed), "the old pair stays"
    await listener.stop()


def test_without_a_good_pair_nothing_starts(tmp_path: Path) -> None:
    files = Files(tmp_path)
    files.renew(good=False)
    with pytest.raises(ConfigError, match=r"tls\.crt.*tls\.key"):
        Certificate(files.certificate, files.key)
    with pytest.raises(ConfigError):
        Certificate(tmp_path / "none", tmp_path / "none")


def test_old_versions_of_tls_are_refused(tmp_path: Path) -> None:
    files = Files(tmp_path)
    assert Certificate(files.certificate, files.key)().minimum_version == ssl.TLSVersion.TLSv1_2


def test_the_authority_follows_its_file(tmp_path: Path) -> None:
    files, now = Files(tmp_path), [0.0]
    authority = Authority(files.certificate, lambda: now[0])
    first = files.certificate.read_text()
    assert authority() == first
    second = files.renew()
    assert authority() == first
    now[0] += LOOK_SECONDS
    assert authority() == second
    files.certificate.write_text("-----BEGIN CERTIFICATE-----\nhalf")
    now[0] += LOOK_SECONDS
    assert authority() == second, "what cannot be read is not passed on"


def test_runners_are_told_whom_to_trust() -> None:
    """Beside reportTo: runners that do not know the field pass over it there, and refuse it within."""
    for told, said in (("PEM", {"reportCA": "PEM"}), ("", {})):
        (start,) = reconcile(snapshot(report_ca=told)).start
        order = json.loads(start.order)
        assert {key: order[key] for key in order if key == "reportCA"} == said
        assert set(order["reportTo"]) == {"url", "interval"}
        assert Order.model_validate(order).report_ca == (told or None)


def test_no_authority(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.write_text("")
    assert Authority(None)() == Authority(tmp_path / "none")() == Authority(empty)() == ""
