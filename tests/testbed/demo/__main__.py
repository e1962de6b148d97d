"""The demo: start the world, apply a job, take two nodes away, check the bytes."""

import argparse
import copy
import signal
import sys
import time
from pathlib import Path
from types import FrameType

from rich.console import Console
from rich.live import Live

from tests.testbed import cache
from tests.testbed.demo.checks import KEY, Check, check, contact_sheet, render_without_cluster
from tests.testbed.demo.state import Object, State, Watcher
from tests.testbed.demo.view import cost_line, picture, plain_lines
from tests.testbed.world import ROOT, World

SAMPLE = ROOT / "k8s" / "samples" / "reel.yaml"
OUTPUT = ROOT / ".demo"
TITLE = "spotreel demo   kubectl apply -f k8s/samples/reel.yaml"
NOTICE_SECONDS = 10
LONGEST_RUN = 180
POLL_SECONDS = 0.25


class Story:
    """Takes the nodes away when the time has come."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._taken: list[str] = []

    @property
    def kills(self) -> int:
        """Nodes that were taken away."""
        return len(self._taken)

    def go_on(self, state: State) -> str:
        """What has just been done, if anything."""
        return next((did for attempt in state.active if (did := self._turn(state, attempt))), "")

    def _turn(self, state: State, attempt: Object) -> str:
        """Takes the node of one runner away once it has finished something."""
        node = attempt.get("node") or ""
        if node in self._taken or not node.startswith("spot"):
            return ""
        # By what is in S3, not by status, which is a second old: a fast machine would be done before.
        own = list(state.segments.values()).count(attempt["name"])
        if self.kills == 0 and own >= 2:
            return self._kill(node, NOTICE_SECONDS, f"{node} is reclaimed with {NOTICE_SECONDS} s notice")
        if self.kills == 1 and own >= 1:
            return self._kill(node, 0, f"{node} is killed without notice")
        return ""

    def _kill(self, node: str, notice: int, text: str) -> str:
        self._world.preempt(node, notice)
        self._taken.append(node)
        return text


def follow(world: World, console: Console, frames: list[State]) -> tuple[State, int]:
    """Until the job has ended; `frames` collects what was shown."""
    story, watcher, began = Story(world), Watcher(world), time.monotonic()
    before = State()
    with Live(console=console, refresh_per_second=8, transient=False) as live:
        while not watcher.state.finished and time.monotonic() - began < LONGEST_RUN:
            state = watcher.look()
            did = story.go_on(state)
            if console.is_terminal:
                live.update(picture(state, TITLE))
            else:
                _print_plain(console, before, state, did)
            before = copy.deepcopy(state)
            frames.append(before)
            time.sleep(POLL_SECONDS)
    return watcher.look(), story.kills


def _print_plain(console: Console, before: State, state: State, did: str) -> None:
    for line in plain_lines(before, state) + ([f"  ! {did}"] if did else []):
        console.print(line, highlight=False, soft_wrap=True)


def run(console: Console, svg: Path | None) -> bool:
    """True if all of it held."""
    began = time.monotonic()

    def say(text: str) -> None:
        console.print(f"[dim]{time.monotonic() - began:5.1f} s[/]  {text}", highlight=False, soft_wrap=True)

    for thing in (cache.footage, cache.seaweedfs, cache.control_plane):
        thing(say)
    OUTPUT.mkdir(exist_ok=True)
    with World(say=say) as world:
        world.upload_footage()
        world.install_operator()
        say("kubectl apply -f k8s/samples/reel.yaml")
        world.kubectl("apply", "-f", str(SAMPLE))
        frames: list[State] = []
        state, kills = follow(world, console, frames)
        say("checking: the same YAML once more, without a cluster, in one go")
        checks = _check(world, state, kills)
        _say_end(console, state, checks, time.monotonic() - began)
    if svg:
        _draw(frames, state, checks, svg, time.monotonic() - began)
    return all(c.good for c in checks)


def _check(world: World, state: State, kills: int) -> list[Check]:
    if state.status.get("phase") != "Succeeded":
        return [Check(False, f"the VideoJob is {state.status.get('phase')}: {state.status.get('message')}")]
    made = OUTPUT / "reel.mp4"
    world.s3.client().download_file("media", KEY, str(made))
    local = render_without_cluster(world, SAMPLE, OUTPUT)
    contact_sheet(made, OUTPUT / "contact-sheet.png", state.segments, state.status["plan"]["segmentFrames"])
    return [Check(kills == 2, f"{kills} nodes were taken away in mid-run"), *check(state, made, local, kills)]


def _say_end(console: Console, state: State, checks: list[Check], seconds: float) -> None:
    for item in checks:
        console.print(
            f"  [{'green' if item.good else 'bold red'}]{'✓' if item.good else '✗'}[/] {item.text}", highlight=False
        )
    if cost_line(state.status):
        console.print(f"  {cost_line(state.status)}", highlight=False)
    if all(item.good for item in checks):
        console.print("  video [bold].demo/reel.mp4[/]   stills [bold].demo/contact-sheet.png[/]", highlight=False)
    console.print(f"  {seconds:.0f} s in all; nothing is left running", highlight=False)


def _draw(frames: list[State], state: State, checks: list[Check], svg: Path, seconds: float) -> None:
    """A moment after a kill, and the end, as one picture."""
    console = Console(record=True, width=120, file=Path("/dev/null").open("w"), force_terminal=True)  # noqa: SIM115
    late = [f for f in frames if f.status.get("counts", {}).get("disruptions") and any(a.get("node") for a in f.active)]
    console.print(picture(late[len(late) // 2] if late else state, TITLE))
    _say_end(console, state, checks, seconds)
    svg.write_text(console.export_svg(title="make demo"))


def _end(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def main() -> int:
    """0 only if everything held."""
    parser = argparse.ArgumentParser(prog="demo", description=__doc__)
    parser.add_argument("--svg", type=Path, help="also draw the terminal's picture into this file")
    options = parser.parse_args()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _end)
    console = Console()
    try:
        return 0 if run(console, options.svg) else 1
    except KeyboardInterrupt:
        console.print("stopped; nothing is left running")
        return 130


if __name__ == "__main__":
    sys.exit(main())
