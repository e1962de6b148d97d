"""What a class lets its jobs change; the rest is refused by the field's name, and no pod is made."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spotreel_operator.manifests.orders import order
from spotreel_operator.reconcile.permissions import refusals
from spotreel_operator.reconcile.platform import platform_of
from spotreel_operator.reconcile.reconcile import reconcile
from spotreel_operator.state.snapshot import Platform, Stall
from spotreel_operator.state.videojobs import VideoJob
from tests.unit.operator.make import SPEC, config, job, snapshot
from videojob_api.config import JobClass
from videojob_api.quantity import parse_quantity
from videojob_api.reasons import Reason
from videojob_api.spec import VideoJobSpec

Object = dict[str, Any]
GPU = "nvidia.com/gpu"
OWN: Object = {"limits": {GPU: 1, "memory": "8Gi"}, "requests": {"cpu": 2, "memory": "4Gi"}}
MOST: Object = {"resources": {"max": {"cpu": "8", "memory": "32Gi"}}}
TIERS: Object = {"tiers": [{"name": "spot", "capacity": "Spot"}]}


def said(spec: Object, job_class: Object) -> list[str]:
    return list(refusals(VideoJobSpec.model_validate(SPEC | spec), "gpu", JobClass.model_validate(job_class)))


def made(spec: Object) -> VideoJob:
    return job(**spec)


def seen(spec: Object, **job_class: Any) -> Platform | Stall:
    return platform_of(job(**spec), config(classes={"gpu": job_class}), {})


@pytest.mark.parametrize(
    ("spec", "field"),
    [
        ({"placement": TIERS}, "spec.placement"),
        ({"resources": {"limits": {"memory": "9Gi"}}}, "spec.resources.limits.memory"),
        ({"resources": {"requests": {"cpu": 3}}}, "spec.resources.requests.cpu"),
        ({"resources": {"limits": {GPU: 2}}}, f"spec.resources.limits[{GPU}]"),
        ({"resources": {"limits": {"example.com/fpga": 1}}}, "spec.resources.limits[example.com/fpga]"),
        ({"priorityClassName": "system-node-critical"}, "spec.priorityClassName"),
    ],
)
def test_nothing_that_costs_or_ranks_unless_the_class_lists_it(spec: Object, field: str) -> None:
    configuration = config(classes={"gpu": {"resources": OWN}})
    plan = reconcile(snapshot(job(**spec), configuration=configuration))
    assert not plan.start and plan.status and plan.status.reason == Reason.NOT_ALLOWED_BY_CLASS
    message = plan.status.message or ""
    assert message.startswith(f"{field}: ") and "class gpu" in message and "or ask the platform's team" in message


def test_placement_where_the_class_lists_it() -> None:
    assert said({"placement": TIERS}, {}) == [
        "spec.placement: class gpu allows no tiers of a job's own, it leaves the node to the scheduler; leave it out, "
        "or ask the platform's team"
    ]
    assert "its tiers are od;" in said({"placement": TIERS}, {"placement": {"tiers": [{"name": "od"}]}})[0]
    assert not said({"placement": TIERS}, {"overrides": {"placement": True}})
    assert not said({"placement": TIERS}, {"placement": TIERS}), "its own, written down"


@pytest.mark.parametrize(
    "resources",
    [
        {},
        {"limits": {"memory": "8Gi", GPU: 1}},
        {"limits": {"memory": "8192Mi"}},
        {"limits": {"memory": "1Gi"}, "requests": {"cpu": "100m", "memory": "512Mi"}},
        {"limits": {GPU: 0}},
        # Without a limit of the class's, one is less than none.
        {"limits": {"cpu": 64}},
    ],
)
def test_asking_for_less_needs_no_permission(resources: Object) -> None:
    assert not said({"resources": resources}, {"resources": OWN})


@pytest.mark.parametrize(
    ("resources", "field", "allowed"),
    [
        ({"limits": {"memory": "8193Mi"}}, "limits.memory", "at most 8Gi"),
        ({"limits": {"memory": "8.0000000001Gi"}}, "limits.memory", "at most 8Gi"),
        ({"requests": {"memory": "4097Mi"}}, "requests.memory", "at most 4Gi"),
        ({"requests": {"cpu": "2001m"}}, "requests.cpu", "at most 2"),
        ({"requests": {GPU: 2}}, f"requests[{GPU}]", "at most 1"),
        ({"limits": {"ephemeral-storage": "1Gi"}}, "limits.ephemeral-storage", "none of it"),
        ({"requests": {"hugepages-2Mi": "2Mi"}}, "requests.hugepages-2Mi", "none of it"),
    ],
)
def test_more_than_the_class_is_refused(resources: Object, field: str, allowed: str) -> None:
    found = said({"resources": resources}, {"resources": OWN})
    assert found[0].startswith(f"spec.resources.{field}: ") and f"class gpu allows {allowed};" in found[0]


def test_a_maximum_bounds_requests_and_limits_and_names_no_other() -> None:
    allowed = {"resources": OWN, "overrides": MOST}
    assert not said({"resources": {"limits": {"cpu": 8, "memory": "32Gi"}, "requests": {"cpu": 8}}}, allowed)
    assert "at most 32Gi" in said({"resources": {"limits": {"memory": "33Gi"}}}, allowed)[0]
    assert "at most 8;" in said({"resources": {"requests": {"cpu": 9}}}, allowed)[0]
    assert "at most 8;" in said({"resources": {"limits": {"cpu": 9}}}, allowed)[0]
    assert "at most 1;" in said({"resources": {"limits": {GPU: 2}}}, allowed)[0]


AMOUNTS = st.builds(
    lambda n, unit: f"{n}{unit}", st.integers(0, 5000), st.sampled_from(["", "m", "k", "Mi", "e3", "E-1"])
)


@given(AMOUNTS, AMOUNTS, st.sampled_from(["limits", "requests"]), st.booleans())
def test_refused_is_what_is_more_and_nothing_else(asked: str, most: str, part: str, listed: bool) -> None:
    """Whether the class's own amount or its maximum bounds it."""
    own = {"overrides": {"resources": {"max": {"cpu": most}}}} if listed else {"resources": {"limits": {"cpu": most}}}
    found = said({"resources": {part: {"cpu": asked}}}, own)
    assert bool(found) == (parse_quantity(asked) > parse_quantity(most))


