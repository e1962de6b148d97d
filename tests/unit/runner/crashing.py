"""`spotreel` with a decoder that crashes: the real command, FFmpeg's part played by a few lines.

A file called crash*.mp4 crashes what reads it: when it is opened, or 1.6 seconds after its first frame, whichever
slot of a timeline that is. No environment variable and no option
does that: a program stands in for the command's own, changes what it decodes with, and calls it.
"""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

OPENING = """
real = av.open
def opened(file, *arguments, **options):
    return crash() if "/crash" in str(file) else real(file, *arguments, **options)
av.open = opened
"""

DECODING = """
from job_runner.media.source import FrameSource
real = FrameSource._seconds
def seconds(self, frame):
    found = real(self, frame)
    return crash() if "/crash" in str(self._media) and (found or 0) >= 1.6 else found
FrameSource._seconds = seconds
"""

DECODING_ANY = DECODING.replace('"/crash" in str(self._media) and ', "")

SOUND = """
import job_runner.media.samples as samples
real = samples.open_input
def opened(media, *more):
    return crash() if "/crash" in str(media) else real(media, *more)
samples.open_input = opened
"""

ENCODING = """
from job_runner.media.cpu.encode import SegmentEncoder
SegmentEncoder.finish = lambda self: crash()
"""

NOTED = """
from job_runner.inputs import JobInputs
probed = JobInputs.facts_of
def facts_of(self, item):
    with open("opened", "a") as file:
        file.write(item.name + " ")
    return probed(self, item)
JobInputs.facts_of = facts_of
"""
"""To be added to another: the inputs that were opened for a plan, by name, in a file `opened`."""

ONCE = """
from pathlib import Path
import job_runner.media.source as source
real = source.open_input
def opened(media, *more):
    if not Path("crashed").exists():
        Path("crashed").touch()
        crash()
    return real(media, *more)
source.open_input = opened
"""

THEN_WAITS = """
import time
from pathlib import Path
real = av.open
def opened(file, *arguments, **options):
    if not Path("crashed").exists():
        Path("crashed").touch()
        crash()
    Path("waits").touch()
    time.sleep(60)
av.open = opened
"""

_PROGRAM = """
import ctypes, os, sys
import av
def crash():
    # As decoders do: with a line of the C library's on standard error, or without a word.
    if {twice}:
        library = ctypes.CDLL(None)
        library.malloc.restype, library.free.argtypes = ctypes.c_void_p, [ctypes.c_void_p]
        block = library.malloc(64)
        library.free(block)
        library.free(block)
    ctypes.string_at(1)
{how}
from job_runner.cli.main import command
sys.exit(command())
"""


def spotreel(
    arguments: Sequence[str], folder: Path, how: str = "", twice: bool = False
) -> "subprocess.CompletedProcess[str]":
    """Runs it to its end in `folder`. It crashes by SIGSEGV; by freeing memory `twice` it is aborted."""
    process = start(arguments, folder, how, twice)
    out, errors = process.communicate(timeout=120)
    return subprocess.CompletedProcess(process.args, process.returncode, out, errors)


def program(how: str, twice: bool = False) -> str:
    """Python that is `spotreel`, but for the crash."""
    return _PROGRAM.format(how=how, twice=twice)


def start(arguments: Sequence[str], folder: Path, how: str = "", twice: bool = False) -> "subprocess.Popen[str]":
    """The process, first of a group of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", program(how, twice), *arguments],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
