"""What the chart renders."""

from typing import Any

import pytest
import yaml

from tests.chart.render import CHART, VALUES, Object, helm, kinds, objects, one
from tests.generate.manifests import rendered
from tests.testbed.cache import ROOT
from videojob_api.config import Runner, parse_config
from videojob_api.names import HELP, KIND

ALL_VALUES = sorted(VALUES.glob("*.yaml"))


def container(deployment: Object) -> Object:
    found: Object = deployment["spec"]["template"]["spec"]["containers"][0]
    return found


def flag(deployment: Object, name: str) -> list[str]:
    return [a.split("=", 1)[1] for a in container(deployment)["args"] if a.startswith(f"--{name}=")]


def test_lint() -> None:
    assert "0 chart(s) failed" in helm("lint", "--strict", str(CHART))


def test_default_objects() -> None:
    found = kinds(objects())
    assert found == {
        "ServiceAccount", "ConfigMap", "CustomResourceDefinition", "ClusterRole", "ClusterRoleBinding", "Role",
        "RoleBinding", "Service", "Deployment",
    }  # fmt: skip


def test_crd_is_ours_and_kept() -> None:
    ours = yaml.safe_load((ROOT / "crds" / "videojob.yaml").read_text())
    crd = one("CustomResourceDefinition")
    assert crd["spec"] == ours["spec"]
    assert crd["metadata"]["annotations"]["helm.sh/resource-policy"] == "keep"
    loose = one("CustomResourceDefinition", values={"crds": {"keep": False}})
    assert "helm.sh/resource-policy" not in loose["metadata"].get("annotations", {})
    assert "CustomResourceDefinition" not in kinds(objects(values={"crds": {"enabled": False}}))


def test_configuration_is_what_the_operator_reads() -> None:
    config = parse_config(one("ConfigMap")["data"]["config.yaml"])
    assert config.default_class == "gpu-spot" and config.runner.image == Runner().image
    assert config.allowed_uris is None and config.help_url == HELP
    closed = one("ConfigMap", values={"config": {"allowedURIs": ["s3://a/"]}})
    assert parse_config(closed["data"]["config.yaml"]).allowed_uris == ["s3://a/"]


def test_logs_are_chosen_for_the_operator_and_for_runners() -> None:
    values = {"operator": {"logFormat": "text", "logLevel": "debug"}, "runner": {"logLevel": "warning"}}
    deployment = one("Deployment", values=values)
    assert (flag(deployment, "log-format"), flag(deployment, "log-level")) == (["text"], ["debug"])
    runner = parse_config(one("ConfigMap", values=values)["data"]["config.yaml"]).runner
    assert (runner.log_format, runner.log_level) == ("json", "warning")


def test_own_classes_replace_the_examples_whole() -> None:
    """Helm merges maps: an example's `requests` in somebody's class of that name would be a trap."""
    own = {"gpu-spot": {"resources": {"limits": {"cpu": 1}}}}
    config = parse_config(one("ConfigMap", values={"config": {"classes": own}})["data"]["config.yaml"])
    assert list(config.classes) == ["gpu-spot"] and config.default_class == "gpu-spot"
    assert config.classes["gpu-spot"].plain()["resources"] == {"limits": {"cpu": 1}}
    assert not config.prices.table


def test_digest_wins() -> None:
    everything = ["-f", str(VALUES / "everything.yaml")]
    image = container(one("Deployment", *everything))["image"]
    assert image == "registry.example.com/spotreel/operator@sha256:" + "0123456789" * 6 + "0123"
    config = parse_config(one("ConfigMap", *everything, name="spotreel-operator")["data"]["config.yaml"])
    assert config.runner.image == "registry.example.com/spotreel/runner-gpu:1.2.3"