def test_a_limit_that_brings_a_request_about_is_bounded() -> None:
    """Where neither job nor class requests it, Kubernetes requests the limit."""
    found = said({"resources": {"limits": {"cpu": 64}}}, {"resources": {"limits": {"memory": "8Gi"}}})
    assert found == [
        "spec.resources.limits.cpu: 64 is too much, class gpu allows none of it; ask for less, "
        "or ask the platform's team"
    ]


def test_what_the_job_leaves_out_stays_the_classes() -> None:
    platform = seen({"resources": {"requests": {"cpu": 1}}}, resources=OWN)
    assert isinstance(platform, Platform) and platform.spec.resources
    assert platform.spec.resources.plain() == {"limits": OWN["limits"], "requests": {"cpu": 1, "memory": "4Gi"}}


def test_quantities_that_nobody_can_read() -> None:
    found = seen({"resources": {"limits": {"memory": "8GB"}}}, overrides={"resources": {"max": {"memory": "1Ti"}}})
    assert isinstance(found, Stall) and found.reason == Reason.SPEC_INVALID
    assert found.message.startswith("spec.resources.limits.memory: '8GB' is not a quantity")


@pytest.mark.parametrize(
    ("own", "listed", "allowed"),
    [("batch", [], True), ("low", [], False), ("low", ["low"], True), ("high", ["low"], False), ("high", ["*"], True)],
)
def test_priority_classes(own: str, listed: list[str], allowed: bool) -> None:
    found = said({"priorityClassName": own}, {"priorityClassName": "batch", "overrides": {"priorityClassName": listed}})
    assert found == [] if allowed else "spec.priorityClassName: class gpu does not allow" in found[0]


def test_service_accounts_are_free_unless_listed() -> None:
    """They cost nothing, and are those of the job's own namespace."""
    spec = {"serviceAccountName": "deployer"}
    assert not said(spec, {})
    assert "does not allow deployer, but render;" in said(spec, {"overrides": {"serviceAccountName": ["render"]}})[0]
    assert "does not allow deployer, but none;" in said(spec, {"overrides": {"serviceAccountName": []}})[0]
    assert not said(spec, {"serviceAccountName": "deployer", "overrides": {"serviceAccountName": []}})


def test_storage_is_free_unless_the_class_closes_it() -> None:
    closed: Object = {"storage": {"secretRef": {"name": "keys"}}, "overrides": {"storage": False}}
    other = {"secretRef": {"name": "admin"}}
    of_an_input = {"inputs": [{"uri": "s3://m/a"}, {"name": "b", "uri": "s3://m/b", "storage": other}]}
    assert not said({"storage": other}, {}) and not said(of_an_input, {})
    assert said({"storage": other}, closed)[0].startswith("spec.storage: class gpu allows no storage of a job's own")
    assert said(of_an_input, closed)[0].startswith("spec.inputs[1].storage: ")
    assert not said({"storage": closed["storage"]}, closed)


