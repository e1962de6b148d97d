"""What a process says of itself on SIGUSR2: each place once, and also while its main thread hangs."""

import json
import logging
import os
import signal
import subprocess
import sys
import threading
from typing import Any

import pytest

from job_runner import supervise
from videojob_api import dump
from videojob_api.dump import MOST_PLACES, Stack, State, grouped, of_the_process, threads, write

PROGRAM = """
import sys, threading, time
from videojob_api.dump import Stack, State, dump_on_signal
from videojob_api.logs import start_logging
start_logging("json", "error", sys.stdout)
def waits_for_ever():
    threading.Event().wait()
def hangs():
    print("ready", flush=True)
    while True: time.sleep(0.01)
dump_on_signal(lambda: State([Stack("task one", "  here")], {"queue": 7}))
threading.Thread(target=waits_for_ever, name="worker", daemon=True).start()
hangs()
"""


def test_each_place_is_named_once_after_all_that_stand_there() -> None:
    crowd = [Stack("task run", "a"), Stack("task run", "a"), Stack("task watch", "b"), Stack("thread main", "a")]
    assert grouped(crowd) == [Stack("task run (2 times), thread main", "a"), Stack("task watch", "b")]


def test_it_is_written_whatever_the_level(caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("videojob_api").setLevel(logging.ERROR)
    try:
        write(State([Stack("thread main", '  File "a", line 1')], {"queue": 7, "memory": 1e9}))
    finally:
        logging.getLogger("videojob_api").setLevel(logging.NOTSET)
    first, second = caplog.records
    assert (first.getMessage(), vars(first)["queue"], vars(first)["memory"]) == ("dump", 7, 1e9)
    assert (second.getMessage(), vars(second)["stack"]) == ("thread main", '  File "a", line 1')


def test_a_crowd_of_places_is_bounded(caplog: pytest.LogCaptureFixture) -> None:
    write(State([Stack("task", str(n)) for n in range(2 * MOST_PLACES)], {}))
    assert len(caplog.records) == MOST_PLACES + 1


def test_threads_stand_where_they_are() -> None:
    end = threading.Event()

    def waits() -> None:
        end.wait()

    other = threading.Thread(target=waits, name="other")
    other.start()
    try:
        (found,) = [stack for stack in threads() if stack.who == "thread other"]
    finally:
        end.set()
        other.join()
    assert "in waits" in found.lines and "end.wait()" in found.lines


def test_figures_of_the_process() -> None:
    found = of_the_process()
    assert found["threads"] >= 1 and found["memory_peak"] > 1_000_000
    assert sys.platform != "linux" or (found["memory"] > 1_000_000 and found["open_files"] > 2)


def test_the_runners_parent_passes_on_the_same_signal() -> None:
    assert supervise._DUMP == dump.SIGNAL and dump.SIGNAL != supervise.ASKED


def started() -> "subprocess.Popen[str]":
    process = subprocess.Popen([sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, text=True)
    assert process.stdout and process.stdout.readline() == "ready\n"
    return process


def said(process: "subprocess.Popen[str]", last: str) -> dict[str, Any]:
    """Records by their messages, up to the last one."""
    found: dict[str, Any] = {}
    assert process.stdout
    while last not in found:
        record = json.loads(process.stdout.readline())
        found[record["message"]] = record
    return found


def test_a_process_that_hangs_answers_and_goes_on() -> None:
    process = started()
    try:
        for _ in range(2):
            os.kill(process.pid, signal.SIGUSR2)
            found = said(process, "task one")
            assert found["dump"]["queue"] == 7 and found["dump"]["memory"] > 0
            assert found["dump"]["level"] == "INFO", "though the process writes errors only"
            assert "in hangs" in found["thread MainThread"]["stack"]
            assert "in waits_for_ever" in found["thread worker"]["stack"]
            assert found["task one"]["stack"] == "  here"
        assert process.poll() is None
    finally:
        process.kill()
        process.communicate()
