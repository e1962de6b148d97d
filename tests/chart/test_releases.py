"""Releases that come after one another or stand beside one another, and what goes under them: CRD and namespaces."""

import re
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from tests.chart.conftest import BareWorld
from tests.chart.render import CHART, SYSTEM, Object
from tests.chart.test_install import CRD
from tests.testbed import cache
from tests.testbed.cache import ROOT
from tests.testbed.world import World, config

PATIENT = {"nodeLost": "3s", "running": "5m"}
"""Runners of a release that the testbed does not forward reports to are judged by how they end."""


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """One of this module's own: it ends without the CRD."""
    with BareWorld() as made:
        made.upload_footage()
        for name in (SYSTEM, "second-system", "team-a", "team-b"):
            made.make_namespace(name)
        yield made


def helm(world: World, *arguments: str, stdin: str = "") -> str:
    """Raises RuntimeError with what it said."""
    command = [str(cache.tool("helm")), "--kubeconfig", str(world.control_plane.kubeconfig), *arguments]
    result = subprocess.run(command, input=stdin, capture_output=True, text=True)
    if result.returncode:
        raise RuntimeError(result.stderr)
    return result.stdout


def apply(world: World, release: str, namespace: str = SYSTEM, wait: bool = True, **values: Any) -> str:
    """Install or upgrade, with this world's addresses."""
    base: Object = {
        "config": config(world.s3.endpoint, silence=PATIENT),
        "operator": {"progressURL": world.progress_url, "statusInterval": 1, "leaseSeconds": 4},
    }
    flags = ["--wait", "--timeout", "90s"] if wait else []
    command = ["upgrade", "--install", release, str(CHART), "-n", namespace, "--values", "-", *flags]
    try:
        return helm(world, *command, stdin=yaml.safe_dump(base | values))
    except RuntimeError as error:
        raise RuntimeError(f"{error}\n{evidence(world)}" if "not ready" in str(error) else str(error)) from None


def evidence(world: World) -> str:
    """Who holds which Lease, and what operators and the nodes have said last."""
    logs = [*(world.folder / "agent" / "logs").glob("*operator*.log"), world.folder / "logs" / "agent.log"]
    shown = world.kubectl("get", "pods,leases,deployments", "-A", "-o", "wide", check=False)
    return "\n".join([shown, *(f"== {path.name}\n{path.read_text()[-3000:]}" for path in sorted(logs))])


def sample(name: str, **spec: Any) -> Object:
    made: Object = yaml.safe_load((ROOT / "k8s" / "samples" / "hello.yaml").read_text())
    made["metadata"]["name"] = name
    made["spec"] |= {"outputs": [{"uri": f"s3://media/out/{name}.mp4"}]} | spec
    return made


def slow(name: str) -> Object:
    """Some ten seconds of work."""
    video = {"encoder": "CPU", "crf": 18, "preset": "Slow"}
    outputs = [{"uri": f"s3://media/out/{name}.mp4", "video": video}]
    return sample(name, inputs=[{"uri": "s3://media/bikes.mp4"}], outputs=outputs, checkpoint={"segmentFrames": 30})


def running(world: World, name: str, namespace: str = "default") -> bool:
    return world.status(name, namespace).get("phase") == "Running"


def said(world: World, namespace: str) -> str:
    """The logs of the operators in a namespace."""
    logs = sorted((world.folder / "agent" / "logs").glob(f"{namespace}_*operator*.log"))
    return "".join(path.read_text() for path in logs)


def runner_pods(world: World, namespace: str) -> list[Object]:
    return [p for p in world.items("pods", namespace) if p["metadata"]["labels"].get("spotreel.dev/videojob")]


@pytest.fixture(scope="module")
def first(world: World) -> None:
    apply(world, "spotreel")


def test_reinstalled_under_another_name_it_goes_on(first: None, world: World) -> None:
    """The refusal's own lines give it the CRD. Under the old full name, runners find it by its Service."""
    world.apply(slow("under-way"))
    world.wait_for(lambda: running(world, "under-way"))
    uid = world.get("videojob", "under-way")["metadata"]["uid"]
    helm(world, "uninstall", "spotreel", "-n", SYSTEM, "--wait")
    with pytest.raises(RuntimeError, match='belongs to release "spotreel" in namespace "spotreel-system"') as refused:
        apply(world, "again", fullnameOverride="spotreel-operator")
    assert "crds.enabled=false" in str(refused.value)
    with pytest.raises(RuntimeError, match="belongs to release"):
        helm(world, "install", "again", str(CHART), "-n", SYSTEM, "--take-ownership")
    remedy = re.findall(r"^ +kubectl (.*)$", str(refused.value), re.M)
    assert len(remedy) == 2
    for line in remedy:
        world.kubectl(*line.split())
    apply(world, "again", fullnameOverride="spotreel-operator")
    status = world.wait_finished("under-way")
    assert status["phase"] == "Succeeded" and len(status["attempts"]) == 1, status
    assert world.get("videojob", "under-way")["metadata"]["uid"] == uid


def test_a_crd_that_kubectl_brought_is_told_too(first: None, world: World) -> None:
    world.kubectl("label", "crd", CRD, "app.kubernetes.io/managed-by-")
    world.kubectl("annotate", "crd", CRD, "meta.helm.sh/release-name-", "meta.helm.sh/release-namespace-")
    with pytest.raises(RuntimeError, match="is there and was installed without Helm") as refused:
        apply(world, "again", fullnameOverride="spotreel-operator")
    for line in re.findall(r"^ +kubectl (.*)$", str(refused.value), re.M):
        world.kubectl(*line.split())
    apply(world, "again", fullnameOverride="spotreel-operator")


