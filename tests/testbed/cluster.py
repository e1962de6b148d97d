"""`make cluster`: the demo's world, kept up for use by hand."""

import signal
import stat
import sys
import threading
from pathlib import Path

from tests.testbed import cache
from tests.testbed.world import ROOT, World

_TRY = """
In another terminal, in this folder:

{exports}

  kubectl apply -f k8s/samples/reel.yaml     # three clips, moving crops, slow motion, two overlays
  kubectl get vj -w                          # live progress
  preempt $(kubectl get vj reel -o jsonpath='{{.status.attempts[-1:].node}}') --notice 10

Also: kubectl describe vj reel · kubectl get nodes · the 9-line sample k8s/samples/hello.yaml ·
pods' logs are files in {logs}

Ctrl-C here takes everything down.
"""


def say(text: str) -> None:
    """A line for the person."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def write_commands(folder: Path) -> None:
    """`kubectl` and `preempt` as commands that know this world."""
    folder.mkdir()
    binary = cache.control_plane()
    _command(folder / "kubectl", f'exec "{binary}" kubectl "$@"')
    _command(folder / "preempt", f'cd "{ROOT}" && exec "{sys.executable}" -m tests.testbed.preempt "$@"')


def _command(path: Path, line: str) -> None:
    path.write_text(f"#!/bin/sh\n{line}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def exports(world: World, folder: Path) -> str:
    """What to type in the other terminal."""
    values = {"KUBECONFIG": str(world.control_plane.kubeconfig), **world.s3.environment()}
    lines = [f"  export {name}={value}" for name, value in values.items()]
    return "\n".join([*lines, f'  export PATH="{folder}:{ROOT / ".venv" / "bin"}:$PATH"'])


def main() -> int:
    """Until Ctrl-C."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stop.set())
    with World(say=say) as world:
        world.upload_footage()
        world.install_operator()
        folder = world.folder / "bin"
        write_commands(folder)
        say(_TRY.format(exports=exports(world, folder), logs=world.folder / "agent" / "logs"))
        while not stop.wait(1) and world.agent and world.agent.process.poll() is None:
            pass
        say("taking everything down")
    return 0


if __name__ == "__main__":
    sys.exit(main())
