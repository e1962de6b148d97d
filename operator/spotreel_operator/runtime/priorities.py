"""PriorityClasses, by which jobs stand in line."""

from spotreel_operator.runtime.api import ApiError, Kind
from spotreel_operator.runtime.lists import Pages

PRIORITIES = Kind("/apis/scheduling.k8s.io/v1", "priorityclasses", namespaced=False)


async def priorities(api: Pages) -> dict[str, int]:
    """Their values by name; none where the operator may not read them: then all jobs have the same."""
    found: dict[str, int] = {}
    try:
        async for page, _ in api.pages(PRIORITIES):
            found |= {body["metadata"]["name"]: int(body.get("value") or 0) for body in page}
    except ApiError as error:
        if error.status not in (403, 404):
            raise
    return found
