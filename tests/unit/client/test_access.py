"""Which cluster is meant, as kubectl would find it."""

from pathlib import Path

import pytest
import yaml

from spotreel.access import Access, find_access
from spotreel.errors import NoCluster


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("KUBECONFIG", "KUBERNETES_SERVICE_HOST", "KUBERNETES_SERVICE_PORT", "SERVICEACCOUNT_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def config(file: Path, *names: str, namespace: str = "", **user: object) -> Path:
    """A kubeconfig whose contexts, clusters and users have these names; the first context is the current one."""
    file.parent.mkdir(parents=True, exist_ok=True)
    inside = {"namespace": namespace} if namespace else {}
    made = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": names[0],
        "clusters": [{"name": n, "cluster": {"server": f"https://{n}:6443"}} for n in names],
        "users": [{"name": n, "user": user or {"token": "t"}} for n in names],
        "contexts": [{"name": n, "context": {"cluster": n, "user": n, **inside}} for n in names],
    }
    file.write_text(yaml.safe_dump(made))
    return file


async def test_home(home: Path) -> None:
    config(home / ".kube" / "config", "one", "two", namespace="media")
    found = await find_access()
    assert (found.configuration.host, found.namespace, found.context) == ("https://one:6443", "media", "one")
    assert (await find_access(context="two")).configuration.host == "https://two:6443"


async def test_several_files_and_a_namespace_of_none(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = [config(home / "a", "one"), config(home / "b", "two"), home / "none"]
    monkeypatch.setenv("KUBECONFIG", ":".join(map(str, files)))
    found = await find_access(context="one")
    assert (found.configuration.host, found.namespace) == ("https://one:6443", "default")


async def test_as_a_pod(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text in {"token": "t", "ca.crt": "c", "namespace": "team-a\n"}.items():
        (home / name).write_text(text)
    monkeypatch.setenv("SERVICEACCOUNT_DIR", str(home))
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "10.0.0.1")
    monkeypatch.setenv("KUBERNETES_SERVICE_PORT", "443")
    found = await find_access()
    assert (found.configuration.host, found.namespace) == ("https://10.0.0.1:443", "team-a")
    (home / "token").unlink()
    with pytest.raises(NoCluster, match="this pod has no ServiceAccount token that can be used"):
        await find_access()


async def test_none(home: Path) -> None:
    with pytest.raises(NoCluster) as said:
        await find_access()
    assert str(said.value) == f"there is no kubeconfig {home}/.kube/config: name one in KUBECONFIG or with --kubeconfig"


@pytest.mark.parametrize("text", ["", "[", "words", "{}", "current-context: a\ncontexts: 3"])
async def test_what_is_no_kubeconfig(home: Path, text: str) -> None:
    (home / "file").write_text(text)
    with pytest.raises(NoCluster, match=f"kubeconfig {home}/file cannot be used: ."):
        await find_access(str(home / "file"))


async def test_no_such_context(home: Path) -> None:
    file = config(home / "file", "one")
    with pytest.raises(NoCluster, match="has no context tow: kubectl config get-contexts lists those that it has"):
        await find_access(str(file), "tow")


async def test_a_login_program_is_asked_again_when_its_token_has_expired(home: Path) -> None:
    """Those of clouds are good for a quarter of an hour; a job takes longer."""
    program = home / "login"
    token = '{"token": "t\'$(wc -l < count)\'", "expirationTimestamp": "2020-01-01T00:00:00Z"}'
    answer = f'{{"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": {token}}}'
    program.write_text(f"#!/bin/sh\ncd {home}; echo >> count; echo '{answer}'\n")
    program.chmod(0o755)
    version = "client.authentication.k8s.io/v1"
    file = config(
        home / "file", "one", exec={"apiVersion": version, "command": str(program), "interactiveMode": "Never"}
    )
    found = await find_access(str(file))
    assert found.configuration.api_key["BearerToken"] == "Bearer t1"
    await found.renew()
    assert found.configuration.api_key["BearerToken"] == "Bearer t1", "not at each request"
    await Access(found.configuration, "", "", found.loader, renewed=float("-inf")).renew()
    assert found.configuration.api_key["BearerToken"] == "Bearer t2"
