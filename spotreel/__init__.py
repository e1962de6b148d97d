"""VideoJobs from Python: `from spotreel import Client`, or `AsyncClient`. Extra `client`."""

from spotreel.async_client import AsyncClient
from spotreel.client import Client
from spotreel.errors import SpotreelError
from spotreel.job import Job

__all__ = ["AsyncClient", "Client", "Job", "SpotreelError"]
