"""Requests to web servers, and what their refusals mean."""

from collections.abc import Mapping

import urllib3

from job_runner.errors import AccessDenied, InputInvalid, StoreUnreachable
from job_runner.workspace.store import Missing

_RETRY = urllib3.Retry(total=6, backoff_factor=0.3, status_forcelist=(429, 500, 502, 503, 504))


class Https:
    """One pool of connections; safe for threads."""

    def __init__(self, redirects: bool) -> None:
        """Follows `redirects` or not: where the platform says what may be read, they must not lead elsewhere."""
        self._pool = urllib3.PoolManager(timeout=urllib3.Timeout(connect=5, read=20), retries=_RETRY)
        self._redirects = redirects

    def __call__(self, method: str, uri: str, headers: Mapping[str, str]) -> urllib3.BaseHTTPResponse:
        """The answer. Raises StoreUnreachable, AccessDenied, Missing or InputInvalid."""
        try:
            answer = self._pool.request(method, uri, headers=headers, redirect=self._redirects)
        except urllib3.exceptions.HTTPError as error:
            raise StoreUnreachable(f"{uri}: the server cannot be reached ({type(error).__name__})") from error
        if answer.status in (401, 403):
            raise AccessDenied(f"{uri}: the server answers {answer.status}")
        if answer.status in (404, 410):
            raise Missing(uri)
        if 300 <= answer.status < 400:
            raise InputInvalid(f"{uri} redirects, which this platform does not allow; name the target itself")
        return answer
