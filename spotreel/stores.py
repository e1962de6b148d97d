"""Stores as a desk reaches them: a VideoJob's endpoint, with the keys of this environment."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, PartialCredentialsError

from job_runner.errors import RunnerError
from job_runner.workspace.clients import Clients
from job_runner.workspace.reach import EVERYTHING
from job_runner.workspace.s3 import S3Calls
from job_runner.workspace.store import Missing
from spotreel.errors import StoreError
from videojob_api.exit_codes import ExitCode
from videojob_api.inputs import Storage

PATIENCE = 3.0
"""Seconds for which a refusal is tried again: somebody waits."""
_NO_KEYS = "no credentials for the store: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"


def calls_of(spec: dict[str, Any]) -> S3Calls:
    """Of the store of a VideoJob's `spec`; without `storage` there, of the environment's (AWS_ENDPOINT_URL)."""
    storage = Storage.model_validate(spec["storage"]) if spec.get("storage") else None
    with store_words():
        return Clients(storage, None, PATIENCE, EVERYTHING).of(None)


@contextmanager
def store_words() -> Iterator[None]:
    """Raises StoreError for what a store does not do."""
    try:
        yield
    except RunnerError as error:
        missing = isinstance(error.__cause__, NoCredentialsError | PartialCredentialsError)
        raise StoreError(_NO_KEYS if missing else str(error), error.code) from error
    except Missing as error:
        raise StoreError(f"there is no {error}", ExitCode.INPUT_NOT_FOUND) from error
    except (BotoCoreError, ClientError) as error:
        raise StoreError(f"the store cannot be used: {error}", ExitCode.STORE_UNREACHABLE) from error
