"""The chart on a real API server: schemas, install, upgrade with a changed CRD, rollback, uninstall, rights."""

import base64
import shutil
import ssl
import subprocess
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.chart import schemas
from tests.chart.render import CHART, SYSTEM, VALUES, Object, text
from tests.testbed import cache
from tests.testbed.cache import ROOT
from tests.testbed.world import World, config
from videojob_api.names import GROUP, PLURAL

CRD = f"{PLURAL}.{GROUP}"
RIGHTS = Path(__file__).parent / "rights"
ALL_VALUES = [*sorted(VALUES.glob("*.yaml")), *sorted((ROOT / "k8s" / "nodepools").glob("*/values.yaml"))]


class Release:
    """`helm` on this world, release `spotreel`."""

    def __init__(self, world: World) -> None:
        self.world = world

    def helm(self, *arguments: str, stdin: str = "") -> str:
        """Raises RuntimeError with what it said."""
        kubeconfig = str(self.world.control_plane.kubeconfig)
        command = [str(cache.tool("helm")), "--kubeconfig", kubeconfig, "-n", SYSTEM, *arguments]
        result = subprocess.run(command, input=stdin, capture_output=True, text=True)
        if result.returncode:
            raise RuntimeError(result.stderr)
        return result.stdout

    def apply(self, chart: Path = CHART, **values: Any) -> str:
        """Install or upgrade, with this world's addresses; waits until the operator works."""
        base: Object = {
            "config": config(self.world.s3.endpoint),
            "operator": {"progressURL": self.world.progress_url, "statusInterval": 1, "leaseSeconds": 4},
            "test": {"uri": "s3://media/selftest"},
        }
        return self.helm(
            "upgrade", "--install", "spotreel", str(chart), "--wait", "--timeout", "90s", "--values", "-",
            stdin=yaml.safe_dump(base | values),
        )  # fmt: skip


@pytest.fixture(scope="module")
def release(world: World) -> Release:
    made = Release(world)
    made.apply()
    return made


