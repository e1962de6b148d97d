"""SeaweedFS as S3."""

import json
import os
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from tests.testbed import cache
from tests.testbed.processes import Child, free_port

ACCESS_KEY = "testbed"
SECRET_KEY = "testbed-secret"
BUCKETS = ("media", "brand")


class S3:
    """`start()` returns when the first PUT is accepted: the health check is true too early."""

    def __init__(self, folder: Path, address: str = "127.0.0.1") -> None:
        self._folder, self._address = folder, address
        self._child: Child | None = None
        self._ports: dict[str, int] = {}

    @property
    def port(self) -> int:
        """Of the S3 gateway; 0 before `launch`."""
        return self._ports.get("s3.port", 0)

    @property
    def endpoint(self) -> str:
        """URL."""
        return f"http://{self._address}:{self.port}"

    def start(self) -> None:
        """Launches it and waits."""
        self.launch()
        self.wait()

    def launch(self) -> None:
        """Every port is chosen here: SeaweedFS would take its own fixed ones. After `stop`: the same data and ports."""
        data = self._folder / "data"
        data.mkdir(parents=True, exist_ok=True)
        names = ("master", "volume", "filer", "s3")
        self._ports = self._ports or {f"{name}.port{kind}": free_port() for name in names for kind in ("", ".grpc")}
        identity = {
            "name": "testbed",
            "credentials": [{"accessKey": ACCESS_KEY, "secretKey": SECRET_KEY}],
            "actions": ["Admin", "Read", "List", "Tagging", "Write"],
        }
        config = self._folder / "s3.json"
        config.write_text(json.dumps({"identities": [identity]}))
        flags = [f"-{name}={port}" for name, port in self._ports.items()]
        flags += [
            f"-ip={self._address}",
            f"-ip.bind={self._address}",
            "-master.volumeSizeLimitMB=256",
            "-volume.max=50",
            "-s3.port.iceberg=0",
            "-s3.port.lance=0",
        ]
        command = [str(cache.seaweedfs()), "-logtostderr=true", "server", f"-dir={data}", "-s3", f"-s3.config={config}"]
        self._child = Child("seaweedfs", [*command, *flags], self._folder / "seaweedfs.log")

    def wait(self) -> None:
        """Until the first PUT is accepted."""
        assert self._child is not None
        self._child.wait_until(self._accepts, 90)

    def cpu_seconds(self) -> float:
        """Of its process so far, user and system."""
        assert self._child is not None
        fields = Path(f"/proc/{self._child.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def run_on(self, core: int) -> None:
        """Keeps all of its threads on one core."""
        assert self._child is not None
        for task in Path(f"/proc/{self._child.process.pid}/task").iterdir():
            os.sched_setaffinity(int(task.name), {core})

    def stop(self) -> None:
        """SIGKILL: it takes up to ten seconds for SIGTERM."""
        if self._child:
            self._child.stop()

    def client(self, endpoint: str | None = None) -> Any:
        """A boto3 client; `endpoint` if there is a proxy in front."""
        return boto3.session.Session().client(
            "s3",
            endpoint_url=endpoint or self.endpoint,
            region_name="us-east-1",
            aws_access_key_id=ACCESS_KEY,
            aws_secret_access_key=SECRET_KEY,
            config=Config(signature_version="s3v4", s3={"addressing_style": "path"}, retries={"total_max_attempts": 1}),
        )

    def environment(self) -> dict[str, str]:
        """For commands that find their store in the environment."""
        return {
            "AWS_ACCESS_KEY_ID": ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_REGION": "us-east-1",
        }

    def _accepts(self) -> bool:
        client = self.client()
        try:
            for bucket in BUCKETS:
                _ensure_bucket(client, bucket)
            client.put_object(Bucket=BUCKETS[0], Key=".ready", Body=b"")
            client.delete_object(Bucket=BUCKETS[0], Key=".ready")
            return True
        except (BotoCoreError, ClientError):
            return False


def _ensure_bucket(client: Any, bucket: str) -> None:
    try:
        client.head_bucket(Bucket=bucket)
    except ClientError:
        client.create_bucket(Bucket=bucket)
