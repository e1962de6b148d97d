"""Clients of S3 stores, one for each, with the credentials that belong to it."""

import threading
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError

from job_runner.errors import ConfigInvalid
from job_runner.workspace.reach import Reach
from job_runner.workspace.s3 import S3Calls, S3Store
from job_runner.workspace.s3_client import Credentials, Endpoint, MountedKeys
from videojob_api.inputs import Storage


class Clients:
    """Makes a client when its store is first asked for. Safe for threads."""

    def __init__(self, storage: Storage | None, secrets_dir: Path | None, patience: float, reach: Reach) -> None:
        self._storage, self._secrets, self._patience, self._reach = storage, secrets_dir, patience, reach
        self._calls: dict[Storage | None, S3Calls] = {}
        self._lock = threading.Lock()

    def of(self, storage: Storage | None) -> S3Calls:
        """An input's own storage, or where it has none the job's."""
        key = storage or self._storage
        with self._lock:
            if key not in self._calls:
                self._calls[key] = self._new(key)
            return self._calls[key]

    def _new(self, storage: Storage | None) -> S3Calls:
        endpoint = self._endpoint(storage)
        try:
            calls = S3Calls(endpoint)
        except (BotoCoreError, ValueError) as error:
            raise ConfigInvalid(f"storage cannot be used: {error}") from error
        if endpoint.url and self._reach.endpoints is not None:
            _keep_to(endpoint.url, calls.client, below=endpoint.addressing_style == "virtual")
        return calls

    def store(self, bucket: str, prefix: str) -> S3Store:
        """In the job's storage."""
        return S3Store(self.of(None), bucket, prefix)

    def _endpoint(self, storage: Storage | None) -> Endpoint:
        self._reach.check_endpoint(storage.endpoint if storage else None)
        if storage is None:
            return Endpoint(patience=self._patience)
        keys = self._credentials(storage.secret_ref.name) if storage.secret_ref else Credentials()
        url = storage.endpoint or None
        return Endpoint(url, storage.region, keys, self._patience, storage.addressing_style, storage.checksums)

    def _credentials(self, secret: str) -> Credentials | MountedKeys:
        """From the mounted Secret; without a mount (on a desk) from the environment."""
        if self._secrets is None:
            return Credentials()
        keys = MountedKeys(self._secrets / secret)
        keys.read()
        return keys


def _keep_to(url: str, client: Any, below: bool) -> None:
    """Refuses requests to another host than the endpoint's: boto3 makes one of a bucket that is an ARN.

    `below`: whether buckets' names stand before the endpoint's.
    """
    allowed = urlsplit(url)

    def check(request: Any, **_: Any) -> None:
        asked = urlsplit(request.url)
        host = allowed.hostname or ""
        same = asked.hostname == host or (below and (asked.hostname or "").endswith(f".{host}"))
        if not same or asked.port != allowed.port:
            raise ConfigInvalid(f"a request would go to {asked.hostname}, not to the storage endpoint {url}")

    client.meta.events.register("before-send.s3", check)
