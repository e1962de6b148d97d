"""From URIs to stores and inputs: s3://, https:// and file://, each with its own credentials."""

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from stat import S_ISREG
from typing import TYPE_CHECKING
from urllib.parse import unquote, unquote_to_bytes, urlsplit

from job_runner.errors import AccessDenied, InputChanged, InputInvalid, NotFound
from job_runner.workspace.directory import DirectoryStore
from job_runner.workspace.ranges import BlockCache, FetchRange, Opened, RangeReader, again_when_cut
from job_runner.workspace.reach import EVERYTHING, Reach
from job_runner.workspace.store import Missing, Store, Taken
from videojob_api.inputs import Input, Storage

if TYPE_CHECKING:
    from job_runner.workspace.clients import Clients
    from job_runner.workspace.https import Https


@dataclass(frozen=True)
class Version:
    """Which bytes an input is: its store's etag, and its size."""

    etag: str
    size: int


def split_s3(uri: str) -> tuple[str, str]:
    """Bucket and key."""
    parts = urlsplit(uri)
    return parts.netloc, unquote(parts.path.lstrip("/"))


def local_path(uri: str) -> Path:
    """The path of a file:/// URI; its bytes need be no UTF-8."""
    return Path(os.fsdecode(unquote_to_bytes(urlsplit(uri).path)))


def shown(uri: str) -> str:
    """For people: a file:/// URI as the path it is, its signs not encoded, as short as it can be here."""
    if not uri.startswith("file://"):
        return uri
    path, here = local_path(uri), Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


