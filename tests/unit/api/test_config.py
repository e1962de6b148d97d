"""The operator's configuration: what is wrong is told with its place."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pytest
import yaml

from tests.testbed.cache import ROOT
from videojob_api.by_type import places
from videojob_api.config import ConfigError, JobClass, OperatorConfiguration, parse_config, uris_allowed, with_class
from videojob_api.fields import ReadBy
from videojob_api.spec import VideoJobSpec

Object = dict[str, Any]
POLICIES = ROOT / "k8s" / "policies"


def parsed(job_class: Object, **changes: Any) -> Any:
    return parse_config(yaml.safe_dump({"defaultClass": "a", "classes": {"a": job_class}, **changes}))


@pytest.mark.parametrize(
    ("job_class", "place", "words"),
    [
        (
            {"overrides": {"resources": {"max": {"memory": "8GB"}}}},
            "classes.a.overrides.resources.max",
            "'8GB' is not a",
        ),
        ({"overrides": {"resources": {"max": {"cpu": -1}}}}, "classes.a.overrides.resources.max", "'-1' is not a"),
        ({"overrides": {"resources": {"max": {}}}}, "classes.a.overrides.resources.max", "at least 1 item"),
        ({"overrides": {"resources": {}}}, "classes.a.overrides.resources.max", "required"),
        ({"overrides": {"priorityClassName": [""]}}, "classes.a.overrides.priorityClassName.0", "at least 1"),
        ({"overrides": {"image": True}}, "classes.a.overrides.image", "not permitted"),
        (
            {"resources": {"limits": {"memory": "lots"}}},
            "classes.a.resources",
            "limits.memory: 'lots' is not a quantity",
        ),
        (
            {"resources": {"limits": {"memory": "8Gi"}}, "overrides": {"resources": {"max": {"memory": "8G"}}}},
            "classes.a",
            "overrides.resources.max.memory: 8G is less than its own resources.limits.memory of 8Gi",
        ),
        (
            {"resources": {"requests": {"cpu": 2}}, "overrides": {"resources": {"max": {"cpu": "1999m"}}}},
            "classes.a",
            "overrides.resources.max.cpu: 1999m is less than its own resources.requests.cpu of 2",
        ),
        ({"allowedURIs": []}, "classes.a.allowedURIs", "at least 1 item"),
        ({"allowedURIs": ["s3://m/"], "checkpoint": {"uri": "s3://n/"}}, "classes.a", "checkpoint.uri: s3://n/ is not"),
        ({"allowedNamespaces": {}}, "classes.a.allowedNamespaces", "no namespace is named"),
        ({"allowedNamespaces": {"names": []}}, "classes.a.allowedNamespaces", "no namespace is named"),
        ({"allowedNamespaces": {"selector": {}}}, "classes.a.allowedNamespaces.selector", "it selects nothing"),
        ({"placement": {"tiers": []}}, "classes.a.placement.tiers", "at least 1 item"),
        (
            {"placement": {"tiers": [{"name": "x"}, {"name": "x"}]}},
            "classes.a.placement.tiers",
            "two tiers are called x",
        ),
        (
            {"placement": {"tiers": [{"name": "x", "waitFor": "5"}]}},
            "classes.a.placement.tiers.0.waitFor",
            "not a duration",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_place(job_class: Object, place: str, words: str) -> None:
    with pytest.raises(ConfigError) as told:
        parsed(job_class)
    assert f"\n{place}\n" in str(told.value) and words in str(told.value)


def test_uris_of_a_class_that_the_platform_forbids_altogether() -> None:
    with pytest.raises(ConfigError, match=r"classes\.a\.allowedURIs: none of them lies within allowedURIs"):
        parsed({"allowedURIs": ["s3://n/"]}, allowedURIs=["s3://m/"])


@pytest.mark.parametrize(
    ("platform", "own", "both"),
    [
        (None, None, None),
        (["s3://m/"], None, ["s3://m/"]),
        (None, ["s3://m/"], ["s3://m/"]),
        (["s3://m/"], ["s3://m/a/", "s3://n/"], ["s3://m/a/"]),
        (["s3://m/a/", "s3://m/b/"], ["s3://m/"], ["s3://m/a/", "s3://m/b/"]),
        (["s3://m"], ["s3://m/"], ["s3://m"]),
        (["s3://", "https://"], ["s3://m/"], ["s3://m/"]),
        (["s3://m/"], ["s3://media/", "s3://m/"], ["s3://m/"]),
    ],
)
def test_both_lists_must_allow(platform: list[str] | None, own: list[str] | None, both: list[str] | None) -> None:
    config = parsed({"allowedURIs": own} if own else {}, allowedURIs=platform)
    assert uris_allowed(config, config.classes["a"]) == both


def test_the_page_on_teams_fits_the_sample_policies() -> None:
    """Its configuration is one that the operator takes; its class is the sample namespace's, and nobody else's."""
    page = (ROOT / "docs" / "install" / "teams.md").read_text()
    values = yaml.safe_load(page.partition("```yaml\n")[2].partition("```")[0])
    config = parse_config(yaml.safe_dump(values["config"]))
    namespace = next(iter(yaml.safe_load_all((POLICIES / "team.yaml").read_text())))["metadata"]
    job_class = config.classes[namespace["annotations"]["spotreel.dev/class"]]
    allowed = job_class.allowed_namespaces
    assert allowed and allowed.contains(namespace["name"], namespace["labels"])
    assert not allowed.contains("team-b", {"spotreel.dev/team": "team-b"})
    assert uris_allowed(config, job_class) == ["s3://team-a-media/"]


READ = list(places(OperatorConfiguration, ReadBy))
"""Where times and colours stand."""


def written(place: Sequence[str], value: str) -> str:
    """A configuration with `value` there."""
    node: Any = value
    for parent, key in reversed(list(pairwise(("", *place)))):
        in_list = [{"name": "x", **node}] if parent == "tiers" else {"a": node}
        node = in_list if key == "[]" else {key: node}
    return yaml.safe_dump({"defaultClass": "a", "classes": {"a": {}}} | node)


@pytest.mark.parametrize("place", READ, ids=".".join)
def test_no_time_and_no_colour_is_taken_that_cannot_be_read(place: Sequence[str]) -> None:
    """The operator would meet it much later, in the middle of a job."""
    with pytest.raises(ConfigError, match=rf"(?s){place[-1]}.*'soon' is not a (duration|colour)"):
        parse_config(written(place, "soon"))
    assert parse_config(written(place, "navy" if place[-1] == "background" else "50s"))


def test_a_job_without_outputs_takes_its_class_too() -> None:
    looked = {"inputs": [{"uri": "s3://m/a"}], "analyses": [{"motion": {}}], "results": [{"uri": "s3://m/r"}]}
    job_class = JobClass.model_validate(
        {"video": {"codec": "av1"}, "onDamage": "Fail", "checkpoint": {"retain": "Never"}}
    )
    found = with_class(VideoJobSpec.model_validate(looked), job_class)
    assert found.outputs is None and found.inputs[0].on_damage == "Fail"
    assert found.results and found.analyses and found.checkpoint and found.checkpoint.retain == "Never"
