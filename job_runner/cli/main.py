"""The command line: `spotreel render`, `spotreel validate`, and what pods run, `spotreel attempt`."""

import argparse
import sys
from pathlib import Path

from job_runner import __version__
from videojob_api.names import ExitCode

_EPILOG = """examples:
  spotreel validate videojob.yaml
  spotreel render videojob.yaml --output reel.mp4
  spotreel render videojob.yaml --workspace s3://media/checkpoints/reel/

exit codes: 0 done, 64 spec wrong, 65 input unusable, 66 input missing, 69 store unreachable,
73 output exists, 75 stopped (progress kept), 77 access denied, 78 configuration or workspace wrong
"""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="spotreel",
        description="Renders VideoJobs: resumable, to the same bytes.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"spotreel {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    render = commands.add_parser("render", help="run a VideoJob here, without Kubernetes")
    render.add_argument("file", type=Path, help="a VideoJob's YAML")
    render.add_argument("--output", help="path or URI to write to, instead of the file's outputs[0].uri")
    render.add_argument("--workspace", help="path or URI for finished segments (default: .spotreel/NAME-HASH)")
    validate = commands.add_parser("validate", help="check a VideoJob's YAML; names line, field and remedy")
    validate.add_argument("files", type=Path, nargs="+", help="YAML files")
    selftest = commands.add_parser(
        "selftest", help="make and render a short clip: does this machine do what is needed?"
    )
    selftest.add_argument("--upload", metavar="URI", help="put the clip there, for a VideoJob to read")
    attempt = commands.add_parser("attempt", help="what a runner pod runs")
    attempt.add_argument("--order", type=Path, required=True, help="the order's file")
    attempt.add_argument("--token", type=Path, required=True, help="file of the token for progress reports")
    attempt.add_argument("--secrets", type=Path, required=True, help="folder with a folder for each mounted Secret")
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Imports only what the command needs: a pod's start-up counts on every attempt."""
    options = _parser().parse_args(arguments)
    if options.command == "attempt":
        from job_runner.cli.attempt import attempt

        return attempt(options.order, options.token, options.secrets)
    if options.command == "selftest":
        from job_runner.cli.selftest import selftest

        return selftest(options.upload)
    from job_runner.cli.render import read_videojob, render, say

    if options.command == "render":
        return render(options.file, options.output, options.workspace)
    good = [file for file in options.files if read_videojob(file) is not None]
    for file in good:
        say(f"{file}: valid")
    return ExitCode.OK if len(good) == len(options.files) else ExitCode.SPEC_INVALID


if __name__ == "__main__":
    sys.exit(main())
