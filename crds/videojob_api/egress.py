"""How runners reach what lies outside: authorities that they trust as well, and a proxy."""

from typing import Annotated
from urllib.parse import SplitResult, urlsplit

from pydantic import AfterValidator, Field, field_validator, model_validator

from videojob_api.model import Model
from videojob_api.pod_env import KeySelector, one_of

ALWAYS_DIRECT = ("localhost", "127.0.0.1", "169.254.169.254", "169.254.170.2", "169.254.170.23")
"""The machine itself, and where clouds hand out credentials: a proxy would hand out its own."""

VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")


class CABundle(Model):
    """Certificates (PEM) in a ConfigMap or Secret of the job's namespace."""

    config_map_key_ref: KeySelector | None = None
    secret_key_ref: KeySelector | None = None

    @model_validator(mode="after")
    def _one(self) -> "CABundle":
        one_of(self, ("config_map_key_ref", "secret_key_ref"))
        return self


def _proxy_url(value: str) -> str:
    parts = _split(value)
    if parts is None or parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError("a proxy is http://host:port or https://host:port")
    if "@" in parts.netloc:
        raise ValueError(
            "a password does not belong into a ConfigMap: leave `proxy` out and set HTTPS_PROXY and NO_PROXY in "
            "podTemplate.env, by valueFrom.secretKeyRef"
        )
    return value


def _split(value: str) -> SplitResult | None:
    """Its parts, if it has a scheme, a host and, where it has a port, one that is a number."""
    try:
        parts = urlsplit(value)
        whole = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        return None
    return parts if whole else None


ProxyURL = Annotated[str, AfterValidator(_proxy_url)]


class Proxy(Model):
    """As OpenShift's. Reports to the operator never go through it, nor does what clouds hand credentials out by."""

    http_proxy: Annotated[ProxyURL | None, Field(description="For http://.")] = None
    https_proxy: Annotated[ProxyURL | None, Field(description="For https://.")] = None
    no_proxy: Annotated[
        str | None,
        Field(
            description="Hosts and endings of hosts that are reached without it: .svc,.corp.example,s3.corp.example."
        ),
    ] = None

    @field_validator("no_proxy")
    @classmethod
    def _hosts(cls, value: str | None) -> str | None:
        if ranges := [entry for entry in (value or "").split(",") if "/" in entry]:
            raise ValueError(f"{ranges[0].strip()} is no host: runners know hosts and endings of hosts, no ranges")
        return value

    @model_validator(mode="after")
    def _leads_somewhere(self) -> "Proxy":
        if self.http_proxy is None and self.https_proxy is None:
            raise ValueError("set httpProxy, httpsProxy or both")
        return self

    def variables(self) -> dict[str, str]:
        """The environment that says so."""
        direct = [entry.strip() for entry in (self.no_proxy or "").split(",") if entry.strip()]
        values = (self.http_proxy, self.https_proxy, ",".join(dict.fromkeys([*direct, *ALWAYS_DIRECT])))
        return {name: value for name, value in zip(VARIABLES, values, strict=True) if value}
