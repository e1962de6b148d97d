"""Kubernetes Events as the operator hears them: those that were written so far, and those that a watch brings."""

import asyncio
from collections.abc import Callable
from typing import Any

from spotreel_operator.runtime.api import EVENTS
from spotreel_operator.runtime.lists import Pages

Object = dict[str, Any]
Put = Callable[[Object], None]


def see(event: Object, put: Put) -> None:
    """Hands on the Event of a watch event. That an Event has expired does not unsay it."""
    if event["type"] != "DELETED":
        put(event["object"])


async def said_so_far(api: Pages, namespace: str | None, fields: str, put: Put) -> str:
    """Hands on all that fit a field selector; gives the resourceVersion at which a watch goes on."""
    version = ""
    async for page, at in api.pages(EVENTS, namespace, fields=fields):
        version = at
        for event in page:
            put(event)
        await asyncio.sleep(0)
    return version
