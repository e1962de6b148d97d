"""The client: connections without a limit that watches could use up."""

from pathlib import Path

import pytest
import yaml
from kubernetes.aio.client.api_client import ApiClient

from spotreel_operator.runtime.api import connect

KUBECONFIG = {
    "apiVersion": "v1",
    "kind": "Config",
    "current-context": "c",
    "contexts": [{"name": "c", "context": {"cluster": "k", "user": "u"}}],
    "clusters": [{"name": "k", "cluster": {"server": "http://127.0.0.1:9"}}],
    "users": [{"name": "u", "user": {"token": "t"}}],
}


async def test_watches_of_many_namespaces_leave_connections_for_the_lease(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "kubeconfig"
    file.write_text(yaml.safe_dump(KUBECONFIG))
    monkeypatch.setenv("KUBECONFIG", str(file))
    client = ApiClient(await connect())
    try:
        assert client.rest_client.maxsize == 0, "no limit to aiohttp"
    finally:
        await client.close()
