"""What a class adds to its runners' pods."""

import json
from typing import Any

from spotreel_operator.reconcile.platform import platform_of
from spotreel_operator.state.snapshot import Platform
from tests.unit.operator.make import CONFIG, attempt_manifest, config, job
from videojob_api.egress import ALWAYS_DIRECT

Object = dict[str, Any]
SPREAD = {"maxSkew": 1, "topologyKey": "topology.kubernetes.io/zone", "whenUnsatisfiable": "ScheduleAnyway"}
OURS = {"matchLabels": {"app.kubernetes.io/managed-by": "spotreel"}}


def pod(**job_class: Any) -> Object:
    """A runner's pod of a class, as JSON."""
    changed = config(classes={"gpu": CONFIG["classes"]["gpu"] | job_class})
    platform = platform_of(job(), changed, {})
    assert isinstance(platform, Platform)
    made = attempt_manifest(job(), platform)
    template: Object = json.loads(json.dumps(made))["spec"]["template"]
    found: Object = template["spec"]
    return found


def container(**job_class: Any) -> Object:
    """The runner's."""
    found: Object = pod(**job_class)["containers"][0]
    return found


def test_a_class_that_says_nothing_adds_nothing() -> None:
    made = pod()
    assert not {"runtimeClassName", "topologySpreadConstraints"} & set(made) and "envFrom" not in made["containers"][0]
    assert [v["name"] for v in made["volumes"]] == ["order", "token", "secrets", "scratch"]
    assert [e["name"] for e in made["containers"][0]["env"]] == ["SPOTREEL_TERMINATION_LOG"]
    assert made["securityContext"]["runAsUser"] == 65532


def test_the_template_is_passed_on() -> None:
    template = {
        "env": [{"name": "A", "value": "1"}, {"name": "B", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}}],
        "envFrom": [{"configMapRef": {"name": "c"}}],
        "volumes": [{"name": "luts", "persistentVolumeClaim": {"claimName": "luts"}}],
        "volumeMounts": [{"name": "luts", "mountPath": "/luts", "readOnly": True}],
        "runtimeClassName": "nvidia",
        "securityContext": {"runAsUser": 1000},
        "topologySpreadConstraints": [SPREAD],
    }
    made = pod(podTemplate=template)
    runner = made["containers"][0]
    assert runner["env"][1:] == template["env"] and runner["envFrom"] == template["envFrom"]
    assert made["volumes"][4:] == template["volumes"] and runner["volumeMounts"][4:] == template["volumeMounts"]
    assert made["runtimeClassName"] == "nvidia"
    assert made["securityContext"] == {
        "runAsNonRoot": True,
        "runAsUser": 1000,
        "seccompProfile": {"type": "RuntimeDefault"},
    }
    assert runner["securityContext"] == container()["securityContext"], "the container's own is not a class's to change"


def test_spreading_counts_runners_unless_it_says_what() -> None:
    own = {"matchLabels": {"team": "a"}}
    made = pod(podTemplate={"topologySpreadConstraints": [SPREAD, SPREAD | {"topologyKey": "x", "labelSelector": own}]})
    assert made["topologySpreadConstraints"][0] == SPREAD | {"labelSelector": OURS}
    assert made["topologySpreadConstraints"][1]["labelSelector"]["matchLabels"] == own["matchLabels"]


def test_an_authority_is_one_file_whatever_its_key_is_called() -> None:
    key = {"name": "corp", "key": "root.pem"}
    items = [{"key": "root.pem", "path": "ca.crt"}]
    sources = {
        "configMapKeyRef": {"configMap": {"name": "corp", "items": items}},
        "secretKeyRef": {"secret": {"secretName": "corp", "items": items}},
    }
    for kind, source in sources.items():
        made = pod(caBundle={kind: key})
        assert made["volumes"][4:] == [{"name": "ca", **source}]
        runner = made["containers"][0]
        assert runner["volumeMounts"][4:] == [{"name": "ca", "mountPath": "/etc/spotreel/ca", "readOnly": True}]
        assert {"name": "SPOTREEL_CA_BUNDLE", "value": "/etc/spotreel/ca/ca.crt"} in runner["env"]
    optional = pod(caBundle={"configMapKeyRef": key | {"optional": True}})
    assert optional["volumes"][4]["configMap"]["optional"] is True


def test_a_proxy_is_in_the_environment() -> None:
    env = container(proxy={"httpsProxy": "http://proxy:3128"}, podTemplate={"env": [{"name": "LAST"}]})["env"]
    assert env[1:] == [
        {"name": "HTTPS_PROXY", "value": "http://proxy:3128"},
        {"name": "NO_PROXY", "value": ",".join(ALWAYS_DIRECT)},
        {"name": "LAST"},
    ]


def test_a_session_token_is_there_if_the_secret_has_one() -> None:
    (volume,) = (v for v in pod()["volumes"] if v["name"] == "secrets")
    keys, token = (source["secret"] for source in volume["projected"]["sources"])
    assert [item["path"] for item in keys["items"]] == ["keys/AWS_ACCESS_KEY_ID", "keys/AWS_SECRET_ACCESS_KEY"]
    assert [item["path"] for item in token["items"]] == ["keys/AWS_SESSION_TOKEN"]
    assert token["optional"] is True and "optional" not in keys


def test_a_job_changes_none_of_it() -> None:
    """A VideoJob has no field for these; what its spec may bring follows the class's overrides."""
    from videojob_api.spec import VideoJobSpec

    assert not {"pod_template", "ca_bundle", "proxy", "env", "volumes"} & set(VideoJobSpec.model_fields)
