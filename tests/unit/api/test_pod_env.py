"""Variables of runners: what Kubernetes takes, but for those that would break or mislead a runner."""

from typing import Any

import pytest

from tests.unit.api.classes import parsed_class, refusal_of_template

SECRET_KEY = {"secretKeyRef": {"name": "s", "key": "k"}}


@pytest.mark.parametrize(
    "variable",
    [
        {"name": "AWS_REGION", "value": "eu-central-1"},
        {"name": "AWS_ENDPOINT_URL_STS", "value": "https://sts.example"},
        {"name": "AWS_SECRET_ACCESS_KEY", "valueFrom": SECRET_KEY},
        {"name": "LD_LIBRARY_PATH", "value": "/usr/local/nvidia/lib64"},
        {"name": "EMPTY"},
        {"name": "dotted.name-2", "value": "$(AWS_REGION)"},
        {"name": "IP", "valueFrom": {"fieldRef": {"fieldPath": "status.hostIP"}}},
        {"name": "MEMORY", "valueFrom": {"resourceFieldRef": {"resource": "limits.memory", "divisor": "1Mi"}}},
        {"name": "FLAG", "valueFrom": {"configMapKeyRef": {"name": "c", "key": "k", "optional": True}}},
    ],
)
def test_what_kubernetes_takes_is_passed_on_as_it_is(variable: dict[str, Any]) -> None:
    assert [v.plain() for v in parsed_class(podTemplate={"env": [variable]}).pod_template.env] == [variable]


@pytest.mark.parametrize(
    ("variable", "words"),
    [
        ({"name": "PATH", "value": "/x"}, "PATH is refused, the image's own"),
        ({"name": "PYTHONPATH", "value": "/x"}, "PYTHONPATH is refused, the image's own"),
        (
            {"name": "SPOTREEL_CA_BUNDLE", "value": "/x"},
            "SPOTREEL_CA_BUNDLE is refused, set by the operator; take another",
        ),
        (
            {"name": "AWS_ENDPOINT_URL", "value": "https://x"},
            "it would lead every store elsewhere: set storage.endpoint",
        ),
        ({"name": "AWS_ENDPOINT_URL_S3", "valueFrom": SECRET_KEY}, "set storage.endpoint"),
        ({"name": "AWS_SECRET_ACCESS_KEY", "value": "s3cr3t"}, "use valueFrom.secretKeyRef"),
        ({"name": "AWS_SESSION_TOKEN", "value": "s3cr3t"}, "use valueFrom.secretKeyRef"),
        ({"name": "A", "value": "1", "valueFrom": SECRET_KEY}, "A has a value and a valueFrom: leave one out"),
        (
            {"name": "A", "valueFrom": {}},
            "set exactly one of configMapKeyRef, secretKeyRef, fieldRef, resourceFieldRef",
        ),
        ({"name": "A", "value": 1}, "valid string"),
        ({"name": "A B"}, "match pattern"),
        ({"name": "A", "valueFrom": {"secretKeyRef": {"name": "s"}}}, "secretKeyRef.key"),
    ],
)
def test_what_is_refused_is_told_with_its_place(variable: dict[str, Any], words: str) -> None:
    said = refusal_of_template(env=[{"name": "FIRST"}, variable])
    assert "classes.a.podTemplate.env.1" in said and words in said


def test_a_secret_is_not_repeated() -> None:
    assert "s3cr3t" not in refusal_of_template(env=[{"name": "AWS_SECRET_ACCESS_KEY", "value": "s3cr3t"}])


@pytest.mark.parametrize(
    ("source", "taken"),
    [
        ({"configMapRef": {"name": "c"}}, True),
        ({"secretRef": {"name": "s", "optional": True}, "prefix": "CORP_"}, True),
        ({"prefix": "CORP_"}, False),
        ({"configMapRef": {"name": "c"}, "secretRef": {"name": "s"}}, False),
    ],
)
def test_all_keys_of_one_object(source: dict[str, Any], taken: bool) -> None:
    said = refusal_of_template(envFrom=[source])
    assert said == "" if taken else "set exactly one of configMapRef, secretRef" in said
