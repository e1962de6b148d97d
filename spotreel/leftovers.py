"""Workspaces in a store whose jobs are no more."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from job_runner.workspace import names
from job_runner.workspace.places import split_s3
from job_runner.workspace.s3 import S3Calls, S3Store
from spotreel.errors import NotUploadable
from spotreel.stores import store_words

_UID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_WORKSPACE = re.compile(rf"((?:.*/)?(?P<namespace>[^/]+)/(?P<name>[^/]+)-(?P<uid>{_UID})/)(?P<key>.+)")


@dataclass(frozen=True)
class Object:
    """One of a store's listing."""

    key: str
    size: int
    changed: datetime


@dataclass(frozen=True)
class Leftover:
    """What runners have made in the workspace of a job that is no more."""

    bucket: str
    prefix: str
    namespace: str
    name: str
    keys: tuple[str, ...]
    size: int
    changed: datetime

    @property
    def uri(self) -> str:
        """Of the workspace."""
        return f"s3://{self.bucket}/{self.prefix}"


def leftovers(
    bucket: str, objects: Iterable[Object], uids: Collection[str], namespace: str | None, before: datetime
) -> list[Leftover]:
    """By workspace: of one namespace or of all, none of these uids, and nothing in it newer than `before`. Pure.

    Only what runners make counts; a folder of any other shape is somebody else's.
    """
    found: dict[str, tuple[re.Match[str], list[Object]]] = {}
    for one in objects:
        match = _WORKSPACE.fullmatch(one.key)
        if match and names.is_ours(match["key"]):
            found.setdefault(match[1], (match, []))[1].append(one)
    made = (_leftover(bucket, match, inside) for match, inside in found.values() if match["uid"] not in uids)
    return [one for one in made if namespace in (None, one.namespace) and one.changed < before]


def _leftover(bucket: str, match: re.Match[str], inside: list[Object]) -> Leftover:
    keys = tuple(one.key.removeprefix(match[1]) for one in inside)
    size, changed = sum(one.size for one in inside), max(one.changed for one in inside)
    return Leftover(bucket, match[1], match["namespace"], match["name"], keys, size, changed)


def listed(calls: S3Calls, uri: str) -> tuple[str, list[Object]]:
    """The bucket of an s3:// URI, and all objects below it. Raises StoreError or NotUploadable."""
    if not uri.startswith("s3://") or not split_s3(uri)[0]:
        raise NotUploadable(f"{uri}: name a bucket, and what it has workspaces below: s3://bucket/folder/")
    bucket, prefix = split_s3(uri)
    with store_words():
        return bucket, calls(uri, lambda: list(_all(calls.client, bucket, prefix)))


def _all(client: Any, bucket: str, prefix: str) -> Iterator[Object]:
    for page in client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for item in page.get("Contents", []):
            yield Object(item["Key"], item["Size"], item["LastModified"])


def remove(calls: S3Calls, leftover: Leftover) -> None:
    """All of it, and nothing else that lies there. Raises StoreError."""
    with store_words():
        S3Store(calls, leftover.bucket, leftover.prefix).delete(leftover.keys)
