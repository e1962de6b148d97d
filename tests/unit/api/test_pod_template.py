"""A podTemplate as a whole: what does not fit together is told with field and remedy."""

from typing import Any

import pytest

from tests.unit.api.classes import parsed_class, refusal_of_template

VOLUMES = [{"name": "data", "emptyDir": {}}, {"name": "luts", "persistentVolumeClaim": {"claimName": "luts"}}]
SPREAD = {"maxSkew": 1, "topologyKey": "topology.kubernetes.io/zone", "whenUnsatisfiable": "ScheduleAnyway"}


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ({"env": [{"name": "A"}, {"name": "A", "value": "1"}]}, "env: the variable A is there 2 times; leave one"),
        ({"volumes": [*VOLUMES, VOLUMES[0]]}, "volumes: the volume data is there 2 times; leave one"),
        (
            {
                "volumes": VOLUMES,
                "volumeMounts": [{"name": "data", "mountPath": "/a"}, {"name": "luts", "mountPath": "/a/"}],
            },
            "volumeMounts: the mountPath /a is there 2 times; leave one",
        ),
        (
            {"volumes": VOLUMES, "volumeMounts": [{"name": "lut", "mountPath": "/a"}]},
            "volumeMounts[0].name: there is no volume lut; volumes has data, luts",
        ),
        (
            {"volumeMounts": [{"name": "scratch", "mountPath": "/a"}]},
            "volumeMounts[0].name: there is no volume scratch; volumes has none",
        ),
        (
            {"topologySpreadConstraints": [SPREAD, SPREAD | {"maxSkew": 2}]},
            "topologySpreadConstraints: the constraint topology.kubernetes.io/zone ScheduleAnyway is there 2 times",
        ),
        (
            {"topologySpreadConstraints": [SPREAD | {"minDomains": 2}]},
            "minDomains goes with whenUnsatisfiable DoNotSchedule only: leave it out",
        ),
    ],
)
def test_what_does_not_fit_together(template: dict[str, Any], words: str) -> None:
    said = refusal_of_template(**template)
    assert "classes.a.podTemplate" in said and words in said


@pytest.mark.parametrize(
    ("folder", "taken"),
    [("/data", True), ("/data/tmp", True), ("/var/tmp", False), ("/ro", False), ("/database", False)],
)
def test_scratch_may_lie_on_a_volume(folder: str, taken: bool) -> None:
    mounts = [{"name": "data", "mountPath": "/data"}, {"name": "luts", "mountPath": "/ro", "readOnly": True}]
    said = refusal_of_template(env=[{"name": "TMPDIR", "value": folder}], volumes=VOLUMES, volumeMounts=mounts)
    assert said == "" if taken else "env: TMPDIR must name a folder of volumeMounts that is not readOnly" in said


def test_a_selector_is_kubernetes_own() -> None:
    selector = {"matchLabels": {"team": "a"}, "matchExpressions": [{"key": "x", "operator": "Exists", "values": []}]}
    made = parsed_class(podTemplate={"topologySpreadConstraints": [SPREAD | {"labelSelector": selector}]})
    assert made.pod_template.topology_spread_constraints[0].plain()["labelSelector"] == selector


def test_a_template_that_says_nothing_adds_nothing() -> None:
    plain = parsed_class().pod_template.plain()
    assert {key: value for key, value in plain.items() if value} == {"securityContext": plain["securityContext"]}
