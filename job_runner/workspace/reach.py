"""What a runner may reach. The operator has checked it too; a runner trusts its own eyes."""

from dataclasses import dataclass

from job_runner.errors import ConfigInvalid
from videojob_api.uris import is_allowed, is_named


@dataclass(frozen=True)
class Reach:
    """None means anything. In a pod there are no files of the user's, but there are the pod's tokens and Secrets."""

    uris: list[str] | None
    endpoints: list[str] | None
    files: bool

    def allows(self, uri: str) -> bool:
        """Whether the platform lets jobs read and write a URI."""
        return self.uris is None or is_allowed(uri, self.uris)

    def at_any_address(self, uri: str) -> bool:
        """Whether a URI's host need not be public: on a desk, or where the platform has named it."""
        return self.files or is_named(uri, self.uris or ())

    def check(self, uri: str) -> None:
        """Raises ConfigInvalid for a URI that this runner may not touch."""
        if uri.startswith("file:") and not self.files:
            raise ConfigInvalid(f"{uri}: local files are for `spotreel render`; in a cluster use s3:// or https://")
        if not self.allows(uri):
            raise ConfigInvalid(f"{uri} is not below any of the URIs this platform allows")

    def check_endpoint(self, endpoint: str | None) -> None:
        """Raises ConfigInvalid. None is AWS, "" in the list."""
        if self.endpoints is not None and (endpoint or "") not in self.endpoints:
            raise ConfigInvalid(f"storage endpoint {endpoint or '(AWS)'} is none of those this platform allows")


EVERYTHING = Reach(None, None, True)
