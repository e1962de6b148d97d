"""A store in an S3 bucket (boto3). Conditional writes decide who was first.

boto3 itself retries 5xx, throttling and broken connections. What it cannot know is ours: a 412 on
one's own repeated PUT is success, a 409 means try again, a refusal may be a right that is not
in force yet.

Some stores ignore the condition, or do not know it. So whoever writes looks first, and whoever has written a file that
must not be replaced looks again: what is left to chance there is who writes in the moment between.
"""

import hashlib
import logging
import random
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, PartialCredentialsError

from job_runner.errors import AccessDenied, ConfigInvalid, StoreUnreachable
from job_runner.workspace.ranges import again_when_cut
from job_runner.workspace.s3_client import Endpoint, make_client
from job_runner.workspace.store import Missing, Stored, Taken

log = logging.getLogger(__name__)

T = TypeVar("T")
PART_BYTES = 64 * 2**20
PIECE_BYTES = 2**20
CONFLICT_TRIES = 20
_DENIED = {"AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "403", "ExpiredToken", "InvalidToken"}


def code_of(error: ClientError) -> str:
    """S3's error code; HEAD answers have only the status."""
    return str(error.response.get("Error", {}).get("Code", ""))


def status_of(error: ClientError) -> int:
    """The HTTP status."""
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


class S3Calls:
    """Calls S3 and turns its errors into ours, which name the object they are about.

    `conditions` and `batches`: whether the store takes conditional writes and deletes in batches, as far as is known.
    """

    def __init__(self, endpoint: Endpoint, client: Any | None = None) -> None:
        self.client = client or make_client(endpoint)
        self.conditions = self.batches = True
        self._patience = endpoint.patience

    def __call__(self, what: str, call: Callable[[], T]) -> T:
        """Raises Missing, Taken, AccessDenied, StoreUnreachable or ConfigInvalid."""
        deadline = time.monotonic() + self._patience
        pause = 0.2
        while True:
            try:
                return call()
            except ClientError as error:
                if not _is_denial(error) or time.monotonic() + pause > deadline:
                    raise _explained(error, what) from error
            except (NoCredentialsError, PartialCredentialsError) as error:
                raise AccessDenied(f"{what}: no credentials; name a secretRef or a service account") from error
            except BotoCoreError as error:
                raise StoreUnreachable(f"{what}: the store cannot be reached ({error})") from error
            time.sleep(pause)
            pause = min(10.0, 2 * pause)


def _is_denial(error: ClientError) -> bool:
    return code_of(error) in _DENIED or status_of(error) in (401, 403)


def _explained(error: ClientError, what: str) -> Exception:
    code, status = code_of(error), status_of(error)
    if _is_denial(error):
        return AccessDenied(f"{what}: access denied ({code}); check the credentials and the bucket's policy")
    if code == "NoSuchBucket":
        return ConfigInvalid(f"{what}: there is no such bucket")
    if status == 404:
        return Missing(what)
    if status == 412:
        return Taken(what)
    if (status >= 500 and status != 501) or status == 429 or code in ("SlowDown", "RequestTimeout"):
        return StoreUnreachable(f"{what}: the store answers {status} {code}")
    return ConfigInvalid(f"{what}: the store refuses the request ({status} {code})")


class S3Store:
    """Objects of `bucket` below `prefix` (empty, or with a slash at its end)."""

    def __init__(self, calls: S3Calls, bucket: str, prefix: str) -> None:
        self._call, self._client, self._bucket, self._prefix = calls, calls.client, bucket, prefix

    def _uri(self, key: str) -> str:
        return f"s3://{self._bucket}/{self._prefix}{key}"

    def _at(self, key: str) -> dict[str, str]:
        return {"Bucket": self._bucket, "Key": self._prefix + key}

    def list(self, prefix: str) -> set[str]:
        """Keys that begin with `prefix`: one listing, whatever its pages."""
        pages = self._client.get_paginator("list_objects_v2")

        def keys() -> set[str]:
            found = pages.paginate(Bucket=self._bucket, Prefix=self._prefix + prefix)
            return {item["Key"].removeprefix(self._prefix) for page in found for item in page.get("Contents", [])}

        return self._call(self._uri(prefix), keys)

    def get(self, key: str) -> Stored:
        """An object. Raises Missing."""

        def read() -> Stored:
            answer = self._client.get_object(**self._at(key))
            return Stored(answer["Body"].read(), answer.get("Metadata", {}))

        return again_when_cut(lambda: self._call(self._uri(key), read))

    def fetch(self, key: str, path: Path) -> Mapping[str, str]:
        """Reads an object into a file, piece by piece. Raises Missing."""

        def read() -> Mapping[str, str]:
            answer = self._client.get_object(**self._at(key))
            with path.open("wb") as file:
                for piece in answer["Body"].iter_chunks(PIECE_BYTES):
                    file.write(piece)
            metadata: Mapping[str, str] = answer.get("Metadata", {})
            return metadata

        return again_when_cut(lambda: self._call(self._uri(key), read))

    def metadata(self, key: str) -> Mapping[str, str] | None:
        """An object's metadata; None if it is not there."""
        try:
            answer = self._call(self._uri(key), lambda: self._client.head_object(**self._at(key)))
        except Missing:
            return None
        metadata: Mapping[str, str] = answer.get("Metadata", {})
        return metadata

    def put(self, key: str, data: bytes, metadata: Mapping[str, str]) -> bool:
        """Writes an object unless one is there; one's own, unacknowledged, counts as written, as metadata tells."""
        marked = {**metadata, "sha256": hashlib.sha256(data).hexdigest()}

        def write() -> None:
            self._client.put_object(**self._at(key), Body=data, Metadata=marked, **self._condition())

        return self._first(key, marked, write)

    def put_file(self, key: str, path: Path, metadata: Mapping[str, str], replace: bool) -> None:
        """Writes a file, in parts where it is large. Raises Taken if other bytes stand there and must stay."""

        def write() -> None:
            condition = {} if replace else self._condition()
            if path.stat().st_size <= PART_BYTES:
                self._client.put_object(**self._at(key), Body=path.read_bytes(), Metadata=dict(metadata), **condition)
            else:
                self._put_parts(key, path, metadata, condition)

        first = self._first(key, {"sha256": metadata["sha256"]}, write, look=not replace)
        if not first or not (replace or self._stands(key, metadata["sha256"])):
            raise Taken(self._uri(key))

    def _condition(self) -> dict[str, str]:
        return {"IfNoneMatch": "*"} if self._call.conditions else {}

    def _stands(self, key: str, sha256: str) -> bool:
        """Whether nobody has written other bytes in the same moment, over ours."""
        found = self.metadata(key)
        return found is None or found.get("sha256") == sha256

    def _first(self, key: str, marks: Mapping[str, str], write: Callable[[], None], look: bool = True) -> bool:
        """Runs a write until it is known who won: what has these marks in its metadata counts as written by it.

        `look`: whether what is there already has won.
        """
        for attempt in range(CONFLICT_TRIES):
            if look and (found := self.metadata(key)) is not None:
                return marks.items() <= found.items()
            conditional = self._call.conditions
            try:
                self._call(self._uri(key), lambda: _unless_conflict(write))
                return True
            except Taken:
                look = True
            except _Conflict:
                pass
            except _NoConditions as error:
                self._without_conditions(error, key, conditional)
            time.sleep(random.uniform(0, min(2.0, 0.05 * 2**attempt)))
        raise StoreUnreachable(f"{self._uri(key)}: the store answers 409 or 412 again and again")

    def _without_conditions(self, error: Exception, key: str, conditional: bool) -> None:
        """From now on. Raises ConfigInvalid if the write had no condition: another thread may have learnt the same."""
        if not conditional:
            raise ConfigInvalid(f"{self._uri(key)}: the store cannot do this (501)") from error
        self._call.conditions = False
        log.warning("the store knows no conditional writes", extra={"bucket": self._bucket})

    def _put_parts(self, key: str, path: Path, metadata: Mapping[str, str], condition: Mapping[str, str]) -> None:
        upload = self._client.create_multipart_upload(**self._at(key), Metadata=dict(metadata))["UploadId"]
        try:
            parts = [self._put_part(key, upload, number, data) for number, data in _parts(path)]
            self._client.complete_multipart_upload(
                **self._at(key), UploadId=upload, MultipartUpload={"Parts": parts}, **condition
            )
        except Exception as error:
            with suppress(ClientError, BotoCoreError):
                self._client.abort_multipart_upload(**self._at(key), UploadId=upload)
            if isinstance(error, ClientError) and code_of(error) == "NoSuchUpload":
                # boto3 has repeated a completion that had succeeded unheard: the stored object tells.
                raise Taken(self._uri(key)) from error
            raise

    def _put_part(self, key: str, upload: str, number: int, data: bytes) -> dict[str, Any]:
        answer = self._client.upload_part(**self._at(key), UploadId=upload, PartNumber=number, Body=data)
        return {"PartNumber": number, "ETag": answer["ETag"]}

    def delete(self, keys: Iterable[str]) -> None:
        """Removes objects, a thousand a request."""
        names = list(keys)
        for first in range(0, len(names), 1000):
            self._delete(names[first : first + 1000])

    def _delete(self, keys: Sequence[str]) -> None:
        """One by one where the store takes no batches."""
        if self._call.batches:
            batch = {"Objects": [{"Key": self._prefix + key} for key in keys], "Quiet": True}
            try:
                self._call(self._uri(""), partial(self._client.delete_objects, Bucket=self._bucket, Delete=batch))
                return
            except ConfigInvalid as error:
                self._call.batches = False
                log.warning("the store deletes no objects in batches", extra={"error": str(error)})
        for key in keys:
            with suppress(Missing):
                self._call(self._uri(key), partial(self._client.delete_object, **self._at(key)))


class _Conflict(Exception):
    """409: somebody else is writing this very object."""


class _NoConditions(Exception):
    """501: the store does not know what it is asked, which is the condition if it has one."""


def _unless_conflict(write: Callable[[], None]) -> None:
    try:
        write()
    except ClientError as error:
        if status_of(error) == 409:
            raise _Conflict from error
        if status_of(error) == 501:
            raise _NoConditions from error
        raise


def _parts(path: Path) -> Iterable[tuple[int, bytes]]:
    with path.open("rb") as file:
        number = 1
        while data := file.read(PART_BYTES):
            yield number, data
            number += 1