def test_a_release_that_hands_the_crd_over_leaves_it(first: None, world: World) -> None:
    apply(world, "again", fullnameOverride="spotreel-operator", crds={"enabled": False})
    assert world.get("crd", CRD) and world.get("videojob", "under-way")
    apply(world, "again", fullnameOverride="spotreel-operator")


def test_a_second_release_for_the_same_namespaces_does_not_begin(first: None, world: World) -> None:
    apply(world, "second", "second-system", wait=False, crds={"enabled": False})
    words = "not begun: the operator spotreel-system/spotreel-operator watches all namespaces, too"
    world.wait_for(lambda: words in said(world, "second-system"))
    world.apply(sample("one-operator"))
    assert world.wait_finished("one-operator")["phase"] == "Succeeded"
    assert not world.get("lease", "second-spotreel-operator", "second-system"), "it has asked for none"
    ready = world.get("deployment", "second-spotreel-operator", "second-system")["status"].get("readyReplicas", 0)
    assert not ready and world.operator_ready()


def test_two_releases_for_other_namespaces_work_side_by_side(first: None, world: World) -> None:
    apply(world, "again", fullnameOverride="spotreel-operator", watchNamespaces=["default", "team-a"])
    apply(world, "second", "second-system", crds={"enabled": False}, watchNamespaces=["team-b"])
    for name, namespace in (("of-first", "team-a"), ("of-second", "team-b")):
        world.apply(sample(name), namespace)
    for name, namespace in (("of-first", "team-a"), ("of-second", "team-b")):
        assert world.wait_finished(name, namespace)["phase"] == "Succeeded"
    holders = {
        place: world.get("lease", name, place)["metadata"]["annotations"]["spotreel.dev/watches"]
        for place, name in ((SYSTEM, "spotreel-operator"), ("second-system", "second-spotreel-operator"))
    }
    assert holders == {SYSTEM: "default,team-a", "second-system": "team-b"}


def test_a_lease_that_an_editor_has_written_stops_nobody(first: None, world: World) -> None:
    """`edit` lets people write Leases. What claims all namespaces for hours counts only if an operator wrote it."""
    world.kubectl("create", "rolebinding", "editor", "--clusterrole=edit", "--user=editor", "-n", "team-b")
    labels = {"app.kubernetes.io/name": "spotreel-operator", "app.kubernetes.io/part-of": "spotreel"}
    notes = {"spotreel.dev/watches": "*", "spotreel.dev/service-account": "default"}
    spec = {"holderIdentity": "me", "leaseDurationSeconds": 36000, "acquireTime": "2020-01-01T00:00:00.000000Z"}
    head = {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease"}
    forged = {**head, "metadata": {"name": "forged", "labels": labels, "annotations": notes}, "spec": spec}
    said_yes = world.kubectl("create", "--as=editor", "-n", "team-b", "-f", "-", stdin=yaml.safe_dump(forged))
    assert "created" in said_yes
    values: Object = {"crds": {"enabled": False}, "watchNamespaces": ["team-b"], "podLabels": {"again": "yes"}}
    apply(world, "second", "second-system", **values)
    world.apply(sample("undeterred"), "team-b")
    assert world.wait_finished("undeterred", "team-b")["phase"] == "Succeeded"


def test_a_namespace_that_is_missing_is_told_before_anything_is_made(first: None, world: World) -> None:
    with pytest.raises(RuntimeError, match="watchNamespaces names what is not there: team-x, team-y"):
        apply(world, "third", "second-system", crds={"enabled": False}, watchNamespaces=["team-x", "team-b", "team-y"])
    assert "third" not in helm(world, "list", "-A", "-q")


def test_a_namespace_that_is_made_again_is_served_after_an_upgrade(first: None, world: World) -> None:
    """Its Role went with it; the log says which right is missing and where, the others are served meanwhile."""
    values: Object = {"crds": {"enabled": False}, "watchNamespaces": ["team-b", "team-c"]}
    values["operator"] = {"progressURL": world.progress_url, "leaseSeconds": 4, "resyncSeconds": 10}
    world.make_namespace("team-c")
    apply(world, "second", "second-system", **values)
    world.kubectl("delete", "namespace", "team-c")
    forbidden = 'cannot list resource \\"pods\\" in API group \\"\\" in the namespace \\"team-c\\"'
    world.wait_for(lambda: forbidden in said(world, "second-system"))
    world.apply(sample("meanwhile"), "team-b")
    assert world.wait_finished("meanwhile", "team-b")["phase"] == "Succeeded"
    world.make_namespace("team-c")
    world.apply(sample("again"), "team-c")
    apply(world, "second", "second-system", **values)
    assert world.wait_finished("again", "team-c")["phase"] == "Succeeded"
    assert "Traceback" not in said(world, "second-system")


def test_a_namespace_with_a_job_under_way_goes(first: None, world: World) -> None:
    world.apply(slow("goes"), "team-a")
    world.wait_for(lambda: running(world, "goes", "team-a"))
    world.kubectl("delete", "namespace", "team-a", "--timeout=60s")
    assert not world.get("namespace", "team-a")


def test_without_the_crd_nothing_hangs_and_runners_go(first: None, world: World) -> None:
    """Last of all: it takes every VideoJob with it. An operator that is there goes on when the CRD comes back."""
    helm(world, "uninstall", "second", "-n", "second-system", "--wait")
    world.apply(slow("last"))
    world.wait_for(lambda: running(world, "last"))
    world.kubectl("delete", "crd", CRD, "--timeout=60s")
    world.wait_for(lambda: not runner_pods(world, "default"))
    apply(world, "again", fullnameOverride="spotreel-operator")
    world.apply(sample("after-all"))
    assert world.wait_finished("after-all")["phase"] == "Succeeded"
