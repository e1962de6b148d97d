"""Junk is told from what might be a runner's token without asking anybody."""

import base64
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spotreel_operator.app.claims import MAX_TOKEN_CHARACTERS, claimed_pod
from tests.unit.operator.web import part, token

NOW = time.time()


def test_a_runners_token_names_its_pod() -> None:
    assert claimed_pod(token("pod-1"), NOW) == "pod-1"
    assert claimed_pod(token("pod-1", aud="spotreel"), NOW) == "pod-1"


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": ["https://kubernetes.default.svc"]},
        {"aud": None},
        {"iss": 7},
        {"iss": None},
        {"exp": 1_600_000_000},
        {"exp": "soon"},
        {"exp": True},
        {"exp": None},
        {"kubernetes.io": None},
        {"kubernetes.io": {"serviceaccount": {"name": "default"}}},
        {"kubernetes.io": {"pod": {"uid": 1}}},
        {"kubernetes.io": {"pod": {"uid": ""}}},
        {"kubernetes.io": {"pod": "pod-1"}},
    ],
    ids=str,
)
def test_other_claims_are_refused(claims: dict[str, Any]) -> None:
    assert claimed_pod(token(**claims), NOW) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense",
        "a.b.c",
        "..",
        f"{part({})}.{part({})}.x",
        f"{part([])}.{part([])}.x",
        f"{part({'alg': 'none'})}.{token().split('.')[1]}.x",
        token() + ".more",
        token().rsplit(".", 1)[0] + ".",
        token(padding="x" * MAX_TOKEN_CHARACTERS),
        token() + "é",
        "e30." + base64.urlsafe_b64encode(b"[" * 4000).decode() + ".x",
        "e30." + base64.urlsafe_b64encode(b'{"exp":' + b"9" * 5000 + b"}").decode() + ".x",
    ],
    ids=range(13),
)
def test_what_is_no_token_is_refused(text: str) -> None:
    assert claimed_pod(text, NOW) is None


@given(st.text(), st.binary(), st.binary())
def test_nothing_raises(text: str, head: bytes, body: bytes) -> None:
    odd = ".".join(base64.urlsafe_b64encode(b).decode() for b in (head, body, b"s"))
    assert claimed_pod(text, NOW) is claimed_pod(odd, NOW) is None
