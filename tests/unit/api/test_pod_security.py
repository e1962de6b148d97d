"""The security context of runners: within Pod Security `restricted`, and no further."""

from typing import Any

import pytest

from tests.unit.api.classes import parsed_class, refusal_of_template

BUILT_IN = {
    "runAsNonRoot": True,
    "runAsUser": 65532,
    "runAsGroup": 65532,
    "fsGroup": 65532,
    "seccompProfile": {"type": "RuntimeDefault"},
}


def test_without_one_it_is_the_image_s_user() -> None:
    assert parsed_class().pod_template.security_context.plain() == BUILT_IN


def test_one_of_the_class_replaces_it_whole() -> None:
    """So that OpenShift can choose the user; what `restricted` asks for stays."""
    made = parsed_class(podTemplate={"securityContext": {"supplementalGroups": [3000]}})
    assert made.pod_template.security_context.plain() == {
        "runAsNonRoot": True,
        "supplementalGroups": [3000],
        "seccompProfile": {"type": "RuntimeDefault"},
    }


@pytest.mark.parametrize(
    "context",
    [
        {"runAsUser": 1000, "runAsGroup": 0, "fsGroup": 1000, "fsGroupChangePolicy": "OnRootMismatch"},
        {"seccompProfile": {"type": "Localhost", "localhostProfile": "spotreel.json"}},
        {"appArmorProfile": {"type": "RuntimeDefault"}},
        {"seLinuxOptions": {"level": "s0:c1,c2", "type": "container_t"}},
        {"supplementalGroups": [44], "supplementalGroupsPolicy": "Strict"},
    ],
)
def test_what_restricted_allows(context: dict[str, Any]) -> None:
    assert (
        parsed_class(podTemplate={"securityContext": context}).pod_template.security_context.plain().items()
        >= context.items()
    )


@pytest.mark.parametrize(
    ("context", "field", "words"),
    [
        ({"runAsNonRoot": False}, "runAsNonRoot", "True"),
        ({"runAsUser": 0}, "runAsUser", "greater than or equal to 1"),
        ({"seccompProfile": {"type": "Unconfined"}}, "seccompProfile.type", "'RuntimeDefault' or 'Localhost'"),
        ({"seccompProfile": {"type": "Localhost"}}, "seccompProfile", "localhostProfile goes with type Localhost"),
        ({"appArmorProfile": {"type": "Unconfined"}}, "appArmorProfile.type", "'RuntimeDefault' or 'Localhost'"),
        ({"seLinuxOptions": {"type": "spc_t"}}, "seLinuxOptions.type", "'container_t'"),
        ({"seLinuxOptions": {"user": "root"}}, "seLinuxOptions.user", "not permitted"),
        ({"sysctls": [{"name": "kernel.msgmax", "value": "1"}]}, "sysctls", "not permitted"),
        ({"windowsOptions": {"hostProcess": True}}, "windowsOptions", "not permitted"),
        ({"privileged": True}, "privileged", "not permitted"),
    ],
)
def test_what_restricted_refuses_is_told_with_its_place(context: dict[str, Any], field: str, words: str) -> None:
    said = refusal_of_template(securityContext=context)
    assert f"classes.a.podTemplate.securityContext.{field}" in said and words in said
