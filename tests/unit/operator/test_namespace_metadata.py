"""A namespace's labels and annotation reach the choice of the class; what is not known opens nothing."""

from typing import Any, cast

import pytest

from spotreel_operator.runtime.api import VIDEOJOBS, ApiError, KubernetesApi
from spotreel_operator.runtime.cache import Cache
from spotreel_operator.runtime.reports import Reports
from spotreel_operator.runtime.snapshots import Snapshots
from spotreel_operator.runtime.warnings import Warnings
from spotreel_operator.state.snapshot import Platform, Stall
from tests.unit.operator.make import SPEC, config
from videojob_api.config import OperatorConfiguration
from videojob_api.names import ANNOTATION_CLASS
from videojob_api.reasons import Reason

Object = dict[str, Any]
CLASSES: Object = {"gpu": {}, "team": {"allowedNamespaces": {"selector": {"matchLabels": {"team": "a"}}}}}


class Namespaces:
    """An API server that knows one namespace, or refuses."""

    def __init__(self, metadata: Object, error: ApiError | None = None) -> None:
        self.metadata, self.error = metadata, error

    async def get(self, *_: object) -> Object:
        if self.error:
            raise self.error
        return {"metadata": {"name": "ns", **self.metadata}}


async def platform(api: Namespaces, **spec: Any) -> Platform | Stall:
    cache = Cache(lambda key: None)
    metadata = {"name": "reel", "namespace": "ns", "uid": "u", "resourceVersion": "1"}
    metadata |= {"creationTimestamp": "2026-01-01T12:00:00Z"}
    cache.put(VIDEOJOBS, {"metadata": metadata, "spec": SPEC | spec})

    def configured() -> OperatorConfiguration:
        return config(classes=CLASSES)

    snapshots = Snapshots(cast(KubernetesApi, api), cache, Reports(), configured, str, Warnings())
    taken = await snapshots.take(("ns", "reel"))
    assert taken
    return taken.platform


async def test_labels_and_annotation() -> None:
    found = await platform(Namespaces({"labels": {"team": "a"}, "annotations": {ANNOTATION_CLASS: "team"}}))
    assert isinstance(found, Platform) and found.class_name == "team"
    found = await platform(Namespaces({"annotations": {ANNOTATION_CLASS: "team"}}))
    assert isinstance(found, Stall) and found.reason == Reason.NAMESPACE_NOT_ALLOWED


@pytest.mark.parametrize("status", [403, 404])
async def test_a_namespace_that_may_not_be_read_has_the_default_class(status: int) -> None:
    refused = Namespaces({}, ApiError(status, "Forbidden", "no"))
    found = await platform(refused)
    assert isinstance(found, Platform) and found.class_name == "gpu"
    found = await platform(refused, className="team")
    assert isinstance(found, Stall) and "may not read this namespace's labels" in found.message


async def test_no_class_is_guessed_while_the_api_server_does_not_answer() -> None:
    """Else a job would begin with the default class, at another price, because of one error."""
    with pytest.raises(ApiError):
        await platform(Namespaces({}, ApiError(500, "InternalError", "etcd")))
