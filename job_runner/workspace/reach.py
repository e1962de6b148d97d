"""What a runner may reach. The operator has checked it too; a runner trusts its own eyes."""

from dataclasses import dataclass

from job_runner.errors import ConfigInvalid
from videojob_api.values import is_allowed


@dataclass(frozen=True)
class Reach:
    """None means anything. In a pod there are no files of the user's, but there are the pod's tokens and Secrets."""

    uris: list[str] | None
    endpoints: list[str] | None
    files: bool

    @property
    def redirects(self) -> bool:
        """Where the platform says what may be read, a redirect must not lead elsewhere."""
        return self.uris is None

    def check(self, uri: str) -> None:
        """Raises ConfigInvalid."""
        if uri.startswith("file:") and not self.files:
            raise ConfigInvalid(f"{uri}: local files are for `spotreel render`; in a cluster use s3:// or https://")
        if self.uris is not None and not is_allowed(uri, self.uris):
            raise ConfigInvalid(f"{uri} is not below any of the URIs this platform allows")

    def check_endpoint(self, endpoint: str | None) -> None:
        """Raises ConfigInvalid. None is AWS, "" in the list."""
        if self.endpoints is not None and (endpoint or "") not in self.endpoints:
            raise ConfigInvalid(f"storage endpoint {endpoint or '(AWS)'} is none of those this platform allows")


EVERYTHING = Reach(None, None, True)
