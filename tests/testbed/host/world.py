"""A world with real nodes: our images, pods in containers, Services by kube-proxy, names by dnsmasq."""

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from tests.testbed import cache
from tests.testbed.host import images, network
from tests.testbed.host.node import RealNode
from tests.testbed.processes import Child
from tests.testbed.world import ROOT, SECRET, SYSTEM, World

CHART = ROOT / "charts" / "spotreel"

SPOT, ON_DEMAND = "spot-a", "ondemand-b"
NODES = {
    SPOT: {"karpenter.sh/capacity-type": "spot", "topology.kubernetes.io/zone": "zone-a"},
    ON_DEMAND: {"karpenter.sh/capacity-type": "on-demand", "topology.kubernetes.io/zone": "zone-b"},
}
INSTANCE_TYPE = {"node.kubernetes.io/instance-type": "g5.xlarge"}
CONTROLLER_FLAGS = ("--node-monitor-grace-period=16s", "--node-monitor-period=2s")
"""A dead node is noticed after 16 s instead of 50; the rest is as everywhere."""


CONFIG: dict[str, Any] = {
    "defaultClass": "cpu",
    "allowedURIs": ["s3://media/"],
    "progressInterval": "1s",
    "noProgressAttempts": 6,
    # Two nodes serve one test after the other: what one did to them must not keep the next away.
    "capacityMemory": {"afterPreemption": "1ms", "afterNoCapacity": "1ms"},
    "silence": {"nodeLost": "15s", "running": "90s"},
    "prices": {"currency": "USD", "table": {"g5.xlarge": {"Spot": 0.42, "OnDemand": 1.006}}},
}
JOB_CLASS: dict[str, Any] = {
    "placement": {
        "tiers": [{"name": "spot", "capacity": "Spot", "waitFor": "3s"}, {"name": "on-demand", "capacity": "OnDemand"}]
    },
    "resources": {"requests": {"cpu": "300m"}, "limits": {"cpu": 1, "memory": "1Gi"}},
    "checkpoint": {"uri": "s3://media/checkpoints/"},
    "terminationGracePeriodSeconds": 10,
    "accessPatience": "2s",
}


SHORT_OF = {
    "small-memory": {"requests": {"cpu": "300m"}, "limits": {"cpu": 1, "memory": "90Mi"}},
    "small-disk": {"requests": {"cpu": "300m"}, "limits": {"cpu": 1, "memory": "1Gi", "ephemeral-storage": "32Mi"}},
}


def config(endpoint: str, scripts: Mapping[str, str] = {}, **changes: Any) -> dict[str, Any]:
    """The chart's `config`: real defaults but for times, so that a dead node costs seconds here."""
    storage = {"endpoint": endpoint, "region": "us-east-1", "secretRef": {"name": SECRET}}
    base = JOB_CLASS | {"storage": storage}
    classes: dict[str, Any] = {"cpu": base}
    classes |= {name: base | {"resources": resources} for name, resources in SHORT_OF.items()}
    for name in scripts:
        classes[name] = classes.get(name, base) | {"image": f"docker.io/test/{name}:e2e"}
    classes["hasty"] = base | {"startTimeout": "8s"}
    classes["no-image"] = base | {"image": "registry.invalid/nobody/nothing:1"}
    return {**CONFIG, "classes": classes, **changes}


class RealWorld(World):
    """`with RealWorld() as world:` in namespaces of its own. The chart brings the CRD."""

    crds: list[Path] = []

    def __init__(self, say: Callable[[str], None] = lambda text: None, scripts: Mapping[str, str] = {}) -> None:
        """`scripts`: runners that misbehave, by the name of the class that uses them."""
        self._scripts = scripts
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
        archives += tuple(images.scripted(name, script) for name, script in self._scripts.items())
        for node in self.nodes.values():
            node.runtime.start()
        # Loading only: a child that a thread has started dies with its thread.
        with ThreadPoolExecutor() as pool:
            list(pool.map(lambda node: node.load(archives), self.nodes.values()))
        for node in self.nodes.values():
            node.start_kubelet()
        self._start_proxy()
        self.wait_for(self.nodes_are_up, 120)

    def nodes_are_up(self) -> bool:
        """Whether kubelet says so."""
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

    def resolve(self, *services: str, namespace: str = SYSTEM) -> None:
        """Makes Services' names known: what CoreDNS does in a cluster, dnsmasq does here for these."""
        flags = [
            "--keep-in-foreground",
            "--no-resolv",
            "--local=/cluster.local/",
            "--no-hosts",
            "--bind-interfaces",
            f"--listen-address={network.HOST}",
        ]
        for service in services:
            address = self.kubectl("get", "service", service, "-n", namespace, "-o", "jsonpath={.spec.clusterIP}")
            flags.append(f"--host-record={service}.{namespace}.svc.cluster.local,{address}")
        known = next((child for child in self.children if child.name == "dnsmasq"), None)
        if known:
            if set(flags) <= set(known.command):
                return
            known.stop()
            self.children.remove(known)
        self._background("dnsmasq", ["dnsmasq", *flags, "--conf-file=/dev/null", "--pid-file="])

    def install(
        self, image_of: Mapping[str, str] = {}, replicas: int = 1, release: str = "spotreel",
        more: Mapping[str, Any] = {}, **changes: Any,
    ) -> None:  # fmt: skip
        """`helm install --wait`, as a platform team does it; `changes` of the configuration, `more` of the values.

        Again: an upgrade.
        """
        configuration = config(self.s3.endpoint, self._scripts, **changes)
        for name, image in image_of.items():
            configuration["classes"][name]["image"] = image
        self._say("installing the chart")
        values = {
            "image": {"tag": images.TAG},
            "runner": {"image": {"tag": images.TAG}},
            "config": configuration,
            "test": {"uri": "s3://media/selftest"},
            "replicas": replicas,
            "operator": {"statusInterval": 1, "leaseSeconds": 6, "resyncSeconds": 20},
            **more,
        }
        file = self.folder / "values.json"
        file.write_text(json.dumps(values))
        self.helm("upgrade", "--install", release, str(CHART), "--values", str(file), "--wait", "--timeout", "120s")
        self.resolve("spotreel-operator", "spotreel-operator-reports")
        self.wait_for(self.operator_ready, 60)

    def helm(self, *arguments: str) -> str:
        """Runs helm in the operator's namespace."""
        command = [str(cache.tool("helm")), "--kubeconfig", str(self.control_plane.kubeconfig), "-n", SYSTEM]
        result = subprocess.run([*command, *arguments], capture_output=True, text=True, stdin=subprocess.DEVNULL)
        if result.returncode:
            raise RuntimeError(f"helm {' '.join(arguments)}: {result.stderr.strip()}")
        return result.stdout

    def _background(self, name: str, command: list[str]) -> Child:
        child = Child(name, command, self.folder / "logs" / f"{name}.log")
        self.children.append(child)
        return child


def main() -> None:
    """A world to look at; ends with standard input."""
    with RealWorld(print) as world:
        world.upload_footage()
        world.kubectl("create", "namespace", SYSTEM)
        world.kubectl("label", "namespace", SYSTEM, "pod-security.kubernetes.io/enforce=restricted")
        world.install()
        print(world.folder, world.control_plane.kubeconfig)  # noqa: T201
        sys.stdin.read()


if __name__ == "__main__":
    main()
