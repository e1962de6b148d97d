"""Credentials for kopf's watches: the same that our own client has."""

from kopf import ConnectionInfo
from kubernetes.aio.client.configuration import Configuration


async def connection(configuration: Configuration) -> ConnectionInfo:
    """From the client's configuration; kopf asks again when a token has expired."""
    if configuration.refresh_api_key_hook:
        configuration.refresh_api_key_hook(configuration)
    scheme, _, token = configuration.api_key.get("BearerToken", "").partition(" ")
    return ConnectionInfo(
        server=configuration.host,
        ca_path=configuration.ssl_ca_cert,
        ca_data=configuration.ca_cert_data,
        certificate_path=configuration.cert_file,
        private_key_path=configuration.key_file,
        scheme=scheme.capitalize() or None,
        token=token or None,
    )