ENGINE = {"url": "grpcs://triton.ml.svc:8001", "model": "m"}


@pytest.mark.parametrize(
    ("overrides", "allowed"),
    [({}, True), ({"storage": False}, False), ({"storage": False, "secrets": True}, True), ({"secrets": False}, False)],
)
def test_secrets_of_databases_and_engines_are_free_unless_the_class_closes_them(
    overrides: Object, allowed: bool
) -> None:
    """A class that was closed before there were any stays closed."""
    own: Object = {
        "analyses": [{"name": "far", "remote": ENGINE | {"secretRef": {"name": "token"}}}],
        "results": [{"analysis": "far", "uri": "s3://m/r"}, {"analysis": "far", "sql": {"secretRef": {"name": "db"}}}],
    }
    found = said(own, {"overrides": overrides})
    closed = [
        f"spec.{field}.secretRef: class gpu allows no Secrets of a job's own; leave the field out, or ask the "
        "platform's team"
        for field in ("analyses[0].remote", "results[1].sql")
    ]
    assert found == ([] if allowed else closed)
    assert not said({"analyses": [{"name": "far", "remote": ENGINE}]}, {"overrides": {"secrets": False}})


@pytest.mark.parametrize(
    ("spec", "field"),
    [
        ({"inputs": [{"uri": "s3://m/b/x.mp4"}], "outputs": [{"uri": "s3://m/a/o"}]}, "spec.inputs[0].uri"),
        ({"inputs": [{"uri": "s3://m/a/x.mp4"}], "outputs": [{"uri": "s3://m/b/o"}]}, "spec.outputs[0].uri"),
        (
            {
                "inputs": [{"uri": "s3://m/a/x"}],
                "outputs": [{"uri": "s3://m/a/o"}],
                "checkpoint": {"uri": "s3://n/"},
            },
            "spec.checkpoint.uri",
        ),
        (
            {
                "inputs": [{"uri": "s3://m/a/x"}],
                "outputs": None,
                "analyses": [{"motion": {}}],
                "results": [{"sql": {"secretRef": {"name": "db"}}}, {"uri": "s3://m/b/r.ndjson"}],
            },
            "spec.results[1].uri",
        ),
    ],
)
def test_uris_must_be_allowed_by_the_class_too(spec: Object, field: str) -> None:
    found = platform_of(
        job(**spec), config(allowedURIs=["s3://m/"], classes={"gpu": {"allowedURIs": ["s3://m/a/"]}}), {}
    )
    assert isinstance(found, Stall) and found.reason == Reason.URI_NOT_ALLOWED
    assert found.message.startswith(f"{field}: ") and found.message.endswith("is not below any of s3://m/a/")


def test_the_runner_is_told_what_both_allow() -> None:
    own = {"inputs": [{"uri": "s3://m/a/x.mp4"}], "outputs": [{"uri": "s3://m/a/out.mp4"}]}
    classes = {"gpu": {"allowedURIs": ["s3://m/a/", "s3://n/"]}}
    platform = platform_of(made(own), config(allowedURIs=["s3://m/"], classes=classes), {})
    assert isinstance(platform, Platform)
    assert order(made(own), platform, "reel-0-1", "").allowed_uris == ["s3://m/a/"]


DETECTS = {"analyses": [{"input": "main", "detect": {"model": {"input": "people"}}}]}


@pytest.mark.parametrize(
    ("uri", "refused"),
    [
        ("s3://m/people.pt2", True),
        ("https://example.com/People.PT2?X-Amz-Signature=a", True),
        ("s3://m/people.onnx", False),
        ("s3://m/people.pt2.onnx", False),
    ],
)
def test_a_model_that_is_a_program_needs_a_class_that_trusts_it(uri: str, refused: bool) -> None:
    spec = {"inputs": [{"name": "main", "uri": "s3://m/a.mp4"}, {"name": "people", "uri": uri}], **DETECTS}
    found = said(spec, {})
    assert len(found) == refused
    for message in found:
        assert message.startswith(
            "spec.inputs[1].uri: class gpu allows no models that are programs (.pt2, its trustedM"
        )
        assert message.endswith("; export people as ONNX, or ask the platform's team")
    assert not said(spec, {"trustedModels": True})
    assert not said({**spec, "analyses": None}, {}), "who looks at nothing runs nothing"


def test_the_runner_is_told_what_the_class_trusts() -> None:
    for trusted in (False, True):
        platform = seen({}, trustedModels=trusted)
        assert isinstance(platform, Platform)
        assert order(job(), platform, "a", "").trusted_models == trusted
