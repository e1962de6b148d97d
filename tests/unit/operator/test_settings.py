"""The operator's command line."""

import pytest

from spotreel_operator.app.settings import parse_settings

NEEDED = ["--config=config.yaml", "--progress-url=http://operator/v1/progress"]


def test_a_namespace_that_is_named_twice_is_watched_once() -> None:
    flags = [f"--namespace={name}" for name in ("b", "a", "b")]
    assert parse_settings([*NEEDED, *flags]).namespaces == ("b", "a")
    assert parse_settings(NEEDED).namespaces == ()


@pytest.mark.parametrize("name", ["", " a", "a,b", "A", "-a", "a" * 64])
def test_what_is_no_name_is_refused(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The API server would be asked for a path that is not there, or for all namespaces."""
    with pytest.raises(SystemExit):
        parse_settings([*NEEDED, f"--namespace={name}"])
    assert f"{name!r} is no name of a namespace" in capsys.readouterr().err
