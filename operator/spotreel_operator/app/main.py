"""The command `spotreel-operator`."""

import asyncio
import logging
import sys

from spotreel_operator.app.settings import parse_settings
from videojob_api.config import ConfigError
from videojob_api.exit_codes import ExitCode
from videojob_api.logs import start_logging


def main() -> int:
    """0 after SIGTERM, 1 if the lease was lost, 78 if the configuration is wrong."""
    settings = parse_settings()
    start_logging(settings.log_format, settings.log_level)
    # It warns that it does not handle signals in its thread; we do.
    logging.getLogger("kopf._core.reactor.running").setLevel(logging.ERROR)
    from spotreel_operator.app.operator import serve

    try:
        return 0 if asyncio.run(serve(settings)) else 1
    except ConfigError as error:
        logging.getLogger(__name__).critical("%s", error)
        return ExitCode.CONFIG_INVALID


if __name__ == "__main__":
    sys.exit(main())
