"""What goes wrong on the way to an API server, in words."""

from pathlib import Path

import pytest

from spotreel.access import find_access
from spotreel.errors import ClusterUnreachable
from spotreel.kubernetes import Kubernetes, in_words
from spotreel_operator.runtime.api import VIDEOJOBS
from tests.testbed.processes import free_port
from tests.unit.client.api_server import NAMESPACE, api_server


async def test_a_log_comes_line_by_line(tmp_path: Path) -> None:
    async with api_server() as server:
        server.refusal = (200, "one\ntwo \nthr\xe9e")
        kubernetes = Kubernetes(await find_access(str(server.kubeconfig(tmp_path))))
        lines = [line async for line in kubernetes.log(NAMESPACE, "pod", {"tailLines": "9"}, follow=True)]
        assert lines == ["one", "two ", "thr\xe9e"]
        assert server.asked[0][1] == f"/api/v1/namespaces/{NAMESPACE}/pods/pod/log?tailLines=9&follow=true"
        await kubernetes.close()


async def test_a_server_that_is_none(tmp_path: Path) -> None:
    async with api_server() as server:
        server.refusal = (200, "<html>log in</html>")
        access = await find_access(str(server.kubeconfig(tmp_path)))
        kubernetes = Kubernetes(access)
        with pytest.raises(ClusterUnreachable, match=r"no answer of an API server"), in_words(access, NAMESPACE):
            await kubernetes.get(VIDEOJOBS, NAMESPACE, "reel")
        await kubernetes.close()


async def test_nobody_listens(tmp_path: Path) -> None:
    async with api_server() as server:
        server.port = free_port()
        access = await find_access(str(server.kubeconfig(tmp_path)))
        kubernetes = Kubernetes(access)
        with pytest.raises(ClusterUnreachable) as said, in_words(access, NAMESPACE):
            await kubernetes.get(VIDEOJOBS, NAMESPACE, "reel")
        assert str(said.value).startswith(f"the cluster 127.0.0.1:{server.port} (context here) does not answer (")
        await kubernetes.close()
