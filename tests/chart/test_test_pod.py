"""The pod of `helm test` and the pod of an attempt agree in all that a class gives to its runners.

Helm writes the one and the operator the other: neither can use the other's code. So both are made here, for classes of
every sort, and compared. A field that only one of them has fails here until it is named below, or added.
"""

import json
from typing import Any

import pytest
import yaml

from spotreel_operator.reconcile.platform import platform_of
from spotreel_operator.state.snapshot import Platform
from tests.chart.render import VALUES, Object, one
from tests.unit.operator.make import attempt_manifest, job
from videojob_api.config import parse_config

ONLY_ATTEMPT = {
    "terminationGracePeriodSeconds",
    "tolerations",
    "affinity",
    "nodeSelector",
    "priorityClassName",
    "topologySpreadConstraints",
}
"""Where an attempt runs, and how it ends: the test renders on any node."""
CONTAINER_DIFFERS = {"name", "image", "command", "args", "resources", "terminationMessagePolicy"}
"""What is run; the test's pod is read by people, who see its log."""
VOLUMES = {"order", "token", "secrets"}
"""What an attempt is told, and its keys, which the test has in its environment."""

CORP = yaml.safe_load((VALUES / "runners.yaml").read_text())["config"]["classes"]["corp"]
PROXY = {"httpProxy": "http://proxy.corp.example:3128"}
CLASSES: dict[str, Object] = {
    "nothing": {},
    "all": CORP,
    "an authority that may be missing": {
        "caBundle": {"configMapKeyRef": {"name": "corp-ca", "key": "root.pem", "optional": True}}
    },
    "an authority that must be there": {
        "caBundle": {"secretKeyRef": {"name": "corp-ca", "key": "root.pem", "optional": False}}
    },
    "a proxy": {"proxy": PROXY},
    "a proxy with hosts as people write them": {"proxy": {**PROXY, "noProxy": ".svc, .corp.example,, localhost,.svc"}},
    "an empty security context": {"podTemplate": {"securityContext": {}}},
    "a group for volumes": {"podTemplate": {"securityContext": {"fsGroup": 7}}},
    "a profile of the node's": {
        "podTemplate": {
            "securityContext": {"runAsUser": 9, "seccompProfile": {"type": "Localhost", "localhostProfile": "a.json"}}
        }
    },
    "secrets for images": {"podTemplate": {"imagePullSecrets": [{"name": "registry"}], "runtimeClassName": "gvisor"}},
}


def both(job_class: Object) -> tuple[Object, Object]:
    """The specs of the test's pod and of an attempt's, of a chart with this class."""
    values: Any = {
        "config": {"defaultClass": "c", "classes": {"c": job_class}},
        "runner": {"image": {"registry": "registry.example.com", "tag": "1", "pullPolicy": "Always"}},
        "test": {"uri": "s3://media/selftest"},
    }
    found = one("Pod", values=values, name="-render", tests=True)["spec"]
    config = parse_config(one("ConfigMap", values=values)["data"]["config.yaml"])
    platform = platform_of(job(), config, {})
    assert isinstance(platform, Platform)
    made = json.loads(json.dumps(attempt_manifest(job(), platform)))["spec"]["template"]["spec"]
    assert found["containers"][0]["image"] == config.runner.image
    return found, made


@pytest.mark.parametrize("job_class", CLASSES.values(), ids=CLASSES)
def test_both_pods_agree(job_class: Object) -> None:
    found, made = both(job_class)
    (tester,), (runner,) = found.pop("containers"), made.pop("containers")
    volumes = made.pop("volumes")
    assert found.pop("volumes") == [v for v in volumes if v["name"] not in VOLUMES]
    assert found == {key: value for key, value in made.items() if key not in ONLY_ATTEMPT}

    mounts, env = runner.pop("volumeMounts"), runner.pop("env")
    assert tester.pop("volumeMounts") == [m for m in mounts if m["name"] not in VOLUMES]
    of_the_store = [e for e in tester.get("env", []) if e["name"].startswith("AWS_")]
    assert tester.pop("env", [])[len(of_the_store) :] == [e for e in env if e["name"] != "SPOTREEL_TERMINATION_LOG"]
    assert {key: value for key, value in tester.items() if key not in CONTAINER_DIFFERS} == {
        key: value for key, value in runner.items() if key not in CONTAINER_DIFFERS
    }


def test_the_store_is_that_of_the_class() -> None:
    found, _ = both(CORP)
    own = {e["name"]: e.get("value") for e in found["containers"][0]["env"] if e["name"].startswith("AWS_")}
    assert own["AWS_ENDPOINT_URL"] == "https://s3.corp.example" and "AWS_SESSION_TOKEN" in own
    assert own["AWS_REQUEST_CHECKSUM_CALCULATION"] == own["AWS_RESPONSE_CHECKSUM_VALIDATION"] == "when_required"
