"""Labels and annotations that a class passes on."""

from dataclasses import replace
from typing import Any

import pytest
from pydantic import ValidationError

from spotreel_operator.backends.kubernetes_job import manifest_of
from spotreel_operator.manifests.propagation import MAX_BYTES
from spotreel_operator.reconcile.reconcile import reconcile
from tests.unit.operator.make import CONFIG, config, job, snapshot
from videojob_api.config import Propagate


def created(labels: dict[str, str], annotations: dict[str, str], **job_class: Any) -> dict[str, Any]:
    """The Job of a VideoJob with these."""
    made = replace(job(), labels=labels, annotations=annotations)
    configuration = config(classes={"gpu": {**CONFIG["classes"]["gpu"], **job_class}})
    seen = snapshot(made, configuration=configuration)
    (start,) = reconcile(seen).start
    return manifest_of(seen, start)


def test_chosen_ones_reach_job_and_pod() -> None:
    propagate = {"labels": ["team", "example.com/*"], "annotations": ["example.com/note"]}
    labels = {"team": "sport", "example.com/cost": "42", "other": "x"}
    manifest = created(labels, {"example.com/note": "n", "example.com/other": "x"}, propagate=propagate)
    for metadata in (manifest["metadata"], manifest["spec"]["template"]["metadata"]):
        assert metadata["labels"].items() >= {"team": "sport", "example.com/cost": "42"}.items()
        assert "other" not in metadata["labels"]
        assert metadata["annotations"]["example.com/note"] == "n"
        assert "example.com/other" not in metadata["annotations"]


def test_nothing_is_passed_unless_the_class_says_so() -> None:
    manifest = created({"team": "sport"}, {"note": "n"})
    assert "team" not in manifest["metadata"]["labels"] and "note" not in manifest["metadata"]["annotations"]


def test_never_what_operator_and_kubernetes_set() -> None:
    forged = {
        "spotreel.dev/videojob": "forged",
        "spotreel.dev/tier": "forged",
        "spotreel.dev/new": "forged",
        "app.kubernetes.io/managed-by": "forged",
        "batch.kubernetes.io/job-name": "forged",
        "job-name": "forged",
        "controller-uid": "forged",
    }
    noted = {"spotreel.dev/order": "forged", "kubectl.kubernetes.io/last-applied-configuration": "forged"}
    manifest = created(forged, noted, propagate={"labels": ["*"], "annotations": ["*"]})
    for metadata in (manifest["metadata"], manifest["spec"]["template"]["metadata"]):
        assert "forged" not in {*metadata["labels"].values(), *metadata["annotations"].values()}


def test_kueues_labels_reach_job_and_pod_whatever_the_class_says() -> None:
    mine = {"kueue.x-k8s.io/queue-name": "video", "kueue.x-k8s.io/priority-class": "low"}
    by_kueue = {"kueue.x-k8s.io/managed": "true", "kueue.x-k8s.io/prebuilt-workload-name": "one"}
    for patterns in ([], ["*"]):
        manifest = created(mine | by_kueue, {}, propagate={"labels": patterns})
        for metadata in (manifest["metadata"], manifest["spec"]["template"]["metadata"]):
            assert {k: v for k, v in metadata["labels"].items() if k.startswith("kueue.")} == mine
    assert "suspend" not in manifest["spec"], "that is for the queue to say"


def test_the_class_itself_comes_first() -> None:
    template = {"labels": {"team": "platform"}, "annotations": {"note": "class"}}
    propagate = {"labels": ["team"], "annotations": ["note"]}
    manifest = created({"team": "mine"}, {"note": "mine"}, podTemplate=template, propagate=propagate)
    pod = manifest["spec"]["template"]["metadata"]
    assert pod["labels"]["team"] == "platform" and pod["annotations"]["note"] == "class"
    assert "team" not in manifest["metadata"]["labels"], "Job and pod never disagree"


def test_what_is_passed_is_bounded() -> None:
    notes = {"a": "x" * (MAX_BYTES - 1), "b": "y", "c": ""}
    passed = created({}, notes, propagate={"annotations": ["*"]})["metadata"]["annotations"]
    assert "a" in passed and "b" not in passed


def test_a_star_stands_at_the_end_only() -> None:
    assert Propagate(labels=["*", "a*", "example.com/*"])
    for wrong in ("a*b", "*a", ""):
        with pytest.raises(ValidationError):
            Propagate(labels=[wrong])