def test_namespaced_mode_has_roles_where_it_watches_and_little_else() -> None:
    found = objects("-f", str(VALUES / "namespaced.yaml"))
    assert flag(next(o for o in found if o["kind"] == "Deployment"), "namespace") == ["team-a", "team-b"]
    wide = [rule for o in found if o["kind"] == "ClusterRole" for rule in o["rules"]]
    assert {r for rule in wide for r in rule["resources"]} == {
        "tokenreviews", "subjectaccessreviews", "nodes", "leases", "priorityclasses",
    }  # fmt: skip
    for listed in ("leases", "priorityclasses"):
        assert [rule["verbs"] for rule in wide if listed in rule["resources"]] == [["list"]]
    roles = {o["metadata"]["namespace"] for o in found if o["kind"] == "Role" and "lease" not in o["metadata"]["name"]}
    assert roles == {"team-a", "team-b"}


def test_never_reads_secrets_never_writes_roles() -> None:
    for values in ALL_VALUES:
        rules = [r for o in objects("-f", str(values)) if o["kind"] in ("Role", "ClusterRole") for r in o["rules"]]
        assert not {"secrets", "*", "roles", "pods/exec"} & {
            name for rule in rules for name in rule.get("resources", [])
        }
        assert not {"*", "escalate", "bind", "impersonate"} & {verb for rule in rules for verb in rule["verbs"]}


def test_restricted_pods() -> None:
    """As Pod Security's `restricted` asks; the API server itself says so in test_install."""
    found = objects("-f", str(VALUES / "everything.yaml"), tests=True)
    specs = [o["spec"]["template"]["spec"] for o in found if o["kind"] == "Deployment"]
    specs += [o["spec"] for o in found if o["kind"] == "Pod"]
    assert len(specs) == 3
    for spec in specs:
        assert spec["securityContext"]["runAsNonRoot"] and spec["securityContext"]["seccompProfile"]
        assert spec["containers"][0]["securityContext"]["readOnlyRootFilesystem"]
        assert spec["containers"][0]["securityContext"]["capabilities"] == {"drop": ["ALL"]}


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"imag": {}}, "imag"),
        ({"image": {"digest": "latest"}}, "digest"),
        ({"tolerations": [{"operator": "Exists"}]}, "key"),
        ({"config": {"clases": {}}}, "clases"),
        ({"config": {"classes": {"cpu": {"placement": {"tiers": []}}}}}, "tiers"),
        ({"config": {"classes": {"cpu": {"podTemplate": {"tolerations": [{"operator": "Exists"}]}}}}}, "key"),
        ({"config": {"classes": {"cpu": {"overrides": {"placment": True}}}}}, "placment"),
        ({"config": {"classes": {"cpu": {"overrides": {"resources": {"max": {}}}}}}}, "max"),
        ({"config": {"classes": {"cpu": {"allowedURIs": []}}}}, "allowedURIs"),
        ({"config": {"prices": {"table": {"g5.xlarge": {"spot": 1}}}}}, "spot"),
        ({"config": {"defaultClass": "gold"}}, "gold. is none of cpu, gpu-spot"),
        ({"config": {"classes": {"a": {}, "b": {}}}}, "is none of a, b"),
        ({"watchNamespaces": ["a", "a"]}, "items at 0 and 1 are equal"),
        ({"watchNamespaces": [" a"]}, "' a' does not match"),
        ({"serviceAccount": {"create": False}}, "serviceAccount.name is needed"),
        ({"test": {"uri": "media/x"}}, "uri"),
        ({"config": {"helpURL": "docs"}}, "helpURL"),
        ({"operator": {"logLevel": "loud"}}, "logLevel"),
        ({"runner": {"logFormat": "xml"}}, "logFormat"),
    ],
)
def test_wrong_values_are_told(values: Object, words: str) -> None:
    with pytest.raises(RuntimeError, match=words):
        objects(values=values)


@pytest.mark.parametrize(
    "values",
    [
        {"global": {"anything": 1}},
        {"affinity": {"podAntiAffinity": {}}, "resources": {"limits": {"example.com/x": 1}}},
        {"tolerations": [{"key": "a", "operator": "Exists", "tolerationSeconds": 3}]},
        {"config": {"classes": {"cpu": {"resources": {"limits": {"memory": "8Gi", "cpu": 2}}}}}},
        {"hostUsers": None, "existingConfigMap": "mine"},
    ],
)
def test_right_values_pass(values: Object) -> None:
    assert objects(values=values)


