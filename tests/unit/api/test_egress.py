"""A class's caBundle and proxy."""

from typing import Any

import pytest

from tests.unit.api.classes import parsed_class, refusal
from videojob_api.egress import ALWAYS_DIRECT

KEY = {"name": "corp-ca", "key": "ca.crt"}


@pytest.mark.parametrize(
    ("bundle", "taken"),
    [
        ({"configMapKeyRef": KEY}, True),
        ({"secretKeyRef": KEY}, True),
        ({}, False),
        ({"configMapKeyRef": KEY, "secretKeyRef": KEY}, False),
    ],
)
def test_a_bundle_has_one_source(bundle: dict[str, Any], taken: bool) -> None:
    said = refusal(caBundle=bundle)
    assert said == "" if taken else "set exactly one of configMapKeyRef, secretKeyRef" in said


def test_a_proxy_as_variables() -> None:
    proxy = {"httpsProxy": "http://proxy.corp.example:3128", "noProxy": ".svc, s3.corp.example,localhost"}
    made = parsed_class(proxy=proxy).proxy
    assert made and made.variables() == {
        "HTTPS_PROXY": "http://proxy.corp.example:3128",
        "NO_PROXY": ",".join([".svc", "s3.corp.example", "localhost", *(h for h in ALWAYS_DIRECT if h != "localhost")]),
    }


def test_where_clouds_hand_out_credentials_no_proxy_is_asked() -> None:
    made = parsed_class(proxy={"httpProxy": "http://proxy:3128", "httpsProxy": "https://proxy:3129"}).proxy
    assert made and {"169.254.169.254", "169.254.170.2", "169.254.170.23"} <= set(
        made.variables()["NO_PROXY"].split(",")
    )


@pytest.mark.parametrize(
    ("proxy", "field", "words"),
    [
        ({}, "proxy", "set httpProxy, httpsProxy or both"),
        ({"noProxy": ".svc"}, "proxy", "set httpProxy, httpsProxy or both"),
        ({"httpsProxy": "proxy.corp.example:3128"}, "proxy.httpsProxy", "a proxy is http://host:port"),
        ({"httpsProxy": "socks5://proxy:1080"}, "proxy.httpsProxy", "a proxy is http://host:port"),
        ({"httpProxy": "http://proxy:3128/path"}, "proxy.httpProxy", "a proxy is http://host:port"),
        ({"httpProxy": "http://proxy:port"}, "proxy.httpProxy", "a proxy is http://host:port"),
        ({"httpProxy": "http://"}, "proxy.httpProxy", "a proxy is http://host:port"),
        ({"httpsProxy": "http://me:s@proxy:3128"}, "proxy.httpsProxy", "by valueFrom.secretKeyRef"),
        ({"httpsProxy": "http://proxy:3128", "noProxy": ".svc,10.0.0.0/8"}, "proxy.noProxy", "10.0.0.0/8 is no host"),
    ],
)
def test_what_is_refused_is_told_with_its_place(proxy: dict[str, Any], field: str, words: str) -> None:
    said = refusal(proxy=proxy)
    assert f"\nclasses.a.{field}\n" in said and words in said


def test_a_proxy_is_named_once() -> None:
    env = [{"name": "https_proxy", "value": "http://other:3128"}]
    assert refusal(podTemplate={"env": env}) == ""
    said = refusal(podTemplate={"env": env}, proxy={"httpsProxy": "http://proxy:3128"})
    assert "podTemplate.env: https_proxy and proxy say the same: leave one out" in said
