"""Which VideoJob a command line asks for."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from job_runner.cli.cluster.asked import asked
from job_runner.cli.main import _parsed
from job_runner.cli.shortcuts import OptionError
from job_runner.errors import SpecInvalid

TO = ("--to", "s3://media/out/reel.mp4")


def submitted(*typed: str, namespace: str | None = "media") -> dict[str, Any] | None:
    return asked(_parsed(["submit", *typed]), namespace)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    spec = {"inputs": [{"uri": "s3://m/a.mp4"}], "outputs": [{"uri": "s3://m/o.mp4"}]}
    head = {
        "apiVersion": "spotreel.dev/v1alpha1",
        "kind": "VideoJob",
        "metadata": {"name": "reel", "namespace": "media"},
    }
    path = tmp_path / "videojob.yaml"
    path.write_text(yaml.safe_dump({**head, "spec": spec}))
    return path


def test_options_are_those_of_render() -> None:
    typed = ("match.mp4", *TO, "--start", "12.5s", "--blur", "0.6,0.1,0.2,0.15", "--class", "gpu", "--parallelism", "3")
    made = submitted(*typed)
    assert made is not None and made["metadata"]["name"] == "reel"
    spec = made["spec"]
    assert spec["inputs"][0]["uri"] == (Path.cwd() / "match.mp4").as_uri() and spec["outputs"] == [{"uri": TO[1]}]
    assert spec["timeline"]["clips"] == [{"input": "match", "start": "12.5s"}]
    assert (spec["className"], spec["parallelism"]) == ("gpu", 3)


def test_a_file_with_another_name_and_output(file: Path) -> None:
    made = submitted(str(file), "--name", "again", *TO, "-y")
    assert made is not None and made["metadata"]["name"] == "again"
    assert made["spec"]["outputs"] == [{"uri": TO[1], "ifExists": "Replace"}]


def test_another_namespace(file: Path) -> None:
    assert submitted(str(file), namespace=None)
    with pytest.raises(SpecInvalid, match="is for namespace media, and you are in other: add -n media"):
        submitted(str(file), namespace="other")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (("a.mp4", "b.mp4"), r"b.mp4: where does the output go\? Add --to s3://bucket/key.mp4"),
        (("a.yaml", "--start", "1s"), "--start does not go with a YAML file; write it into a.yaml"),
        (("a.yaml", "b.yaml"), "b.yaml does not go with a YAML file"),
        (("a.mp4", *TO, "--trust-model"), "in a cluster the class says trustedModels"),
        (("a.mp4", "--to", "s3://m/o.txt"), "name the output .mp4, .mov or .mkv"),
    ],
)
def test_what_does_not_go_together(typed: tuple[str, ...], words: str) -> None:
    with pytest.raises(OptionError, match=words):
        submitted(*typed)


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        (("a.mp4", *TO, "--start", "4s", "--end", "2s"), "--start 4s --end 2s: end must be later than start"),
        (("a.mp4", *TO, "--name", "Reel!"), "metadata.name: 'Reel!' is no Kubernetes name"),
        (("a.mp4", *TO, "--parallelism", "99"), "spec.parallelism: "),
    ],
)
def test_what_is_wrong_is_one_line(typed: tuple[str, ...], line: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert submitted(*typed) is None
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 1 and said[0].startswith(f"spotreel: {line}"), said
