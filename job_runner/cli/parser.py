"""The command line: what may be typed, with examples."""

import argparse
import os
from pathlib import Path
from typing import NoReturn, TypeAlias

from job_runner import __version__
from job_runner.cli.cluster.arguments import add_cluster
from job_runner.cli.detect_arguments import add_detection, add_trust
from videojob_api.codecs import VIDEO_CODECS
from videojob_api.exit_codes import ENDS_BY_CODE, ExitCode

EPILOG = """examples:
  spotreel render match.mp4 reel.mp4 --start 12.5s --end 40s
  spotreel render match.mp4 safe.mp4 --blur 0.62,0.1,0.2,0.15
  spotreel render videojob.yaml
  spotreel validate videojob.yaml --probe
  spotreel probe match.mp4
  spotreel analyze match.mp4 --motion --loudness
  spotreel analyze match.mp4 --model people.onnx
  spotreel import match.analysis/detections.ndjson.gz --to sqlite:///people.db

exit codes:
""" + "".join(f"  {int(end.code):>2}  {end.line}\n" for end in ENDS_BY_CODE.values())

RENDER = """examples:
  trim             spotreel render match.mp4 reel.mp4 --start 12.5s --end 1m40s
  portrait         spotreel render match.mp4 story.mp4 --size 1080x1920 --fit Cover
  hide a face      spotreel render match.mp4 safe.mp4 --blur 0.62,0.1,0.2,0.15
  join             spotreel render a.mp4 b.mp4 c.mp4 all.mp4 --crossfade 750ms
  new music        spotreel render match.mp4 reel.mp4 --music theme.m4a --normalize -16LUFS
  a title          spotreel render match.mp4 reel.mp4 --text "Final@0.05,0.85,0.6,0.1"
  hide all faces   spotreel render match.mp4 safe.mp4 --blur-detected faces.onnx
  16:9 to 9:16     spotreel render match.mp4 story.mp4 --follow people.onnx --labels player --size 1080x1920
  a highlight reel spotreel render match.mp4 reel.mp4 --highlights --max-total 90s
  all the rest     spotreel render videojob.yaml --output reel.mp4
  as a VideoJob    spotreel render match.mp4 reel.mp4 --crop 0.1,0,0.5,1 --dry-run > videojob.yaml

Interrupted? Ctrl-C finishes the segments in hand if ten seconds are enough, a second one ends at once. Run the same
command again: finished segments are kept in .spotreel/.
Rectangles are left,top,width,height in fractions of the picture, from its top left. RADIUS of a blur and SIZE of
squares are in picture heights; left out, they are a fifth of the region's height, which hides a face that fills it.
"""

ANALYZE = """examples:
  spotreel analyze match.mp4
  spotreel analyze match.mp4 --motion --loudness -o found
  spotreel analyze match.mp4 --json | jq '.analyses[0].cuts'
  spotreel analyze match.mp4 --model people.onnx -o found
  spotreel analyze match.mp4 --model people.onnx --labels player,ball --every 3 --track
"""

IMPORT = """examples:
  spotreel import match.analysis/detections.ndjson.gz --to sqlite:///people.db
  spotreel import people.ndjson.gz --to postgresql://USER:PASSWORD@HOST/DATABASE --table people --job match
  SPOTREEL_DATABASE_URL=mysql://USER:PASSWORD@HOST/DATABASE spotreel import people.ndjson.gz

Rows of the same job and analysis are replaced, in one transaction: twice is once. The table is made if it is not there.
On the command line others of this machine see the URL, and a shell's history keeps it; in the environment variable
SPOTREEL_DATABASE_URL they do not. Signs in a password are written as in other URLs, such as %40 for @.
"""

GPU_CHECK = """example:
  spotreel gpu-check --report gpu-check.json

Exit codes: 0, nothing failed; 1, a line failed; 75, stopped; 76, there is no GPU, which each line says.
What a line means: docs/gpu.md.
"""

Commands: TypeAlias = "argparse._SubParsersAction[Parser]"
_REGIONS = {
    "box": ("L,T,W,H", "draw a box"),
    "blur": ("L,T,W,H[,RADIUS]", "blur a region"),
    "pixelate": ("L,T,W,H[,SIZE]", "show a region in squares"),
    "spotlight": ("L,T,W,H", "dim all but a region"),
}
PROG = "SPOTREEL_PROG"
"""The environment variable with the name under which the command was called."""
SHELLS = ("bash", "zsh", "tcsh", "fish", "powershell")
_MEDIA = {"bash": "_shtab_compgen_files", "zsh": "_files", "tcsh": "f"}


