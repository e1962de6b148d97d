from pathlib import Path

import pytest

from spotreel_operator.app.settings import Settings, parse_settings

NEEDED = ["--config=c", "--progress-url=u"]


def parsed(*flags: str) -> Settings:
    return parse_settings([*NEEDED, *flags])


def test_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POD_IP", "10.0.0.7")
    http = parsed().http
    assert (http.host, http.port, http.probe_port, http.certificate, http.metrics_auth) == (
        "10.0.0.7", 8080, 0, None, False,
    )  # fmt: skip


def test_certificate_and_key_come_together(capsys: pytest.CaptureFixture[str]) -> None:
    http = parsed("--tls-cert=a", "--tls-key=b", "--tls-ca=c").http
    assert (http.certificate, http.key, http.authority) == (Path("a"), Path("b"), Path("c"))
    with pytest.raises(SystemExit):
        parsed("--tls-cert=a")
    assert "--tls-cert and --tls-key are needed together" in capsys.readouterr().err
