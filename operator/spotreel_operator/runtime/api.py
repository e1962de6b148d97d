"""A narrow client on plain dicts. The `kubernetes` package connects and authenticates; its models,
ten times the time of plain JSON, are not used."""

import json
import os
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlencode

from kubernetes.aio import config
from kubernetes.aio.client.api_client import ApiClient
from kubernetes.aio.client.configuration import Configuration
from kubernetes.aio.config.incluster_config import InClusterConfigLoader

from videojob_api import names

Object = dict[str, Any]
Objects = list[Object]
SERVICE_ACCOUNT_DIR = "/var/run/secrets/kubernetes.io/serviceaccount"
APPLY = "application/apply-patch+yaml"
MERGE = "application/merge-patch+json"
FIRST_PAGE, SMALLEST_PAGE, LARGEST_PAGE = 50, 5, 100
PAGE_BYTES = 1_000_000
"""Decoded in some ten milliseconds, in which nothing else happens."""

WATCH_SECONDS = 300


@dataclass(frozen=True)
class Kind:
    """A resource type and where the API server has it."""

    prefix: str
    plural: str
    namespaced: bool = True

    def path(self, namespace: str | None = None, name: str | None = None, subresource: str | None = None) -> str:
        """Of a collection or an object."""
        scope = f"/namespaces/{namespace}" if self.namespaced and namespace else ""
        return "/".join(part for part in (f"{self.prefix}{scope}/{self.plural}", name, subresource) if part)


VIDEOJOBS = Kind(f"/apis/{names.API_VERSION}", names.PLURAL)
JOBS = Kind("/apis/batch/v1", "jobs")
PODS = Kind("/api/v1", "pods")
EVENTS = Kind("/api/v1", "events")
NODES = Kind("/api/v1", "nodes", namespaced=False)
LEASES = Kind("/apis/coordination.k8s.io/v1", "leases")
SERVICES = Kind("/api/v1", "services")
ENDPOINT_SLICES = Kind("/apis/discovery.k8s.io/v1", "endpointslices")
TOKEN_REVIEWS = Kind("/apis/authentication.k8s.io/v1", "tokenreviews", namespaced=False)
ACCESS_REVIEWS = Kind("/apis/authorization.k8s.io/v1", "subjectaccessreviews", namespaced=False)


class ApiError(Exception):
    """The API server's refusal: its HTTP status, its reason, its message, and what it says of single fields."""

    def __init__(self, status: int, reason: str, message: str, causes: Sequence[Object] = ()) -> None:
        super().__init__(f"{status} {reason}: {message}")
        self.status, self.reason, self.message, self.causes = status, reason, message, causes


class Conflict(ApiError):
    """409: somebody else was first, or the object has changed since it was read."""


class Gone(ApiError):
    """404 or 410: there is no such object, or no such version any more."""


class Api(Protocol):
    """What the runtime asks of Kubernetes."""

    async def get(self, kind: Kind, namespace: str | None, name: str) -> Object:
        """The object. Raises Gone if there is none, else ApiError."""

    async def create(self, kind: Kind, namespace: str | None, body: Object) -> Object:
        """Raises Conflict if the name is taken."""

    async def apply_status(self, kind: Kind, namespace: str, name: str, body: Object) -> Object:
        """Server-side apply of status. Raises Gone, or Conflict if the body's resourceVersion is not current."""

    async def merge(self, kind: Kind, namespace: str | None, name: str, body: Object, subresource: str = "") -> Object:
        """JSON merge patch; the object as it is then. Raises Gone."""

    async def replace(self, kind: Kind, namespace: str, name: str, body: Object) -> Object:
        """PUT. Raises Gone, or Conflict if the body's resourceVersion is not current."""

    async def delete(self, kind: Kind, namespace: str, name: str, options: Object) -> None:
        """With DeleteOptions. Raises Gone, or Conflict if a precondition fails."""


async def connect() -> Configuration:
    """From KUBECONFIG, else as a pod. SERVICEACCOUNT_DIR names another folder for the pod's token."""
    configuration = Configuration()
    # As many as there are watches and workers: with a limit, watches of many namespaces would keep out the lease.
    configuration.connection_pool_maxsize = 0
    if path := os.environ.get("KUBECONFIG"):
        await config.load_kube_config(path, client_configuration=configuration)
    else:
        load_as_pod(configuration)
    return configuration


def load_as_pod(configuration: Configuration) -> None:
    """The cluster that this pod runs in, and its ServiceAccount."""
    folder = Path(os.environ.get("SERVICEACCOUNT_DIR", SERVICE_ACCOUNT_DIR))
    InClusterConfigLoader(str(folder / "token"), str(folder / "ca.crt")).load_and_set(configuration)


