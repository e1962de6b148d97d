"""`python -m tests.testbed.agent --node NAME,ZONE,CAPACITY …`: one process, many nodes.

Nodes obey annotations: `testbed.spotreel.dev/preempt: "10"` (seconds of notice, 0 for none), `…/freeze`,
`…/refuse: OutOfcpu`. So whoever may edit nodes can play with them.
"""

import argparse
import asyncio
import itertools
import logging
import signal
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from spotreel_operator.runtime.api import NODES, PODS, ApiError, Kind, KubernetesApi, connect
from tests.testbed.agent.addresses import claim
from tests.testbed.agent.forward import Forwarder
from tests.testbed.agent.logs import Logs
from tests.testbed.agent.node import Node, NodeSpec
from tests.testbed.agent.pod import PodRunner, base_environment
from tests.testbed.processes import free_port

Object = dict[str, Any]
log = logging.getLogger("agent")


class Agent:
    """Follows pods and nodes and lets them live."""

    def __init__(
        self, api: KubernetesApi, nodes: list[NodeSpec], root: Path, environment: dict[str, str], net: int
    ) -> None:
        """Pods live in 127.`net`.0.0/16."""
        self._api, self._root, self._environment = api, root, environment
        self.nodes = {spec.name: Node(api, spec) for spec in nodes}
        self._addresses = (f"127.{net}.{n // 250}.{n % 250 + 1}" for n in itertools.count(1))
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Until cancelled."""
        await asyncio.gather(*(node.register() for node in self.nodes.values()))
        log.info("nodes registered: %s", ", ".join(self.nodes))
        await asyncio.gather(
            self._follow(PODS, self._pod),
            self._follow(NODES, self._node),
            *(node.beat() for node in self.nodes.values()),
        )

    async def _follow(self, kind: Kind, handle: Callable[[str, Object], Awaitable[None]]) -> None:
        """List, then watch, for ever."""
        while True:
            with suppress(ApiError, aiohttp.ClientError, TimeoutError, OSError):
                items, version = await self._api.list(kind)
                for item in items:
                    await handle("ADDED", item)
                async for event in self._api.watch(kind, None, version):
                    if event["type"] != "BOOKMARK":
                        await handle(event["type"], event["object"])
            await asyncio.sleep(0.5)

    async def _node(self, change: str, node: Object) -> None:
        known = self.nodes.get(node["metadata"]["name"])
        if known and change != "DELETED":
            known.obey(node["metadata"].get("annotations", {}))

    async def _pod(self, change: str, pod: Object) -> None:
        node = self.nodes.get(pod["spec"].get("nodeName", ""))
        if node is None or node.gone:
            return
        uid = pod["metadata"]["uid"]
        if change == "DELETED":
            if (runner := node.pods.get(uid)) and not node.frozen:
                runner.crash()
        elif uid not in node.pods:
            self._admit(node, pod)
        if (runner := node.pods.get(uid)) and pod["metadata"].get("deletionTimestamp"):
            runner.pod["metadata"] = pod["metadata"]
            if not node.frozen:
                runner.delete()

    def _admit(self, node: Node, pod: Object) -> None:
        if pod.get("status", {}).get("phase") in ("Succeeded", "Failed"):
            return
        runner = PodRunner(self._api, pod, next(self._addresses), self._root, self._environment)
        if node.frozen:
            runner.frozen.set()
        node.pods[pod["metadata"]["uid"]] = runner
        task = asyncio.create_task(self._live(node, runner))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _live(self, node: Node, runner: PodRunner) -> None:
        try:
            if node.refuses:
                await runner.refuse(node.refuses)
            else:
                await runner.run()
        except Exception:
            log.exception("pod %s", runner.pod["metadata"]["name"])
        finally:
            if not node.refuses:
                node.pods.pop(runner.pod["metadata"]["uid"], None)

    def lives(self, namespace: str, pod: str) -> bool:
        """Whether a pod of this name has not ended."""
        runners = [runner for node in self.nodes.values() for runner in node.pods.values()]
        heads = (runner.pod["metadata"] for runner in runners if not (runner.ended or runner.gone))
        return any((head["namespace"], head["name"]) == (namespace, pod) for head in heads)

    def ready_addresses(self, namespace: str, selector: dict[str, str]) -> list[str]:
        """Of ready pods with these labels, for the forwarder."""
        runners = [runner for node in self.nodes.values() for runner in node.pods.values()]
        return [
            runner.ready_address
            for runner in runners
            if runner.ready_address
            and runner.pod["metadata"]["namespace"] == namespace
            and selector.items() <= runner.pod["metadata"].get("labels", {}).items()
        ]

    def stop(self) -> None:
        """Every container dies."""
        for node in self.nodes.values():
            node.crash()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="agent", description=__doc__)
    parser.add_argument("--node", action="append", type=NodeSpec.parse, required=True)
    parser.add_argument("--root", type=Path, required=True, help="folder for volumes and logs")
    parser.add_argument("--path", required=True, help="PATH of the containers")
    parser.add_argument("--forward", action="append", default=[], help="PORT=NAMESPACE/SERVICE")
    return parser.parse_args()


async def main() -> None:
    """Runs the agent until SIGTERM."""
    options = _options()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    configuration = await connect()
    api = KubernetesApi(configuration)
    server = urlsplit(configuration.host)
    environment = base_environment(options.path, server.hostname or "127.0.0.1", server.port or 443)
    net, claimed = claim()
    port = free_port()
    agent = Agent(api, [replace(spec, port=port) for spec in options.node], options.root, environment, net)
    await Logs(options.root, agent.lives).listen(port)
    for text in options.forward:
        port, _, service = text.partition("=")
        await Forwarder(api, agent.ready_addresses, *service.split("/")).listen(int(port))
    work = asyncio.create_task(agent.run())
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, work.cancel)
    with suppress(asyncio.CancelledError):
        await work
    agent.stop()
    claimed.close()
    await api.close()


if __name__ == "__main__":
    asyncio.run(main())
