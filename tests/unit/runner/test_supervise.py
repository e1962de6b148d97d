"""A crash ends the work, not the process that speaks; signals, exit codes and orphans pass through it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

PROGRAM = """
import os, signal, sys, time
from job_runner.session import on_stop
from job_runner.supervise import supervised
def say(word):
    print(word, flush=True)
def after_crash(number):
    say(f"after {number}")
    return 65
def stopped():
    say("stopped")
def work():
    WORK
    return 0
sys.exit(supervised(work, after_crash))
"""
WAIT_FOR_STOP = """on_stop(stopped); say(os.getpid())
    while True: time.sleep(0.01)"""


def start(work: str, ignored: tuple[signal.Signals, ...] = (), second: str = "return 65") -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM.replace("return 65", second).replace("WORK", work)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=lambda: [signal.signal(number, signal.SIG_IGN) for number in ignored],
    )


def ended(work: str) -> tuple[int, str]:
    process = start(work)
    out, _ = process.communicate(timeout=30)
    return process.returncode, out


def line(process: "subprocess.Popen[str]") -> str:
    assert process.stdout
    return process.stdout.readline().strip()


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def alive(pid: int) -> bool:
    """Not even as a zombie that waits for somebody to ask for its end."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


@pytest.mark.parametrize("code", [0, 1, 65, 75, 134])
def test_an_exit_code_passes_through(code: int) -> None:
    assert ended(f"say('here'); return {code}") == (code, "here\n")


def test_an_exception_takes_its_ordinary_way() -> None:
    process = start("raise ValueError('odd')")
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 1 and "ValueError: odd" in errors


@pytest.mark.parametrize("name", ["SIGSEGV", "SIGABRT", "SIGBUS", "SIGILL", "SIGFPE"])
def test_a_crash_is_followed_by_the_second_look(name: str) -> None:
    assert ended(f"os.kill(os.getpid(), signal.{name})") == (65, f"after {int(signal.Signals[name])}\n")


def test_a_second_look_that_crashes_leaves_the_first_crash() -> None:
    source = PROGRAM.replace("return 65", "os.abort()").replace("WORK", "os.kill(os.getpid(), signal.SIGSEGV)")
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, timeout=30)
    assert (done.returncode, done.stdout) == (139, "after 11\n")
    assert "spotreel: crashed (SIGSEGV), and again while looking for the reason" in done.stderr


def test_a_second_look_that_finds_nothing_wrong_counts() -> None:
    source = PROGRAM.replace("return 65", "return 0").replace("WORK", "os.kill(os.getpid(), signal.SIGSEGV)")
    assert subprocess.run([sys.executable, "-c", source], capture_output=True, timeout=30).returncode == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_of_the_second_look_is_no_crash(number: signal.Signals) -> None:
    process = start("os.kill(os.getpid(), signal.SIGSEGV)", second="time.sleep(60)")
    assert line(process) == "after 11"
    process.send_signal(number)
    _, errors = process.communicate(timeout=30)
    assert (process.returncode, errors) == (-number, "")


def test_killed_for_memory_is_137_and_nobody_looks_again() -> None:
    assert ended("os.kill(os.getpid(), signal.SIGKILL)") == (137, "")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("tell", [os.kill, os.killpg], ids=["process", "group"])
def test_a_stop_is_heard_once(number: signal.Signals, tell: Callable[[int, int], None]) -> None:
    """Also where a terminal tells the whole group; the second stop ends it, as the shell expects."""
    process = start(WAIT_FOR_STOP)
    child = int(line(process))
    tell(process.pid, number)
    assert line(process) == "stopped"
    assert alive(child) and process.poll() is None
    tell(process.pid, number)
    assert process.wait(20) == -number
    assert not alive(child)


def test_a_second_stop_counts_while_the_first_is_being_handled() -> None:
    process = start("on_stop(lambda: (say('stopping'), time.sleep(60))); say('here'); time.sleep(60)")
    assert line(process) == "here"
    process.send_signal(signal.SIGTERM)
    assert line(process) == "stopping"
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == -signal.SIGTERM


def test_a_stop_that_nobody_handles_ends_it() -> None:
    process = start("say('here'); time.sleep(60)")
    assert line(process) == "here"
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=20)
    assert process.returncode == -signal.SIGINT and "KeyboardInterrupt" not in errors


def test_what_was_ignored_stays_ignored() -> None:
    process = start(WAIT_FOR_STOP, (signal.SIGINT,))
    line(process)
    os.killpg(process.pid, signal.SIGINT)
    process.send_signal(signal.SIGTERM)
    assert line(process) == "stopped"
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == -signal.SIGTERM


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's own doing, elsewhere there is no such thing")
def test_the_child_never_outlives_the_parent() -> None:
    process = start(WAIT_FOR_STOP)
    child = int(line(process))
    process.kill()
    process.wait()
    until(lambda: not alive(child))


@pytest.mark.skipif(sys.platform != "linux", reason="orphans are given to whom Linux is told")
def test_orphans_are_waited_for() -> None:
    """As PID 1 the parent gets everybody's orphans; PR_SET_CHILD_SUBREAPER makes it so without a container."""
    subreaper = "import ctypes; ctypes.CDLL(None).prctl(36, 1)\n"
    work = """r, w = os.pipe()
    if not os.fork():
        if not os.fork():
            os.read(r, 1); os._exit(3)
        os._exit(0)
    os.wait(); os.write(w, b"x"); time.sleep(0.5)
    say(sum(1 for p in os.listdir("/proc") if p.isdigit() and zombie(p)))"""
    zombie = """
def zombie(pid):
    try:
        fields = open(f"/proc/{pid}/stat").read().rpartition(")")[2].split()
    except OSError:
        return False
    return fields[0] == "Z" and int(fields[1]) == os.getppid()
"""
    source = subreaper + PROGRAM.replace("def work", zombie + "def work").replace("WORK", work)
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, timeout=30)
    assert (done.returncode, done.stdout, done.stderr) == (0, "0\n", "")


def test_a_question_reaches_the_work_which_goes_on() -> None:
    """SIGUSR2 asks what the process is doing; it is no stop."""
    process = start("""signal.signal(signal.SIGUSR2, lambda *_: say("asked")); say(os.getpid())
    while True: time.sleep(0.01)""")
    child = int(line(process))
    process.send_signal(signal.SIGUSR2)
    assert line(process) == "asked"
    assert alive(child) and process.poll() is None
    process.kill()
    process.communicate(timeout=30)


def test_work_that_does_not_answer_passes_over_the_question() -> None:
    process = start(WAIT_FOR_STOP)
    child = int(line(process))
    process.send_signal(signal.SIGUSR2)
    time.sleep(0.2)
    assert alive(child)
    process.send_signal(signal.SIGTERM)
    assert line(process) == "stopped"
    process.kill()
    process.communicate(timeout=30)
