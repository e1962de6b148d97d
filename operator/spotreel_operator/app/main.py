"""The command `spotreel-operator`."""

import asyncio
import logging
import sys

from pythonjsonlogger.json import JsonFormatter

from spotreel_operator.app.settings import parse_settings
from videojob_api.config import ConfigError
from videojob_api.names import ExitCode


def log_json() -> None:
    """One JSON object a line on standard output; kopf only when something is wrong."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonFormatter("{asctime}{levelname}{name}{message}", style="{"))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    logging.getLogger("kopf").setLevel(logging.WARNING)
    # It warns that it does not handle signals in its thread; we do.
    logging.getLogger("kopf._core.reactor.running").setLevel(logging.ERROR)


def main() -> int:
    """0 after SIGTERM, 1 if the lease was lost, 78 if the configuration is wrong."""
    settings = parse_settings()
    log_json()
    from spotreel_operator.app.operator import serve

    try:
        return 0 if asyncio.run(serve(settings)) else 1
    except ConfigError as error:
        logging.getLogger(__name__).critical("%s", error)
        return ExitCode.CONFIG_INVALID


if __name__ == "__main__":
    sys.exit(main())
