"""Which URIs a platform allows: whole segments, and no disguise."""

import pytest

from videojob_api.uris import is_allowed, is_named


@pytest.mark.parametrize(
    ("uri", "allowed"),
    [
        ("s3://media/a.mp4", True),
        ("s3://media-private/a.mp4", False),
        ("s3://other/media/a.mp4", False),
        ("file:///srv/videos/a.mp4", True),
        ("file:///srv/videos/../secret", False),
        ("file:///srv/videos/%2e%2e/secret", False),
        ("https://cdn.example.com.evil.org/a.mp4", False),
        ("https://cdn.example.com%2F@evil.org/a.mp4", False),
        ("https://cdn.example.com@evil.org/a.mp4", False),
        ("https://cdn.example.com\\@evil.org/a.mp4", False),
        ("https://cdn.example.com/a%20b@2x.mp4", True),
    ],
)
def test_allowed_uris(uri: str, allowed: bool) -> None:
    assert is_allowed(uri, ["s3://media", "file:///srv/videos/", "https://cdn.example.com"]) is allowed


@pytest.mark.parametrize(
    ("uri", "named"),
    [
        ("https://cdn.example.com/a.mp4", True),
        ("https://cdn.example.com:8443/a.mp4", False),
        ("https://cdn.example.com@10.0.0.1/a.mp4", False),
        ("https://elsewhere.example.com/a.mp4", False),
        ("s3://media/a.mp4", False),
    ],
)
def test_prefixes_that_allow_all_name_nobody(uri: str, named: bool) -> None:
    prefixes = ["s3://", "https://", "https://cdn.example.com/"]
    assert is_named(uri, prefixes) is named
    assert is_allowed(uri, prefixes) is ("@" not in uri)
