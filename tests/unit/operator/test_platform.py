"""What the platform lets a job read, write and ask, before anything is started for it."""

from typing import Any

import pytest
import yaml

from spotreel_operator.manifests.orders import order
from spotreel_operator.reconcile.platform import platform_of
from spotreel_operator.state.snapshot import Platform, Stall
from tests.testbed.cache import ROOT
from tests.unit.operator.make import config, job
from videojob_api.config import OperatorConfiguration, endpoints_allowed
from videojob_api.reasons import Reason

CORP = {"gpu": {"storage": {"endpoint": "http://minio.store.svc:9000"}}}


def seen(spec: dict[str, Any], **changes: Any) -> Platform | Stall:
    return platform_of(job(**spec), config(**changes), {})


@pytest.mark.parametrize(
    "endpoint", ["http://169.254.169.254", "http://minio.other.svc:9000", "https://s3.example.com"]
)
@pytest.mark.parametrize("of", ["job", "input"])
def test_endpoints_are_those_of_classes_by_default(endpoint: str, of: str) -> None:
    """Whatever allowedURIs say, and they say nothing here."""
    storage = {"endpoint": endpoint}
    spec = {"storage": storage} if of == "job" else {"inputs": [{"uri": "s3://m/x", "storage": storage}]}
    found = seen(spec)
    assert isinstance(found, Stall) and found.reason == Reason.URI_NOT_ALLOWED
    assert found.message.endswith(f"storage endpoint {endpoint} is none of (AWS)")
    assert isinstance(seen(spec, allowedEndpoints=[endpoint]), Platform)


def test_aws_is_an_endpoint_like_others() -> None:
    aws = {"storage": {"region": "us-east-1"}}
    assert isinstance(seen(aws), Platform), "the class uses it"
    found = seen(aws, classes=CORP)
    assert isinstance(found, Stall) and "(AWS) is none of http://minio.store.svc:9000" in found.message
    assert isinstance(seen(aws, classes=CORP, allowedEndpoints=[""]), Platform)


def test_every_class_of_the_platform_may_be_asked() -> None:
    both = config(classes={"gpu": {}, **{"corp": CORP["gpu"]}}, allowedEndpoints=["https://s3.example.com"])
    assert endpoints_allowed(both) == ["", "http://minio.store.svc:9000", "https://s3.example.com"]


def test_the_runner_is_told_the_same() -> None:
    platform = seen({}, classes=CORP)
    assert isinstance(platform, Platform)
    told = order(job(), platform, "reel-0-1", "")
    assert told.allowed_endpoints == ["http://minio.store.svc:9000"] and told.allowed_uris is None


@pytest.mark.parametrize(
    "host",
    ["169.254.169.254", "[::ffff:a9fe:a9fe]", "2852039166", "0xa9.254.169.254", "10.0.0.1:8443", "localhost",
     "kubernetes.default.svc", "metadata.google.internal", "cdn.example.com@127.0.0.1"],
)  # fmt: skip
def test_https_inputs_inside_are_refused_unless_named(host: str) -> None:
    spec = {"inputs": [{"uri": f"https://{host}/a.mp4"}]}
    found = seen(spec)
    assert isinstance(found, Stall) and found.reason == Reason.URI_NOT_ALLOWED
    assert "its host is not public" in found.message and "allowedURIs" in found.message
    assert isinstance(seen(spec, allowedURIs=["s3://", "https://"]), Stall), "a prefix that allows all names nobody"
    named = seen(spec, allowedURIs=["s3://", "https://", f"https://{host}/"])
    assert isinstance(named, Stall if "@" in host else Platform)


def test_public_https_inputs_need_nothing() -> None:
    assert isinstance(seen({"inputs": [{"uri": "https://cdn.example.com/a.mp4"}]}), Platform)
    assert isinstance(seen({"inputs": [{"uri": "https://8.8.8.8/a.mp4"}]}), Platform)


ENGINE = "grpc://triton.ml.svc:8001"


@pytest.mark.parametrize("listed", [[], ["http://triton.ml.svc:8001"], ["grpcs://triton.ml.svc:8001", ENGINE + "/"]])
def test_engines_are_those_that_are_listed(listed: list[str]) -> None:
    """They are sent what the inputs show, and no class's own endpoint is one."""
    looked = {"analyses": [{"motion": {}}, {"name": "far", "remote": {"url": ENGINE, "model": "m"}}]}
    found = seen(looked, allowedEndpoints=listed)
    assert isinstance(found, Stall) and found.reason == Reason.URI_NOT_ALLOWED
    choice = "grpcs://triton.ml.svc:8001, grpc://triton.ml.svc:8001/" if len(listed) > 1 else "(nothing)"
    assert found.message == (
        f"spec.analyses[1].remote.url: engine {ENGINE} is none of {choice}; ask the platform's team to list it in "
        "allowedEndpoints"
    )
    assert isinstance(seen(looked, allowedEndpoints=[*listed, ENGINE]), Platform)


@pytest.mark.parametrize("sample", sorted((ROOT / "k8s" / "samples").glob("*.yaml")), ids=lambda path: path.stem)
def test_a_fresh_install_runs_the_samples(sample: Any) -> None:
    """With the chart's classes, and nothing allowed or listed by hand."""
    shipped = yaml.safe_load((ROOT / "charts" / "spotreel" / "files" / "classes.yaml").read_text())
    found = yaml.safe_load(sample.read_text())["spec"] | {"className": "gpu-spot"}
    platform = platform_of(job(**found), OperatorConfiguration.model_validate(shipped), {})
    assert isinstance(platform, Platform), platform
