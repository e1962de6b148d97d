"""kopf's watches have the credentials of our own client."""

from kubernetes.aio.client.configuration import Configuration

from spotreel_operator.app.login import connection


def configuration(**changes: object) -> Configuration:
    made = Configuration(host="https://10.0.0.1")
    for name, value in changes.items():
        setattr(made, name, value)
    return made


async def test_files_and_token_are_passed_on() -> None:
    given = configuration(ssl_ca_cert="/ca.crt", cert_file="/c.crt", key_file="/c.key")
    given.api_key["BearerToken"] = "bearer t0ken"
    made = await connection(given)
    assert (made.server, made.ca_path, made.certificate_path) == ("https://10.0.0.1", "/ca.crt", "/c.crt")
    assert (made.private_key_path, made.scheme, made.token) == ("/c.key", "Bearer", "t0ken")


async def test_without_a_token_there_is_no_scheme() -> None:
    made = await connection(configuration())
    assert (made.scheme, made.token) == (None, None)


async def test_a_token_that_is_renewed_is_read_anew() -> None:
    """One that kubelet writes into a file anew every hour, or that a command prints."""

    def renew(given: Configuration) -> None:
        given.api_key["BearerToken"] = "Bearer new"

    given = configuration(refresh_api_key_hook=renew)
    given.api_key["BearerToken"] = "Bearer old"
    assert (await connection(given)).token == "new"
