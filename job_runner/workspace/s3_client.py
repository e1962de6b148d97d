"""boto3 clients of S3 stores: where a store is, who asks, and how it wants to be asked."""

import base64
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import botocore.session
from botocore.config import Config
from botocore.credentials import CredentialProvider, CredentialResolver, RefreshableCredentials

from job_runner.errors import ConfigInvalid

REREAD_SECONDS = 60
"""How old a mounted Secret may be as a runner knows it. Kubelet takes about as long to bring a new one."""
_GOOD_FOR = timedelta(seconds=600)


@dataclass(frozen=True)
class Credentials:
    """Keys of one store; None leaves them to boto3's own chain (workload identity, environment)."""

    access_key: str | None = None
    secret_key: str | None = None
    session_token: str | None = None


@dataclass(frozen=True)
class MountedKeys:
    """A Secret's keys as files. They are read anew while the runner works: keys with a session token expire."""

    folder: Path

    def read(self) -> Credentials:
        """As they are now. Raises ConfigInvalid."""
        names = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
        # Kubelet replaces all files at once, by another folder behind a link.
        folder = self.folder.resolve()
        try:
            access, key = ((folder / name).read_text().strip() for name in names)
        except FileNotFoundError as error:
            raise ConfigInvalid(f"Secret {self.folder.name} lacks {' or '.join(names)}") from error
        token = folder / "AWS_SESSION_TOKEN"
        return Credentials(access, key, (token.read_text().strip() or None) if token.exists() else None)


@dataclass(frozen=True)
class Endpoint:
    """Where a store is, who asks, and for how many seconds a refusal is tried again."""

    url: str | None = None
    region: str | None = None
    credentials: Credentials | MountedKeys = Credentials()
    patience: float = 60.0
    addressing_style: str | None = None
    checksums: str | None = None


def make_client(endpoint: Endpoint) -> Any:
    """A boto3 S3 client, safe to share between threads."""
    where = {"endpoint_url": endpoint.url, "region_name": endpoint.region, "config": _config(endpoint)}
    if isinstance(endpoint.credentials, MountedKeys):
        client = boto3.session.Session(botocore_session=_session(endpoint.credentials)).client("s3", **where)
    else:
        keys = endpoint.credentials
        client = boto3.session.Session().client(
            "s3",
            aws_access_key_id=keys.access_key,
            aws_secret_access_key=keys.secret_key,
            aws_session_token=keys.session_token,
            **where,
        )
    if endpoint.checksums == "whenRequired":
        client.meta.events.register("before-call.s3.DeleteObjects", _as_before_2025)
    return client


def _config(endpoint: Endpoint) -> Config:
    style = endpoint.addressing_style or ("path" if endpoint.url else "auto")
    when = "when_required" if endpoint.checksums == "whenRequired" else None
    return Config(
        signature_version="s3v4",
        connect_timeout=5,
        read_timeout=20,
        retries={"mode": "standard", "total_max_attempts": 8},
        max_pool_connections=32,
        s3={"addressing_style": style},
        request_checksum_calculation=when,
        response_checksum_validation=when,
    )


def _as_before_2025(params: dict[str, Any], **_: Any) -> None:
    """A batch of deletions must have a checksum, and stores that refuse the newer ones know MD5."""
    digest = hashlib.md5(params["body"], usedforsecurity=False).digest()
    params["headers"]["Content-MD5"] = base64.b64encode(digest).decode()
    params["context"].pop("checksum", None)


def _session(keys: MountedKeys) -> Any:
    """One that knows these keys and no others."""
    session = botocore.session.get_session()
    session.register_component("credential_provider", CredentialResolver([_Provider(keys)]))
    return session


class _Provider(CredentialProvider):  # type: ignore[misc]
    """Gives boto3 the keys, and again a minute later."""

    METHOD = "mounted-secret"

    def __init__(self, keys: MountedKeys) -> None:
        super().__init__()
        self._keys = keys

    def load(self) -> Any:
        """For good: they read themselves anew."""
        reread = int(_GOOD_FOR.total_seconds()) - REREAD_SECONDS
        return RefreshableCredentials.create_from_metadata(
            self._read(), self._read, self.METHOD, advisory_timeout=reread, mandatory_timeout=REREAD_SECONDS
        )

    def _read(self) -> dict[str, Any]:
        found = self._keys.read()
        return {
            "access_key": found.access_key,
            "secret_key": found.secret_key,
            "token": found.session_token,
            "expiry_time": (datetime.now(UTC) + _GOOD_FOR).isoformat(),
        }
