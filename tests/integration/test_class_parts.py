"""A runner with all that a class can give, on a real API server that enforces Pod Security `restricted`."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.testbed.http_proxy import HttpProxy
from tests.testbed.https import WebServer
from tests.testbed.world import CONFIG, World

Object = dict[str, Any]
NAMESPACE, STORE = "parts", "store.example"
RUNTIME_CLASS = {
    "apiVersion": "node.k8s.io/v1",
    "kind": "RuntimeClass",
    "metadata": {"name": "plain"},
    "handler": "runc",
}
TEMPLATE: Object = {
    "env": [
        {"name": "TMPDIR", "value": "/scratch/runner"},
        {"name": "AWS_REGION", "valueFrom": {"configMapKeyRef": {"name": "settings", "key": "region"}}},
        {"name": "NODE", "valueFrom": {"fieldRef": {"fieldPath": "spec.nodeName"}}},
        {"name": "MEMORY", "valueFrom": {"resourceFieldRef": {"resource": "limits.memory", "divisor": "1Mi"}}},
    ],
    "envFrom": [{"configMapRef": {"name": "settings"}, "prefix": "CORP_"}, {"secretRef": {"name": "media-bucket"}}],
    "volumes": [
        {"name": "big", "emptyDir": {"sizeLimit": "10Gi"}},
        {"name": "settings", "configMap": {"name": "settings"}},
        {
            "name": "sts",
            "projected": {
                "sources": [{"serviceAccountToken": {"path": "token", "audience": "sts", "expirationSeconds": 3600}}]
            },
        },
    ],
    "volumeMounts": [
        {"name": "big", "mountPath": "/scratch/runner"},
        {"name": "settings", "mountPath": "/settings", "readOnly": True},
        {"name": "sts", "mountPath": "/var/run/secrets/sts", "readOnly": True},
    ],
    "runtimeClassName": "plain",
    "securityContext": {
        "runAsUser": 1000,
        "fsGroup": 2000,
        "fsGroupChangePolicy": "OnRootMismatch",
        "supplementalGroups": [3000],
        "seLinuxOptions": {"level": "s0:c1,c2", "type": "container_t"},
        "appArmorProfile": {"type": "RuntimeDefault"},
    },
    "topologySpreadConstraints": [
        {
            "maxSkew": 5,
            "topologyKey": "topology.kubernetes.io/zone",
            "whenUnsatisfiable": "ScheduleAnyway",
            "nodeAffinityPolicy": "Honor",
            "matchLabelKeys": ["spotreel.dev/videojob"],
        }
    ],
}


@pytest.fixture
def clip(footage: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "web"
    folder.mkdir()
    (folder / "clip.mp4").write_bytes((footage / "carphone_pristine.mp4").read_bytes())
    return folder


def test_a_job_runs_with_all_of_it(world: World, name: str, videojob: Callable[..., Object], clip: Path) -> None:
    """Its input has a private authority, its store a name that only the proxy knows; the reports come directly."""
    world.make_namespace(NAMESPACE)
    world.kubectl("create", "-f", "-", stdin=json.dumps(RUNTIME_CLASS))
    world.kubectl("create", "configmap", "settings", "-n", NAMESPACE, "--from-literal=region=us-east-1")
    with HttpProxy({STORE: "127.0.0.1"}) as proxy, WebServer(clip, clip.parent) as web:
        world.kubectl("create", "configmap", "corp", "-n", NAMESPACE, f"--from-file=root.pem={web.authority}")
        parts = {
            "podTemplate": TEMPLATE,
            "caBundle": {"configMapKeyRef": {"name": "corp", "key": "root.pem"}},
            "proxy": {"httpProxy": f"http://{proxy.address}", "noProxy": ".svc"},
        }
        known = CONFIG["classes"]["gpu-spot"]
        storage = {**known["storage"], "endpoint": f"http://{STORE}:{world.s3.port}", "checksums": "whenRequired"}
        classes = {"gpu-spot": {**known, **parts, "storage": storage}}
        allowed = ["s3://media/", web.uri("")]
        with world.operating(NAMESPACE, "operator-parts", classes=classes, allowedURIs=allowed):
            world.apply(videojob(inputs=[{"uri": web.uri("clip.mp4")}]), NAMESPACE)
            status = world.wait_finished(name, NAMESPACE)
            assert status["phase"] == "Succeeded", status
        assert web.sent["clip.mp4"]
        assert set(proxy.asked) == {f"{STORE}:{world.s3.port}"}, "reports and the input go their own ways"
    assert status["progress"]["percent"] == 100
    assert world.sha256_of(f"out/{name}.mp4") == status["outputs"][0]["sha256"]
