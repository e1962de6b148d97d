"""Requests to web servers, and what their refusals mean."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin

import urllib3
from urllib3.util import parse_url

from job_runner.errors import AccessDenied, ConfigInvalid, InputInvalid, StoreUnreachable
from job_runner.workspace.proxies import proxy_manager, proxy_of
from job_runner.workspace.public import NotPublic, public_manager
from job_runner.workspace.reach import Reach
from job_runner.workspace.store import Missing
from videojob_api.public_hosts import host_of, kind_of_host

_RETRY = urllib3.Retry(total=6, backoff_factor=0.3, status_forcelist=(429, 500, 502, 503, 504))
MOST_REDIRECTS = 10


class Https:
    """Pools of connections; safe for threads."""

    def __init__(self, reach: Reach) -> None:
        """`reach` holds for every redirect as for the URI itself."""
        settings: dict[str, Any] = {"timeout": urllib3.Timeout(connect=5, read=20), "retries": _RETRY}
        self._anywhere = urllib3.PoolManager(**settings)
        self._public = public_manager(**settings)
        self._proxies: dict[str, urllib3.PoolManager] = {}
        self._settings, self._reach = settings, reach

    def __call__(self, method: str, uri: str, headers: Mapping[str, str]) -> urllib3.BaseHTTPResponse:
        """The answer. Raises StoreUnreachable, AccessDenied, Missing, InputInvalid or ConfigInvalid."""
        answer = self._last_answer(method, uri, headers)
        if answer.status in (401, 403):
            raise AccessDenied(f"{uri}: the server answers {answer.status}")
        if answer.status in (404, 410):
            raise Missing(uri)
        if 300 <= answer.status < 400:
            raise InputInvalid(f"{uri}: the server answers {answer.status} without a place to go to")
        return answer

    def _last_answer(self, method: str, uri: str, headers: Mapping[str, str]) -> urllib3.BaseHTTPResponse:
        """The answer at the end of all redirects."""
        here = uri
        for _ in range(MOST_REDIRECTS + 1):
            answer = self._answer(method, uri, here, headers)
            there = answer.get_redirect_location()
            if not there:
                return answer
            here = self._checked(uri, _joined(uri, here, there))
        raise InputInvalid(f"{uri} redirects more than {MOST_REDIRECTS} times; name the file itself")

    def _answer(self, method: str, uri: str, here: str, headers: Mapping[str, str]) -> urllib3.BaseHTTPResponse:
        try:
            return self._pool(here).request(method, here, headers=headers, redirect=False)
        except NotPublic as error:
            way = uri if here == uri else f"{uri} redirects to {host_of(here)}"
            raise ConfigInvalid(
                f"{way}: a runner must not connect to {error}; the platform's allowedURIs can name that host"
            ) from error
        except urllib3.exceptions.LocationValueError as error:
            raise InputInvalid(f"{uri} names no web server ({error})") from error
        except urllib3.exceptions.HTTPError as error:
            raise StoreUnreachable(f"{uri}: the server cannot be reached ({_kind(error)})") from error

    def _pool(self, here: str) -> urllib3.PoolManager:
        """Behind a proxy nobody can tell the address: there only the name is looked at, and the proxy decides."""
        named, proxy = self._reach.at_any_address(here), proxy_of(here)
        if proxy is None:
            return self._anywhere if named else self._public
        host = parse_url(here).host or ""
        if not named and (kind := kind_of_host(host)):
            raise NotPublic(f"{host} ({kind})")
        if proxy not in self._proxies:
            self._proxies[proxy] = proxy_manager(proxy, **self._settings)
        return self._proxies[proxy]

    def _checked(self, uri: str, there: str) -> str:
        """Where a redirect leads, if a runner may go there; messages say its host only: the rest may be signed."""
        scheme = there.partition(":")[0].lower()
        if scheme != "https" and not (scheme == "http" and self._reach.files):
            raise InputInvalid(
                f"{uri} redirects to {scheme}://{host_of(there)}, which is not https; name another source"
            )
        if not self._reach.allows(there):
            raise ConfigInvalid(f"{uri} redirects to {host_of(there)}, which this platform's allowedURIs do not cover")
        return there


def _kind(error: urllib3.exceptions.HTTPError) -> str:
    """What it was that was tried again and again, if it was."""
    cause = error.reason if isinstance(error, urllib3.exceptions.MaxRetryError) and error.reason else error
    return type(cause).__name__


def _joined(uri: str, here: str, there: str) -> str:
    try:
        return urljoin(here, there)
    except ValueError as error:
        raise InputInvalid(f"{uri} redirects to what is no URI ({error})") from error
