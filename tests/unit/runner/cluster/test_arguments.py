"""What may be typed, and that each command knows which cluster is meant."""

import pytest

from job_runner.cli.cluster.arguments import COMMANDS
from job_runner.cli.main import _parsed

NAMED: dict[str, list[str]] = {"list": [], "classes": [], "clean": ["s3://media/work/"]}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_takes_a_cluster(command: str) -> None:
    typed = NAMED.get(command, ["reel"])
    options = _parsed([command, *typed, "-n", "media", "--context", "prod", "--kubeconfig", "file"])
    assert (options.namespace, options.context, options.kubeconfig) == ("media", "prod", "file")