class Parser(argparse.ArgumentParser):
    """Says in one line what is wrong with a command line."""

    def error(self, message: str) -> NoReturn:
        """Ends the process: the exit code is that of a wrong spec, EX_USAGE in sysexits.h."""
        left = message.removeprefix("unrecognized arguments: ")
        if left != message:
            message += " (a file of such a name is ./-name)" if left[:1] == "-" else " (options come after the files)"
        self.exit(ExitCode.SPEC_INVALID, f"{self.prog}: {message}; {self.prog} --help lists what there is\n")


def parser() -> argparse.ArgumentParser:
    """Of all commands."""
    whole = Parser(
        prog=os.environ.get(PROG, "spotreel"),
        description="Renders VideoJobs: resumable, to the same bytes.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    whole.add_argument("--version", action="version", version=f"spotreel {__version__}")
    commands = whole.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _render(commands)
    _checks(commands)
    _looks(commands)
    _results(commands)
    add_cluster(lambda name, help, epilog: _command(commands, name, help, epilog), _add_edits)
    _machine(commands)
    return whole


def _command(commands: Commands, name: str, help: str, epilog: str = "") -> argparse.ArgumentParser:
    return commands.add_parser(
        name, help=help, description=help, epilog=epilog, formatter_class=argparse.RawDescriptionHelpFormatter
    )


def _render(commands: Commands) -> None:
    render = _command(commands, "render", "run a VideoJob here, without Kubernetes", RENDER)
    render.usage = "spotreel render FILE.yaml [options]\n       spotreel render INPUT [INPUT ...] OUTPUT [edits]"
    files = render.add_argument(
        "files", nargs="+", metavar="FILE", help="a VideoJob's YAML; or inputs, then the output"
    )
    files.complete = _MEDIA  # type: ignore[attr-defined]
    render.add_argument("--output", help="path or URI to write to, instead of the file's outputs[0].uri")
    render.add_argument("--workspace", help="path or URI for finished segments (default: .spotreel/NAME-HASH)")
    render.add_argument("--json", action="store_true", help="progress and result as lines of JSON")
    render.add_argument("--debug", action="store_true", help="show logs and, after an internal error, the traceback")
    render.add_argument("--dry-run", action="store_true", help="only print the VideoJob")
    render.add_argument("--overwrite", "-y", action="store_true", help="replace an output that is there")
    _add_edits(render)
    _moments(render.add_argument_group("highlights, of one input without YAML"))


def _add_edits(parser: argparse.ArgumentParser) -> None:
    _edits(parser.add_argument_group("edits, for inputs without YAML"))
    _detected(parser.add_argument_group("what a detector finds (an ONNX file), in inputs without YAML"))
    _encoding(parser.add_argument_group("encoding, for inputs without YAML"))


def _edits(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--start", metavar="TIME", help="where to begin, such as 12.5s or 1m40s")
    group.add_argument("--end", metavar="TIME", help="where to end")
    group.add_argument("--speed", type=float, metavar="FACTOR", help="0.25 to 8: 0.5 is slow motion, at the same pitch")
    group.add_argument("--crop", metavar="L,T,W,H", help="show this part only")
    group.add_argument("--fit", choices=("Cover", "Contain"), help="another shape: cut off, or add borders")
    for name, (metavar, what) in _REGIONS.items():
        group.add_argument(f"--{name}", metavar=metavar, action="append", default=[], help=f"{what} (repeatable)")
    group.add_argument("--text", metavar="WORDS@L,T,W,H", action="append", default=[], help="write words")
    group.add_argument("--image", metavar="FILE@L,T,W,H", action="append", default=[], help="draw a logo")
    group.add_argument("--crossfade", metavar="TIME", help="between several inputs")
    group.add_argument("--fade-in", metavar="TIME", help="from black")
    group.add_argument("--fade-out", metavar="TIME", help="to black")
    group.add_argument("--mute", action="store_true", help="no sound")
    group.add_argument("--gain", metavar="dB", help="louder or softer, such as -3dB")
    group.add_argument("--music", metavar="FILE", help="instead of the sound, looped")
    group.add_argument("--normalize", metavar="LUFS", help="to a loudness (EBU R 128), such as -16LUFS")


def _moments(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--highlights",
        nargs="?",
        const="motion",
        choices=("motion", "loudness"),
        help="only the moments in which something moves, or in which it is loud",
    )
    _cutting(group)


def _cutting(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--padding", metavar="TIME[,TIME]", help="shown before and after what happens (default: 2s,3s)")
    group.add_argument("--max-total", metavar="TIME", help="length of all cuts; the strongest are kept (default: 2m)")


def _detected(group: argparse._ArgumentGroup) -> None:
    for name, what in (
        ("blur-detected", "blur all that it finds"),
        ("follow", "crop to it, as a camera would; with --size"),
    ):
        group.add_argument(f"--{name}", metavar="MODEL", help=what).complete = _MEDIA  # type: ignore[attr-defined]
    group.add_argument("--labels", metavar="A,B", help="only these classes of the detector's (default: all)")
    add_trust(group)
    group.add_argument("--min-score", type=float, metavar="SHARE", help="how sure it must be, 0 to 1 (default: 0.4)")
    group.add_argument("--every", type=int, metavar="N", help="look at every Nth frame (default: 1)")


def _encoding(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--size", metavar="WxH", help="such as 1280x720, 1080x or x1920")
    group.add_argument("--rate", metavar="FPS", help="such as 25, 30000/1001 or passthrough")
    group.add_argument("--codec", choices=tuple(VIDEO_CODECS))
    group.add_argument("--encoder", choices=("Auto", "CPU", "NVENC"), help="CPU gives the same bytes everywhere")
    group.add_argument("--quality", choices=("Low", "Medium", "High", "VeryHigh"))
    group.add_argument("--crf", type=int, help="with --encoder")
    group.add_argument("--preset", choices=("Fast", "Medium", "Slow"))
    group.add_argument(
        "--segment-frames",
        type=int,
        metavar="N",
        help="frames of a segment, 30 to 3000: what a stop may cost, against bytes",
    )


def _checks(commands: Commands) -> None:
    validate = _command(commands, "validate", "check VideoJobs' YAML; names line, field and remedy")
    validate.add_argument("files", type=Path, nargs="+", help="YAML files").complete = _MEDIA  # type: ignore[attr-defined]
    validate.add_argument("--probe", action="store_true", help="open the inputs as well and say what would be made")
    validate.add_argument("--json", action="store_true", help="problems as lines of JSON")
    probe = _command(commands, "probe", "what the runner sees in a file: streams, rate, colour, damage")
    probe.add_argument("files", nargs="+", help="paths or URIs").complete = _MEDIA  # type: ignore[attr-defined]
    probe.add_argument("--quick", action="store_true", help="do not decode all of it: damage stays unknown")
    probe.add_argument("--json", action="store_true", help="one JSON document a file")


def _looks(commands: Commands) -> None:
    analyze = _command(commands, "analyze", "find the moments of a file, or what a detector sees in it", ANALYZE)
    analyze.add_argument("file", metavar="FILE", help="path or URI").complete = _MEDIA  # type: ignore[attr-defined]
    analyze.add_argument("--motion", action="store_true", help="where something moves (what is done by itself)")
    analyze.add_argument("--loudness", action="store_true", help="where it is louder than around")
    analyze.add_argument("-o", "--output", metavar="FOLDER", help="for what is found (default: NAME.analysis)")
    analyze.add_argument("--json", action="store_true", help="what was found as a line of JSON")
    _cutting(analyze.add_argument_group("cuts"))
    add_detection(analyze.add_argument_group("detection"))


def _results(commands: Commands) -> None:
    what = "put a file of detections or events into an SQL database"
    into = _command(commands, "import", what, IMPORT)
    into.add_argument(
        "file", metavar="FILE", help="rows as .ndjson.gz or .ndjson; - for standard input"
    ).complete = _MEDIA  # type: ignore[attr-defined]
    into.add_argument("--to", metavar="URL", help="of SQLite, PostgreSQL, MySQL or MariaDB (or SPOTREEL_DATABASE_URL)")
    into.add_argument("--table", metavar="NAME", help="such as people or results.people (default: detection or event)")
    into.add_argument("--job", metavar="NAME", help="whose rows they are (default: after the folder or file)")
    into.add_argument("--analysis", metavar="NAME", help="of that job (default: after the file)")
    into.add_argument("--input", metavar="NAME", help="what was looked at (default: the job's name)")
    into.add_argument("--json", action="store_true", help="what was written as a line of JSON")


def _machine(commands: Commands) -> None:
    example = 'example:\n  eval "$(spotreel completion bash)"\n'
    completion = _command(commands, "completion", "print the shell's completion script", example)
    completion.add_argument("shell", choices=SHELLS)
    selftest = _command(commands, "selftest", "make and render a short clip: does this machine do what is needed?")
    selftest.add_argument("--upload", metavar="URI", help="put the clip there, for a VideoJob to read")
    gpu = _command(commands, "gpu-check", "what this machine's GPU does, against the CPU", GPU_CHECK)
    gpu.add_argument("--report", type=Path, metavar="FILE", help="write the table as JSON too, to attach to an issue")
    gpu.add_argument("--ffmpeg", metavar="PATH", help="the command to compare speed with (default: that of the PATH)")
    gpu.add_argument("--device", choices=("cuda", "cpu"), default="cuda", help="cpu: try the checks without a GPU")
    attempt = _command(commands, "attempt", "what a runner pod runs")
    attempt.add_argument("--order", type=Path, required=True, help="the order's file")
    attempt.add_argument("--token", type=Path, required=True, help="file of the token for progress reports")
    attempt.add_argument("--secrets", type=Path, required=True, help="folder with a folder for each mounted Secret")
