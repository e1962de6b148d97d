"""A pod's volumes as folders: secret, configMap, downwardAPI, projected, emptyDir."""

import base64
from pathlib import Path
from typing import Any

from spotreel_operator.runtime.api import Gone, Kind, KubernetesApi
from tests.testbed.agent.environment import field

Object = dict[str, Any]
SECRETS = Kind("/api/v1", "secrets")
CONFIG_MAPS = Kind("/api/v1", "configmaps")
SERVICE_ACCOUNTS = Kind("/api/v1", "serviceaccounts")


class NotReady(Exception):
    """Something a volume needs is not there (yet); kubelet would wait and say so in an event."""


class Volumes:
    """Makes the folders of one pod under `root`."""

    def __init__(self, api: KubernetesApi, pod: Object, root: Path) -> None:
        self._api, self._pod, self._root = api, pod, root
        self._namespace = pod["metadata"]["namespace"]

    async def mounts(self, container: Object) -> dict[str, str]:
        """Mount path -> folder, for one container. Raises NotReady."""
        by_name = {volume["name"]: volume for volume in self._pod["spec"].get("volumes", [])}
        result = {}
        for mount in container.get("volumeMounts", []):
            folder: Path = await self.make(by_name[mount["name"]])
            result[mount["mountPath"]] = str(folder / mount.get("subPath", ""))
        return result

    async def make(self, volume: Object) -> Path:
        """One volume's folder."""
        folder = self._root / volume["name"]
        folder.mkdir(parents=True, exist_ok=True)
        for source in volume.get("projected", {}).get("sources", [volume]):
            for name, data in (await self._files(source)).items():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (folder / name).write_bytes(data)
        return Path(folder)

    async def _files(self, source: Object) -> dict[str, bytes]:
        if "secret" in source:
            return await self.secret(source["secret"])
        if "configMap" in source:
            return await self.config_map(source["configMap"])
        if "downwardAPI" in source:
            items = source["downwardAPI"].get("items", [])
            return {i["path"]: field(self._pod, i["fieldRef"]["fieldPath"]).encode() for i in items}
        if "serviceAccountToken" in source:
            return {source["serviceAccountToken"]["path"]: await self._token(source["serviceAccountToken"])}
        return {}

    async def _read(self, kind: Kind, name: str, optional: bool) -> Object:
        try:
            return await self._api.get(kind, self._namespace, name)
        except Gone as error:
            if optional:
                return {}
            what = kind.plural.removesuffix("s")
            raise NotReady(f'MountVolume.SetUp failed: {what} "{name}" not found') from error

    async def secret(self, source: Object) -> dict[str, bytes]:
        """A Secret's keys as files. Raises NotReady."""
        name = source.get("secretName") or source["name"]
        data = (await self._read(SECRETS, name, source.get("optional", False))).get("data", {})
        return _chosen({key: base64.b64decode(value) for key, value in data.items()}, source)

    async def config_map(self, source: Object) -> dict[str, bytes]:
        """A ConfigMap's keys as files. Raises NotReady."""
        data = (await self._read(CONFIG_MAPS, source["name"], source.get("optional", False))).get("data", {})
        return _chosen({key: value.encode() for key, value in data.items()}, source)

    async def _token(self, source: Object) -> bytes:
        """TokenRequest, bound to the pod, as kubelet asks for it."""
        metadata, account = self._pod["metadata"], self._pod["spec"].get("serviceAccountName", "default")
        bound = {"kind": "Pod", "apiVersion": "v1", "name": metadata["name"], "uid": metadata["uid"]}
        spec = {"boundObjectRef": bound, "expirationSeconds": source.get("expirationSeconds", 3600)}
        if source.get("audience"):
            spec["audiences"] = [source["audience"]]
        body = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": spec}
        answer = await self._api.create_sub(SERVICE_ACCOUNTS, self._namespace, account, "token", body)
        return str(answer["status"]["token"]).encode()


def _chosen(data: dict[str, bytes], source: Object) -> dict[str, bytes]:
    items = source.get("items")
    return {item["path"]: data[item["key"]] for item in items if item["key"] in data} if items else data
