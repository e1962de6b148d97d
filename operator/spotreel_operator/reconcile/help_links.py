"""Where to read on about a reason: the platform's own page, else the project's."""

from videojob_api.config import OperatorConfiguration
from videojob_api.names import HELP


def help_page(config: OperatorConfiguration | None) -> str:
    """The page that has an anchor for every reason."""
    return config.help_url if config else HELP


def help_at(page: str, reason: str) -> str:
    """What a message ends with: where the section about `reason` is on `page`."""
    return f"help: {page}#{reason.lower()}"
