"""Who may read metrics."""

from functools import partial
from typing import Any

import pytest

from spotreel_operator.app.access import MAX_TOKEN_CHARACTERS, Access, may_read_metrics
from spotreel_operator.app.gate import FairGate
from spotreel_operator.app.refusals import Refused
from spotreel_operator.runtime.api import ACCESS_REVIEWS, TOKEN_REVIEWS, Kind

Object = dict[str, Any]


class OneUser:
    """An API server that knows one token and notes its questions."""

    def __init__(self, allowed: bool) -> None:
        self.allowed, self.asked = allowed, list[tuple[Kind, Object]]()

    async def create(self, kind: Kind, namespace: str | None, body: Object) -> Object:
        self.asked.append((kind, body["spec"]))
        if kind == ACCESS_REVIEWS:
            return {"status": {"allowed": self.allowed}}
        user = {"username": "p", "uid": "u", "groups": ["g"], "extra": {"k": ["v"]}}
        return {"status": {"authenticated": body["spec"]["token"] == "good", "user": user}}


def access(api: OneUser) -> Access:
    anything: Any = api
    return Access(partial(may_read_metrics, anything), FairGate(1, 100))


async def test_the_whole_user_is_asked_about() -> None:
    api = OneUser(allowed=True)
    await access(api).check("good", "c")
    assert [kind for kind, _ in api.asked] == [TOKEN_REVIEWS, ACCESS_REVIEWS]
    assert api.asked[1][1] == {
        "user": "p",
        "uid": "u",
        "groups": ["g"],
        "extra": {"k": ["v"]},
        "nonResourceAttributes": {"path": "/metrics", "verb": "get"},
    }


async def test_who_is_not_known_or_not_allowed_is_refused() -> None:
    for told, allowed, questions in (("junk", True, 1), ("good", False, 2)):
        api = OneUser(allowed)
        made = access(api)
        for _ in range(3):
            with pytest.raises(Refused):
                await made.check(told, "c")
        assert len(api.asked) == questions, "the answer is remembered"


async def test_a_token_of_any_length_is_not_passed_on() -> None:
    api = OneUser(allowed=True)
    with pytest.raises(Refused):
        await access(api).check("x" * (MAX_TOKEN_CHARACTERS + 1), "c")
    assert not api.asked
