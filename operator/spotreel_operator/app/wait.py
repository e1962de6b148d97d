"""`spotreel-operator-wait`: waits for either end of a VideoJob, from within the cluster; `helm test` uses it.

Unlike `kubectl wait` it ends at once when the object is deleted, and its exit code tells the two ends apart.
"""

import argparse
import asyncio
import sys
import time
from typing import Any

import aiohttp

from spotreel_operator.runtime.api import VIDEOJOBS, ApiError, Gone, KubernetesApi, connect
from videojob_api.names import ENDS, Phase

COMPLETE, FAILED, GONE, TIMED_OUT = 0, 1, 2, 124
EVERY_SECONDS = 1.0


async def wait(api: KubernetesApi, namespace: str, name: str, seconds: float) -> int:
    """The exit code. Says every change of phase and reason."""
    deadline, said = time.monotonic() + seconds, ""
    while time.monotonic() < deadline:
        try:
            status: dict[str, Any] = (await api.get(VIDEOJOBS, namespace, name)).get("status", {})
        except Gone:
            _say(f"there is no VideoJob {namespace}/{name}")
            return GONE
        except (ApiError, aiohttp.ClientError, TimeoutError, OSError) as error:
            _say(f"asking again: {error}")
            await asyncio.sleep(EVERY_SECONDS)
            continue
        phase, line = status.get("phase"), f"{status.get('phase', 'Pending')} {status.get('reason', '')}"
        if line != said:
            said = line
            _say(f"{line}: {status.get('message', '')}")
        if phase in ENDS:
            return COMPLETE if phase == Phase.SUCCEEDED else FAILED
        await asyncio.sleep(EVERY_SECONDS)
    _say(f"not finished after {seconds:g} s")
    return TIMED_OUT


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


async def _run(options: argparse.Namespace) -> int:
    api = KubernetesApi(await connect())
    try:
        return await wait(api, options.namespace, options.name, options.timeout)
    finally:
        await api.close()


def main() -> int:
    """0 complete, 1 failed, 2 gone, 124 timed out."""
    parser = argparse.ArgumentParser(prog="spotreel-operator-wait", description="Waits for either end of a VideoJob.")
    parser.add_argument("name")
    parser.add_argument("--namespace", default="default")
    parser.add_argument("--timeout", type=float, default=3600, help="seconds")
    return asyncio.run(_run(parser.parse_args()))
