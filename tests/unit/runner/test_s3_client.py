"""Who a runner is for its store: mounted keys and tokens, roles, and how buckets and checksums are written."""

import base64
import hashlib
import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from job_runner.errors import ConfigInvalid
from job_runner.workspace import s3_client
from job_runner.workspace.places import Places
from job_runner.workspace.reach import Reach
from job_runner.workspace.s3_client import Credentials, Endpoint, MountedKeys, make_client
from tests.testbed.local_server import LocalServer, QuietHandler
from videojob_api.inputs import Storage

SECRET = "media-bucket"
EXPIRES = "2099-01-01T00:00:00Z"
STS = f"""<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
<AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>ROLE</AccessKeyId><SecretAccessKey>s</SecretAccessKey>
<SessionToken>role-token</SessionToken><Expiration>{EXPIRES}</Expiration></Credentials>
</AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>"""
AGENT = {"AccessKeyId": "AGENT", "SecretAccessKey": "s", "Token": "agent-token", "Expiration": EXPIRES}


class Cloud(LocalServer):
    """A store with no objects, an STS at `/`, an agent that hands out credentials at `/agent`. It notes requests."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, dict[str, str], bytes]] = []
        cloud = self

        class Handler(QuietHandler):
            protocol_version = "HTTP/1.1"

            def answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                cloud.seen.append((f"{self.command} {self.path}", dict(self.headers.items()), body))
                if self.path == "/agent":
                    self._send(200, json.dumps(AGENT).encode())
                elif self.path == "/" and self.command == "POST":
                    self._send(200, STS.encode())
                else:
                    self._send(404 if self.command == "HEAD" else 200, b"")

            do_GET = do_HEAD = do_PUT = do_POST = answer

            def _send(self, status: int, body: bytes) -> None:
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        super().__init__(Handler)
        self.endpoint = f"http://127.0.0.1:{self.port}"

    def who(self) -> tuple[str, str | None]:
        """The access key and the session token of the last request."""
        headers = self.seen[-1][1]
        key = headers["Authorization"].partition("Credential=")[2].partition("/")[0]
        return key, headers.get("X-Amz-Security-Token")


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    with Cloud() as made:
        yield made


def mounted(folder: Path, token: str = "") -> MountedKeys:
    made = folder / SECRET
    made.mkdir(exist_ok=True)
    (made / "AWS_ACCESS_KEY_ID").write_text("MOUNTED\n")
    (made / "AWS_SECRET_ACCESS_KEY").write_text("s\n")
    if token:
        (made / "AWS_SESSION_TOKEN").write_text(token)
    return MountedKeys(made)


def ask(cloud: Cloud, keys: MountedKeys | Credentials, **more: Any) -> Any:
    client = make_client(Endpoint(cloud.endpoint, "us-east-1", keys, **more))
    client.list_objects_v2(Bucket="media")
    return client


@pytest.mark.parametrize("token", ["", "a-token"])
def test_mounted_keys_with_and_without_a_session_token(cloud: Cloud, tmp_path: Path, token: str) -> None:
    ask(cloud, mounted(tmp_path, token))
    assert cloud.who() == ("MOUNTED", token or None)


def test_mounted_keys_win_over_the_environment(cloud: Cloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "ENVIRONMENT")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "s")
    ask(cloud, mounted(tmp_path))
    assert cloud.who() == ("MOUNTED", None)


def test_a_token_that_is_replaced_is_read_anew(cloud: Cloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As kubelet does it: another folder behind the same link."""
    (tmp_path / "old").mkdir()
    (tmp_path / "new").mkdir()
    link = tmp_path / SECRET
    link.symlink_to(mounted(tmp_path / "old", "old-token").folder)
    monkeypatch.setattr(s3_client, "REREAD_SECONDS", 0)
    client = ask(cloud, MountedKeys(link))
    assert cloud.who() == ("MOUNTED", "old-token")
    link.unlink()
    link.symlink_to(mounted(tmp_path / "new", "new-token").folder)
    client.list_objects_v2(Bucket="media")
    assert cloud.who() == ("MOUNTED", "new-token")


def test_keys_are_not_read_at_each_request(cloud: Cloud, tmp_path: Path) -> None:
    keys = mounted(tmp_path, "old-token")
    client = ask(cloud, keys)
    mounted(tmp_path, "new-token")
    client.list_objects_v2(Bucket="media")
    assert cloud.who() == ("MOUNTED", "old-token")


def test_a_secret_that_lacks_a_key_is_named(tmp_path: Path) -> None:
    (mounted(tmp_path).folder / "AWS_SECRET_ACCESS_KEY").unlink()
    storage = Storage.model_validate({"secretRef": {"name": SECRET}})
    with pytest.raises(ConfigInvalid, match=f"Secret {SECRET} lacks AWS_ACCESS_KEY_ID or AWS_SECRET_ACCESS_KEY"):
        Places(storage, tmp_path, 0).folder("s3://media/")


def test_a_role_by_web_identity(cloud: Cloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What EKS' webhook puts into a pod with an annotated ServiceAccount (IRSA) is all that is needed."""
    token = tmp_path / "token"
    token.write_text("projected-token")
    monkeypatch.setenv("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/video-runner")
    monkeypatch.setenv("AWS_WEB_IDENTITY_TOKEN_FILE", str(token))
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", cloud.endpoint)
    ask(cloud, Credentials())
    assert cloud.who() == ("ROLE", "role-token")
    asked = cloud.seen[0][2].decode()
    assert "Action=AssumeRoleWithWebIdentity" in asked and "WebIdentityToken=projected-token" in asked


def test_a_role_by_the_container_credentials_endpoint(
    cloud: Cloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What EKS Pod Identity puts into a pod."""
    token = tmp_path / "token"
    token.write_text("pod-token")
    monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", f"{cloud.endpoint}/agent")
    monkeypatch.setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", str(token))
    ask(cloud, Credentials())
    assert cloud.who() == ("AGENT", "agent-token")
    assert cloud.seen[0][1]["Authorization"] == "pod-token"


@pytest.mark.parametrize(
    ("style", "host"), [("virtual", "media.s3.example"), ("path", "s3.example"), (None, "s3.example")]
)
def test_where_the_buckets_name_stands(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, style: str | None, host: str
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "s")
    ask = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *more, **options: ask("127.0.0.1", *more, **options))
    endpoint = f"http://s3.example:{cloud.port}"
    storage = Storage.model_validate({"endpoint": endpoint, "region": "us-east-1", "addressingStyle": style})
    Places(storage, None, 0, Reach(None, [endpoint], files=False)).folder("s3://media/").list("")
    request, headers, _ = cloud.seen[-1]
    assert headers["Host"] == f"{host}:{cloud.port}"
    assert request.startswith("GET /?list" if style == "virtual" else "GET /media?list")


@pytest.mark.parametrize(("checksums", "expected"), [("whenRequired", False), ("whenSupported", True), (None, True)])
def test_checksums(cloud: Cloud, checksums: str | None, expected: bool) -> None:
    client = ask(cloud, Credentials("key", "s"), checksums=checksums)
    client.put_object(Bucket="media", Key="a", Body=b"x")
    assert any(name.lower().startswith("x-amz-checksum") for name in cloud.seen[-1][1]) == expected
    client.delete_objects(Bucket="media", Delete={"Objects": [{"Key": "a"}]})
    _, headers, body = cloud.seen[-1]
    assert any(name.lower().startswith("x-amz-checksum") for name in headers) == expected
    md5 = base64.b64encode(hashlib.md5(body).digest()).decode()
    assert headers.get("Content-MD5") == (None if expected else md5)