def test_names_follow_the_release() -> None:
    def name(*flags: str) -> Any:
        return one("Deployment", *flags)["metadata"]["name"]

    assert name() == "spotreel-operator"
    assert name("--set", "fullnameOverride=mine") == "mine"
    assert name("--set", f"nameOverride={'x' * 70}") == f"spotreel-{'x' * 45}"


def test_monitoring_is_opt_in_and_complete() -> None:
    found = objects("-f", str(VALUES / "everything.yaml"))
    assert {"PodMonitor", "ServiceMonitor", "PrometheusRule", "NetworkPolicy"} <= kinds(found)
    rule = next(o for o in found if o["kind"] == "PrometheusRule")
    book = (ROOT / "docs" / "runbooks.md").read_text()
    for alert in rule["spec"]["groups"][0]["rules"]:
        anchor = alert["annotations"]["runbook_url"].split("#")[1]
        assert anchor == alert["alert"].lower() and f"## {alert['alert']}\n" in book


def test_alerts_and_dashboard_name_metrics_that_exist() -> None:
    import re

    from spotreel_operator.app.metrics import Metrics

    metrics = Metrics()
    metrics.watch_phases(lambda: [])
    known = {sample.name for family in metrics.registry.collect() for sample in family.samples}
    known |= {f"{family.name}_total" for family in metrics.registry.collect() if family.type == "counter"}
    known |= {f"{family.name}{end}" for family in metrics.registry.collect() for end in ("_bucket", "")}
    for file in ("rules.yaml", "dashboard.json"):
        text = (CHART / "files" / file).read_text()
        asked = set(re.findall(r"\bspotreel_[a-z_]+", text))
        assert asked and asked <= known, asked - known


def test_kustomize_and_chart_are_one() -> None:
    """`make verify` proves it too; here so that it is seen sooner."""
    made = rendered("--set", "existingConfigMap=spotreel-operator", "--set", "crds.enabled=false")
    assert (ROOT / "k8s" / "operator" / "operator.yaml").read_text().endswith(made)


def test_services_and_policies_select_the_operator_alone() -> None:
    found = objects("-f", str(VALUES / "everything.yaml"), tests=True)
    selector = next(o for o in found if o["kind"] == "Service")["spec"]["selector"]
    labelled = [o["metadata"].get("labels", {}) for o in found if o["kind"] == "Pod"]
    labelled += [o["spec"]["template"]["metadata"]["labels"] for o in found if o["kind"] == "Deployment"]
    assert [selector.items() <= labels.items() for labels in labelled] == [False, False, True]


def test_a_test_without_a_store_needs_no_objects_of_a_class() -> None:
    pod = one("Pod", "-f", str(VALUES / "runners.yaml"), "--set", "test.uri=", name="-render", tests=True)["spec"]
    assert [volume["name"] for volume in pod["volumes"]] == ["scratch"]
    assert not {"env", "envFrom"} & set(pod["containers"][0])


def test_helm_test_tries_the_whole_line() -> None:
    alone = objects("--show-only", "templates/tests/render.yaml", tests=True)
    assert kinds(alone) == {"Pod"}
    whole = objects("-f", str(VALUES / "everything.yaml"), tests=True)
    assert KIND in kinds(whole)
    hooks = [o for o in whole if "helm.sh/hook" in o["metadata"].get("annotations", {}) and o["kind"] in ("Pod", KIND)]
    weights = {o["metadata"]["name"]: o["metadata"]["annotations"]["helm.sh/hook-weight"] for o in hooks}
    assert list(dict(sorted(weights.items(), key=lambda item: item[1]))) == [
        "spotreel-operator-test-render", "selftest", "spotreel-operator-test-wait",
    ]  # fmt: skip
