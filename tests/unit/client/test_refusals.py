"""Each refusal of an API server is one line that says what to do."""

import pytest

from spotreel.errors import (
    ClusterUnreachable,
    Forbidden,
    LogsGone,
    NameTaken,
    NoSuchJob,
    NotInstalled,
    Refused,
    SpotreelError,
)
from spotreel.refusals import explained
from spotreel_operator.runtime.api import ApiError

RBAC = 'videojobs.spotreel.dev is forbidden: User "ann" cannot {} resource "{}" in API group "{}" in the namespace "m"'


def words(status: int, reason: str, message: str, *causes: dict[str, str]) -> SpotreelError:
    return explained(ApiError(status, reason, message, causes), "m", "reel")


@pytest.mark.parametrize(
    ("error", "kind", "line"),
    [
        (
            (403, "Forbidden", RBAC.format("list", "videojobs", "spotreel.dev")),
            Forbidden,
            "you may not list videojobs in namespace m: ask for the verb list on videojobs.spotreel.dev, which the "
            "role view of that namespace has",
        ),
        (
            (403, "Forbidden", RBAC.format("get", "pods/log", "")),
            Forbidden,
            "you may not get pods/log in namespace m: ask for the verb get on pods/log, which the role view of that "
            "namespace has",
        ),
        (
            (403, "Forbidden", RBAC.format("get", "configmaps", "")),
            Forbidden,
            "you may not get configmaps in namespace m: ask for the verb get on configmaps",
        ),
        ((403, "Forbidden", "exceeded quota: video"), Forbidden, "refused: exceeded quota: video"),
        (
            (403, "Forbidden", 'x is forbidden: User "system:anonymous" cannot get path "/"'),
            Forbidden,
            "the cluster does not know who you are: log in again, as for kubectl",
        ),
        (
            (401, "Unauthorized", "Unauthorized"),
            Forbidden,
            "the cluster does not know who you are: log in again, as for kubectl",
        ),
        (
            (404, "", "404 page not found\n"),
            NotInstalled,
            "this cluster knows no VideoJobs (spotreel.dev/v1alpha1): install Spotreel there, or choose another with "
            "--context",
        ),
        (
            (404, "NotFound", "the server could not find the requested resource"),
            NotInstalled,
            "this cluster knows no VideoJobs (spotreel.dev/v1alpha1): install Spotreel there, or choose another with "
            "--context",
        ),
        ((404, "NotFound", 'namespaces "m" not found'), NoSuchJob, "there is no namespace m: choose one with -n"),
        (
            (404, "NotFound", 'videojobs.spotreel.dev "reel" not found'),
            NoSuchJob,
            "there is no VideoJob reel in namespace m: spotreel list shows those that are there",
        ),
        (
            (409, "Conflict", "Apply failed with 1 conflict"),
            NameTaken,
            "there is another VideoJob reel in namespace m: give this one another name with --name, or remove that one "
            "with spotreel cancel reel",
        ),
        (
            (400, "BadRequest", 'container "runner" in pod "reel-1" is waiting to start: ContainerCreating'),
            LogsGone,
            "its runner has not started yet (ContainerCreating)",
        ),
        (
            (503, "ServiceUnavailable", "etcd is away"),
            ClusterUnreachable,
            "the API server answers 503: etcd is away",
        ),
    ],
)
def test_one_line(error: tuple[int, str, str], kind: type[SpotreelError], line: str) -> None:
    said = words(*error)
    assert (type(said), str(said)) == (kind, line)


def test_a_wrong_spec_has_a_line_for_each_field() -> None:
    said = words(
        422, "Invalid", 'VideoJob.spotreel.dev "reel" is invalid: [...]',
        {"field": "spec.timeline.clips[0]", "message": 'Invalid value: "object": end must be later than start'},
        {"field": "spec.outputs", "message": "Required value"},
        {"field": "<nil>", "message": 'Invalid value: "null": some validation rules were not checked'},
    )  # fmt: skip
    assert isinstance(said, Refused)
    assert said.lines == [
        "timeline.clips[0]: end must be later than start",
        "outputs: Required value",
        "some validation rules were not checked",
    ]


def test_what_cannot_change_is_another_job() -> None:
    cause = {"field": "spec.timeline", "message": "Forbidden: spec.timeline is immutable: delete the VideoJob"}
    assert isinstance(words(422, "Invalid", "is invalid", cause), NameTaken)


def test_unknown_fields_are_named() -> None:
    message = '.spec: strict decoding error: unknown field "spec.input", unknown field "spec.out"'
    said = words(400, "BadRequest", message)
    assert str(said) == 'unknown field "spec.input"\nunknown field "spec.out"'


def test_a_policy_speaks_for_itself() -> None:
    message = "ValidatingAdmissionPolicy 'videojobs' with binding 'b' denied request: only s3://team-a/"
    assert str(words(422, "Invalid", f'VideoJob "reel" is invalid: {message}')) == message