class KubernetesApi:
    """The real one.

    Every call may raise ApiError, aiohttp.ClientError, OSError, or TimeoutError after `timeout` seconds.
    """

    def __init__(self, configuration: Configuration, timeout: float = 15) -> None:
        self._client, self._timeout = ApiClient(configuration), timeout

    async def close(self) -> None:
        """Closes its connections; later calls fail."""
        await self._client.close()

    async def get(self, kind: Kind, namespace: str | None, name: str) -> Object:
        """The object. Raises Gone if there is none, else ApiError."""
        return await self._json("GET", kind.path(namespace, name))

    async def pages(
        self, kind: Kind, namespace: str | None = None, selector: str = "", fields: str = ""
    ) -> AsyncIterator[tuple[Objects, str]]:
        """Objects in pages small enough to be decoded in a moment, each with the list's resourceVersion.

        Raises Gone (410) if the list has taken so long that its version is lost: begin anew.
        """
        limit, more = FIRST_PAGE, ""
        while True:
            query = {"labelSelector": selector, "fieldSelector": fields, "limit": str(limit), "continue": more}
            answer = await self._request("GET", kind.path(namespace), query, timeout=self._timeout)
            data = await answer.read()
            page = json.loads(data)
            yield page["items"], page["metadata"]["resourceVersion"]
            if not (more := page["metadata"].get("continue", "")):
                return
            limit = next_limit(limit, len(data))

    async def list(self, kind: Kind, namespace: str | None = None, selector: str = "") -> tuple[Objects, str]:
        """All objects at once, and the list's resourceVersion; where few are expected."""
        items: Objects = []
        version = ""
        async for page, at in self.pages(kind, namespace, selector):
            items, version = items + page, at
        return items, version

    async def watch(
        self, kind: Kind, namespace: str | None, version: str, selector: str = "", fields: str = ""
    ) -> AsyncGenerator[Object, None]:
        """Events (type, object) from a resourceVersion on, until the server ends the stream. Raises Gone.

        Bookmarks come about once a minute, so that silence for longer means a dead connection.
        """
        query = {"watch": "1", "resourceVersion": version, "labelSelector": selector, "fieldSelector": fields}
        query |= {"allowWatchBookmarks": "true", "timeoutSeconds": str(WATCH_SECONDS)}
        answer = await self._request("GET", kind.path(namespace), query, timeout=WATCH_SECONDS + 30)
        try:
            async for line in answer.content:
                event = json.loads(line)
                if event["type"] == "ERROR":
                    raise _error(event["object"].get("code", 500), event["object"])
                yield event
        finally:
            answer.close()

    async def create(self, kind: Kind, namespace: str | None, body: Object) -> Object:
        """Raises Conflict if the name is taken."""
        return await self._json("POST", kind.path(namespace), {"fieldValidation": "Strict"}, body)

    async def create_sub(self, kind: Kind, namespace: str, name: str, subresource: str, body: Object) -> Object:
        """POST to a subresource, such as a ServiceAccount's token. Raises Gone."""
        return await self._json("POST", kind.path(namespace, name, subresource), {}, body)

    async def apply_status(self, kind: Kind, namespace: str, name: str, body: Object) -> Object:
        """Server-side apply of status. Raises Gone, or Conflict if the body's resourceVersion is not current."""
        query = {"fieldManager": names.FIELD_MANAGER, "force": "true", "fieldValidation": "Strict"}
        return await self._json("PATCH", kind.path(namespace, name, "status"), query, body, APPLY)

    async def merge(self, kind: Kind, namespace: str | None, name: str, body: Object, subresource: str = "") -> Object:
        """JSON merge patch; the object as it is then. Raises Gone."""
        return await self._json("PATCH", kind.path(namespace, name, subresource), {}, body, MERGE)

    async def replace(self, kind: Kind, namespace: str, name: str, body: Object) -> Object:
        """PUT. Raises Gone, or Conflict if the body's resourceVersion is not current."""
        return await self._json("PUT", kind.path(namespace, name), {}, body)

    async def delete(self, kind: Kind, namespace: str | None, name: str, options: Object) -> None:
        """With DeleteOptions. Raises Gone, or Conflict if a precondition fails."""
        await self._json("DELETE", kind.path(namespace, name), {}, options)

    async def _json(
        self, method: str, path: str, query: Mapping[str, str] = {}, body: Any = None, content: str = "application/json"
    ) -> Object:
        answer = await self._request(method, path, query, body, content, self._timeout)
        result: Object = json.loads(await answer.read())
        return result

    async def _request(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] = {},
        body: Any = None,
        content: str = "application/json",
        timeout: float = 15,
    ) -> Any:
        headers = {"Accept": "application/json", "Content-Type": content}
        await self._client.update_params_for_auth(headers, [], ["BearerToken"], path, method, body)
        text = urlencode({key: value for key, value in query.items() if value})
        url = self._client.configuration.host + path + ("?" + text if text else "")
        answer = await self._client.rest_client.request(method, url, headers, body, _request_timeout=timeout)
        if answer.status >= 400:
            raise _error(answer.status, _status(await answer.read()))
        return answer.response


def next_limit(limit: int, size: int) -> int:
    """How many objects the next page should have, after one of `limit` objects and `size` bytes."""
    fitting = limit * PAGE_BYTES // max(size, 1)
    return max(SMALLEST_PAGE, min(fitting, 2 * limit, LARGEST_PAGE))


def _status(data: bytes) -> Object:
    try:
        result: Object = json.loads(data)
        return result
    except ValueError:
        return {"message": data[:200].decode(errors="replace")}


def _error(status: int, body: Object) -> ApiError:
    kind = {409: Conflict, 404: Gone, 410: Gone}.get(status, ApiError)
    causes = (body.get("details") or {}).get("causes") or ()
    return kind(status, body.get("reason") or "", body.get("message") or "", causes)