@pytest.mark.parametrize("values", ALL_VALUES, ids=lambda p: f"{p.parent.name}-{p.stem}")
def test_kubeconform(release: Release, tmp_path: Path, values: Path) -> None:
    location = schemas.write(release.world, tmp_path)
    manifests = text("-f", str(values), tests=True)
    command = [str(cache.tool("kubeconform")), "-strict", "-summary", "-schema-location", location]
    result = subprocess.run(command, input=manifests, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "Skipped: 0" in result.stdout


def test_kubeconform_can_fail(release: Release, tmp_path: Path) -> None:
    location = schemas.write(release.world, tmp_path)
    broken = text().replace("enableServiceLinks: false", "enableServiceLink: false")
    command = [str(cache.tool("kubeconform")), "-strict", "-schema-location", location]
    result = subprocess.run(command, input=broken, capture_output=True, text=True)
    assert result.returncode and "enableServiceLink" in result.stdout


def test_karpenter_takes_the_node_pools(world: World) -> None:
    file = ROOT / "k8s" / "nodepools" / "eks" / "karpenter.yaml"
    said = world.kubectl("apply", "--dry-run=server", "--validate=strict", "-f", str(file))
    assert said.count("created (server dry run)") == 3


def test_prometheus_operator_takes_the_monitors(world: World) -> None:
    manifests = text("-f", str(VALUES / "everything.yaml"), "--show-only", "templates/monitoring.yaml")
    said = world.kubectl("apply", "--dry-run=server", "--validate=strict", "-n", SYSTEM, "-f", "-", stdin=manifests)
    assert said.count("created (server dry run)") == 4


def test_a_job_runs(release: Release) -> None:
    world = release.world
    world.kubectl("apply", "-f", str(ROOT / "k8s" / "samples" / "hello.yaml"))
    assert world.wait_finished("hello")["phase"] == "Succeeded"


def test_helm_test(release: Release) -> None:
    said = release.helm("test", "spotreel", "--timeout", "120s")
    assert said.count("Succeeded") >= 2, said


def test_notes_tell_the_next_step(release: Release) -> None:
    notes = release.helm("get", "notes", "spotreel")
    assert "kubectl create secret generic media-bucket" in notes and "helm test spotreel" in notes


def test_upgrade_brings_a_changed_crd_and_rollback_takes_it_back(release: Release, tmp_path: Path) -> None:
    world, chart = release.world, tmp_path / "chart"
    shutil.copytree(CHART, chart)
    crd = chart / "files" / "videojob.yaml"
    document = yaml.safe_load(crd.read_text())
    spec = document["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"]
    spec["properties"]["later"] = {"type": "string"}
    crd.write_text(yaml.safe_dump(document))
    release.apply(chart)
    assert "later" in _fields(world)
    release.helm("rollback", "spotreel", "--wait", "--timeout", "90s")
    assert "later" not in _fields(world)
    assert world.get("videojob", "hello")["status"]["phase"] == "Succeeded", "jobs are none of a rollback's business"


def _fields(world: World) -> Object:
    versions = world.get("crd", CRD)["spec"]["versions"]
    found: Object = versions[0]["schema"]["openAPIV3Schema"]["properties"]["spec"]["properties"]
    return found


def test_namespaced_mode_works_with_its_roles_alone(world: World) -> None:
    """A second release that watches one namespace; its first job is done with the rights of its Role."""
    world.make_namespace("team-a")
    values = {
        "watchNamespaces": ["team-a"],
        "crds": {"enabled": False},
        "rbac": {"aggregate": False},
        "fullnameOverride": "team-a-operator",
        "config": config(world.s3.endpoint),
        "operator": {"progressURL": "http://127.0.0.1:9/v1/progress", "leaseSeconds": 4},
    }
    manifests = text(values=values)
    rbac = [o for o in yaml.safe_load_all(manifests) if o and ("Role" in o["kind"] or o["kind"] == "ServiceAccount")]
    world.kubectl("apply", "-f", "-", stdin=yaml.safe_dump_all(rbac))
    who = f"system:serviceaccount:{SYSTEM}:team-a-operator"
    for verb, what, where, may in (
        ("list", "videojobs.spotreel.dev", "team-a", "yes"),
        ("create", "jobs.batch", "team-a", "yes"),
        ("list", "videojobs.spotreel.dev", "default", "no"),
        ("create", "jobs.batch", "default", "no"),
        ("create", "tokenreviews.authentication.k8s.io", "team-a", "yes"),
        ("get", "secrets", "team-a", "no"),
    ):
        said = world.kubectl("auth", "can-i", verb, what, "-n", where, f"--as={who}", check=False)
        assert said.splitlines()[-1].strip() == may or may in said.split(), (verb, what, where, said)


@pytest.mark.parametrize("who", ["operator", "view", "edit", "runner"])
def test_rights(release: Release, who: str) -> None:
    """`kubectl auth can-i --list`, against what is committed: a change there is one of what we may do to a cluster."""
    world = release.world
    world.kubectl("create", "serviceaccount", who, check=False)
    subject = (
        f"system:serviceaccount:{SYSTEM}:spotreel-operator"
        if who == "operator"
        else f"system:serviceaccount:default:{who}"
    )
    if who in ("view", "edit"):
        world.kubectl(
            "create", "rolebinding", who, f"--clusterrole={who}", f"--serviceaccount=default:{who}", check=False
        )
    nobody = _rights(world, "system:serviceaccount:default:runner")
    found = _rights(world, subject) - (nobody if who != "runner" else set())
    ours = {line for line in found if "spotreel" in line} if who in ("view", "edit") else found
    table = RIGHTS / f"{who}.txt"
    assert sorted(ours) == table.read_text().splitlines()


def _rights(world: World, subject: str) -> set[str]:
    lines = world.kubectl("auth", "can-i", "--list", f"--as={subject}", "-n", "default").splitlines()[1:]
    return {" ".join(line.split()) for line in lines if line.strip()}


def test_two_replicas(release: Release) -> None:
    """Both get ready, and a job is done by a Service that leads to either: who follows sends runners away for a while.

    The EndpointSlice needs addresses that are not loopback: real nodes (tests/e2e/test_replicas.py) have them.
    """
    world = release.world
    release.apply(replicas=2)
    deployment = world.get("deployment", "spotreel-operator", SYSTEM)
    assert deployment["status"]["readyReplicas"] == 2 and world.get("pdb", "spotreel-operator", SYSTEM)
    world.wait_for(world.leader, 30)
    job = yaml.safe_load((ROOT / "k8s" / "samples" / "hello.yaml").read_text())
    job["metadata"]["name"] = "hello-two"
    job["spec"]["outputs"] = [{"uri": "s3://media/out/hello-two.mp4"}]
    world.apply(job)
    status = world.wait_finished("hello-two")
    assert (status["phase"], status["counts"]["attempts"]) == ("Succeeded", 1), status
    release.apply()
    assert not world.get("pdb", "spotreel-operator", SYSTEM)


def test_reports_over_tls(release: Release) -> None:
    """The chart's own certificate: runners trust it, and an upgrade keeps it. Metrics for one account alone."""
    world, secret = release.world, "spotreel-operator-tls"
    url = world.progress_url.replace("http:", "https:")
    readers = [{"kind": "ServiceAccount", "name": "scraper", "namespace": SYSTEM}]
    values: Any = {
        "tls": {"enabled": True},
        "operator": {"progressURL": url, "statusInterval": 1, "leaseSeconds": 4},
        "metrics": {"auth": {"enabled": True, "readers": readers}},
    }
    release.apply(**values)
    first = world.get("secret", secret, SYSTEM)["data"]
    job = yaml.safe_load((ROOT / "k8s" / "samples" / "hello.yaml").read_text())
    job["metadata"]["name"] = "hello-tls"
    job["spec"]["outputs"] = [{"uri": "s3://media/out/hello-tls.mp4"}]
    world.apply(job)
    assert world.wait_finished("hello-tls")["phase"] == "Succeeded"
    context = ssl.create_default_context(cadata=base64.b64decode(first["ca.crt"]).decode())
    metrics = url.replace("/v1/progress", "/metrics")
    assert 'spotreel_progress_reports_total{code="204"}' in _read(metrics, _token(world, "scraper"), context)
    for token in ("", "junk", _token(world, "passer-by")):
        with pytest.raises(urllib.error.HTTPError, match=r"40[13]"):
            _read(metrics, token, context)
    release.apply(**values, podLabels={"again": "yes"})
    assert world.get("secret", secret, SYSTEM)["data"] == first
    names = world.get("secret", secret, SYSTEM)["metadata"]["annotations"]["spotreel.dev/names"].split(",")
    earlier = ",".join(name for name in names if "-reports." not in name)
    world.kubectl("annotate", "--overwrite", "secret", secret, "-n", SYSTEM, f"spotreel.dev/names={earlier}")
    release.apply(**values, podLabels={"again": "later"})
    kept = world.get("secret", secret, SYSTEM)
    assert kept["data"] == first, "another one would have another authority, which running attempts do not trust"
    assert kept["metadata"]["annotations"]["spotreel.dev/names"] == earlier
    release.apply()
    assert not world.get("secret", secret, SYSTEM)


def _token(world: World, account: str) -> str:
    world.kubectl("create", "serviceaccount", account, "-n", SYSTEM)
    return world.kubectl("create", "token", account, "-n", SYSTEM).strip()


def _read(url: str, token: str, context: ssl.SSLContext) -> str:
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(request, timeout=5, context=context) as answer:
        return str(answer.read().decode())


def test_uninstall_leaves_the_jobs(release: Release) -> None:
    """Last of the release: nothing hangs, the CRD is kept."""
    world = release.world
    release.helm("uninstall", "spotreel", "--wait")
    assert world.get("crd", CRD) and world.get("videojob", "hello")
    assert not world.get("deployment", "spotreel-operator", SYSTEM)
    release.apply()
    assert world.get("videojob", "hello")["status"]["phase"] == "Succeeded"
