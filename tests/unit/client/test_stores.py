"""Stores as a desk reaches them, and what they refuse."""

import pytest
from botocore.exceptions import NoCredentialsError

from spotreel.errors import StoreError
from spotreel.stores import calls_of, store_words


def test_a_videojobs_own_store() -> None:
    client = calls_of({"storage": {"endpoint": "http://127.0.0.1:9", "region": "eu-central-1"}}).client
    assert client.meta.endpoint_url == "http://127.0.0.1:9" and client.meta.region_name == "eu-central-1"


def test_the_environments_store(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:8")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    assert calls_of({}).client.meta.endpoint_url == "http://127.0.0.1:8"


def test_no_keys() -> None:
    def ask() -> None:
        raise NoCredentialsError

    with pytest.raises(StoreError) as said, store_words():
        calls_of({"storage": {"endpoint": "http://127.0.0.1:9", "region": "r"}})("s3://m/a", ask)
    assert said.value.code == 77
    assert str(said.value).startswith("no credentials for the store: set AWS_PROFILE, or AWS_ACCESS_KEY_ID")


def test_an_endpoint_that_is_none() -> None:
    with pytest.raises(StoreError, match="storage cannot be used"):
        calls_of({"storage": {"endpoint": "http://", "region": "r"}})
