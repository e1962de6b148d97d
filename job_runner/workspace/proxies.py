"""Proxies of the environment, as other programs read it: HTTPS_PROXY, HTTP_PROXY, NO_PROXY."""

from typing import Any
from urllib.parse import unquote
from urllib.request import getproxies, proxy_bypass

import urllib3
from urllib3.util import make_headers, parse_url


def proxy_of(uri: str) -> str | None:
    """The proxy that a URI is reached through; None: directly."""
    parts = parse_url(uri)
    return None if not parts.host or proxy_bypass(parts.netloc or parts.host) else getproxies().get(parts.scheme or "")


def proxy_manager(url: str, **settings: Any) -> urllib3.ProxyManager:
    """Connections through a proxy, with the name and password in its URL."""
    auth = parse_url(url).auth
    headers = make_headers(proxy_basic_auth=unquote(auth)) if auth else None
    return urllib3.ProxyManager(url, proxy_headers=headers, **settings)
