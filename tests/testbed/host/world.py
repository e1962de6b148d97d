"""A world with real nodes: our images, pods in containers, Services by kube-proxy, names by dnsmasq."""

import sys
from collections.abc import Callable
from pathlib import Path

from tests.testbed import cache
from tests.testbed.host import images, network
from tests.testbed.host.node import RealNode
from tests.testbed.processes import Child
from tests.testbed.world import SYSTEM, World

SPOT, ON_DEMAND = "spot-a", "ondemand-b"
NODES = {
    SPOT: {"karpenter.sh/capacity-type": "spot", "topology.kubernetes.io/zone": "zone-a"},
    ON_DEMAND: {"karpenter.sh/capacity-type": "on-demand", "topology.kubernetes.io/zone": "zone-b"},
}
INSTANCE_TYPE = {"node.kubernetes.io/instance-type": "g5.xlarge"}
CONTROLLER_FLAGS = ("--node-monitor-grace-period=16s", "--node-monitor-period=2s")
"""A dead node is noticed after 16 s instead of 50; the rest is as everywhere."""


class RealWorld(World):
    """`with RealWorld() as world:` in namespaces of its own."""

    def __init__(self, say: Callable[[str], None] = lambda text: None) -> None:
        super().__init__(tuple(NODES), say, network.HOST, CONTROLLER_FLAGS)
        folder = self.folder / "nodes"
        kubeconfig = self.control_plane.kubeconfig
        self.nodes = {
            name: RealNode(name, number, labels | INSTANCE_TYPE, folder, kubeconfig)
            for number, (name, labels) in enumerate(NODES.items(), 1)
        }

    def start(self) -> None:
        """The network first: everything listens on its bridge."""
        network.make()
        super().start()

    def stop(self) -> None:
        """Nodes before the folder that they lie in."""
        for node in self.nodes.values():
            node.stop()
        super().stop()

    def _start_nodes(self) -> None:
        archives = (images.pause(self._say), *(images.product(name, self._say) for name in ("operator", "runner")))
        for node in self.nodes.values():
            node.start(archives)
        self._start_proxy()

    def _nodes_are_up(self) -> bool:
        ready = '{range .items[*]}{.status.conditions[?(@.type=="Ready")].status} {end}'
        return self.kubectl("get", "nodes", "-o", f"jsonpath={ready}").split() == ["True"] * len(NODES)

    def _start_proxy(self) -> None:
        """One for the machine: both nodes share its iptables."""
        flags = [
            f"--kubeconfig={self.control_plane.kubeconfig}",
            "--proxy-mode=iptables",
            f"--hostname-override={SPOT}",
            f"--cluster-cidr={network.PODS}",
            "--conntrack-max-per-core=0",
            f"--bind-address={network.HOST}",
        ]
        self._background("kube-proxy", [str(cache.node()), "kube-proxy", *flags])

    def resolve(self, service: str, namespace: str = SYSTEM) -> None:
        """Makes a Service's name known: what CoreDNS does in a cluster, dnsmasq does here for one name."""
        address = self.kubectl("get", "service", service, "-n", namespace, "-o", "jsonpath={.spec.clusterIP}")
        name = f"{service}.{namespace}.svc.cluster.local"
        flags = [
            "--keep-in-foreground",
            "--no-resolv",
            "--no-hosts",
            "--bind-interfaces",
            f"--listen-address={network.HOST}",
        ]
        self._background(
            "dnsmasq", ["dnsmasq", *flags, "--conf-file=/dev/null", "--pid-file=", f"--host-record={name},{address}"]
        )

    def _background(self, name: str, command: list[str]) -> Child:
        child = Child(name, command, self.folder / "logs" / f"{name}.log")
        self.children.append(child)
        return child


def main() -> None:
    """A world to look at; ends with standard input."""
    with RealWorld(print) as world:
        print(world.folder, world.control_plane.kubeconfig, Path.cwd())  # noqa: T201
        sys.stdin.read()


if __name__ == "__main__":
    main()