class Places:
    """Opens inputs and stores. Clients are shared; safe for threads."""

    def __init__(
        self, storage: Storage | None, secrets_dir: Path | None, patience: float, reach: Reach = EVERYTHING
    ) -> None:
        self._storage, self._secrets, self._patience, self._reach = storage, secrets_dir, patience, reach
        self._read: dict[tuple[str, Storage | None, Version], BlockCache] = {}

    @cached_property
    def _s3(self) -> "Clients":
        # boto3 takes a fifth of a second, which local files need not wait for.
        from job_runner.workspace.clients import Clients

        return Clients(self._storage, self._secrets, self._patience, self._reach)

    @cached_property
    def _https(self) -> "Https":
        # Nor for an HTTP client.
        from job_runner.workspace.https import Https

        return Https(self._reach)

    def folder(self, uri: str) -> Store:
        """The store whose keys lie below `uri`."""
        self._reach.check(uri)
        if uri.startswith("s3://"):
            bucket, key = split_s3(uri)
            return self._s3.store(bucket, key.rstrip("/") + "/" if key.strip("/") else "")
        return DirectoryStore(local_path(uri))

    def file(self, uri: str) -> tuple[Store, str]:
        """The store and key of a single object."""
        folder, _, name = uri.rpartition("/")
        return self.folder(folder + "/"), os.fsdecode(unquote_to_bytes(name)) if uri.startswith("file:") else unquote(
            name
        )

    def version(self, item: Input) -> Version:
        """Asks an input's store which bytes are there. Raises NotFound, AccessDenied, InputInvalid …"""
        self._reach.check(item.uri)
        try:
            found = self._version(item)
        except (Missing, FileNotFoundError, NotADirectoryError) as error:
            raise NotFound(f"input {item.name}: there is no {shown(item.uri)}") from error
        except PermissionError as error:
            raise AccessDenied(f"input {item.name}: this user may not read {shown(item.uri)}") from error
        except OSError as error:
            raise InputInvalid(f"input {item.name}: {shown(item.uri)} cannot be opened: {error.strerror}") from error
        if item.etag and found.etag != item.etag.strip('"'):
            raise InputInvalid(
                f"input {item.name}: {shown(item.uri)} has etag {found.etag}, not the pinned {item.etag}"
            )
        if not found.size:
            raise InputInvalid(f"input {item.name}: {shown(item.uri)} is empty, 0 bytes; copy or upload it again")
        return found

    def _version(self, item: Input) -> Version:
        if item.uri.startswith("s3://"):
            bucket, key = split_s3(item.uri)
            calls = self._s3.of(item.storage)
            head = calls(item.uri, lambda: calls.client.head_object(Bucket=bucket, Key=key))
            return Version(head["ETag"].strip('"'), head["ContentLength"])
        if item.uri.startswith("https://"):
            return self._http_version(item)
        return _file_version(item)

    def _http_version(self, item: Input) -> Version:
        answer = self._https("HEAD", item.uri, {})
        if answer.status != 200:
            raise InputInvalid(f"input {item.name}: {item.uri} answers HEAD with {answer.status}")
        if answer.headers.get("Accept-Ranges", "bytes") == "none" or "Content-Length" not in answer.headers:
            raise InputInvalid(f"input {item.name}: {item.uri} cannot be read in ranges; copy it to an object store")
        size = int(answer.headers["Content-Length"])
        etag = (
            answer.headers.get("ETag")
            or hashlib.sha256(repr((size, answer.headers.get("Last-Modified"))).encode()).hexdigest()
        )
        return Version(etag.strip('"'), size)

    def open(self, item: Input, version: Version) -> "Media":
        """An input that can be opened any number of times, always the same bytes."""
        if item.uri.startswith("file://"):
            if self.version(item) != version:
                raise _changed(item)
            return Media(str(local_path(item.uri)), None)
        return Media(None, self._blocks(item, version))

    def _blocks(self, item: Input, version: Version) -> BlockCache:
        """Shared by all who open these bytes: what the plan has read need not be read again."""
        key = (item.uri, item.storage, version)
        if key not in self._read:
            fetch = self._s3_range(item, version) if item.uri.startswith("s3://") else self._https_range(item, version)
            self._read[key] = BlockCache(fetch, version.size)
        return self._read[key]

    def _s3_range(self, item: Input, version: Version) -> FetchRange:
        bucket, key = split_s3(item.uri)
        calls = self._s3.of(item.storage)

        def read(first: int, end: int) -> bytes:
            answer = calls.client.get_object(
                Bucket=bucket, Key=key, Range=f"bytes={first}-{end - 1}", IfMatch=version.etag
            )
            data: bytes = answer["Body"].read()
            return data

        return lambda first, end: _ranged(item, lambda: calls(item.uri, lambda: read(first, end)))

    def _https_range(self, item: Input, version: Version) -> FetchRange:
        def fetch(first: int, end: int) -> bytes:
            answer = self._https("GET", item.uri, {"Range": f"bytes={first}-{end - 1}"})
            etag = answer.headers.get("ETag", "").strip('"')
            if answer.status != 206 or (etag and etag != version.etag):
                raise _changed(item)
            return answer.data

        return lambda first, end: _ranged(item, lambda: fetch(first, end))


def _file_version(item: Input) -> Version:
    """Raises OSError for a file that cannot be opened, InputInvalid for what is none."""
    path = local_path(item.uri)
    if path.is_dir():
        raise InputInvalid(f"input {item.name}: {path} is a folder; name a file in it")
    stat = path.stat()
    if not S_ISREG(stat.st_mode):
        raise InputInvalid(f"input {item.name}: {path} is no file that can be read twice; copy it into one")
    path.open("rb").close()
    return Version(f"{stat.st_size:x}-{stat.st_mtime_ns:x}", stat.st_size)


def _ranged(item: Input, call: Callable[[], bytes]) -> bytes:
    """One range; a body that breaks off is asked for again."""
    try:
        return again_when_cut(call)
    except Taken as error:
        raise _changed(item) from error
    except Missing as error:
        raise NotFound(f"input {item.name}: {shown(item.uri)} is gone") from error


def _changed(item: Input) -> InputChanged:
    return InputChanged(
        f"input {item.name}: {shown(item.uri)} was changed while the job ran; create a new VideoJob for it"
    )


@dataclass(frozen=True)
class Media:
    """An input's bytes: a local path, or blocks of a remote file."""

    path: str | None
    blocks: BlockCache | None

    def open(self) -> Opened:
        """A path, or a new reader at the start."""
        if self.blocks is None:
            assert self.path is not None
            return self.path
        return RangeReader(self.blocks)
