"""A job's resources over those of its class, amount by amount."""

from collections.abc import Iterator, Mapping

from videojob_api.quantity import parse_quantity
from videojob_api.spec import Quantity, Resources
from videojob_api.values import BadValueError

Amounts = Mapping[str, Quantity]


def unreadable(resources: Resources | None) -> Iterator[str]:
    """What of it Kubernetes would not read, in a sentence each: `limits.memory: '8GB' is not …`."""
    for part, amounts in (("limits", limits_of(resources)), ("requests", requests_of(resources))):
        for name, amount in amounts.items():
            try:
                parse_quantity(amount)
            except BadValueError as error:
                yield f"{field_of(part, name)}: {error}"


def field_of(part: str, name: str) -> str:
    """Gives the field as people write it: `limits.memory`, `limits[nvidia.com/gpu]`."""
    return f"{part}.{name}" if name.replace("-", "").isalnum() else f"{part}[{name}]"


def limits_of(resources: Resources | None) -> Amounts:
    """The limits; empty if there are none."""
    return (resources.limits if resources else None) or {}


def requests_of(resources: Resources | None) -> Amounts:
    """The requests as they are written; empty if there are none."""
    return (resources.requests if resources else None) or {}


def requested(resources: Resources | None) -> Amounts:
    """What the scheduler counts: a request that is not written is the limit."""
    return {**limits_of(resources), **requests_of(resources)}


def merged_resources(own: Resources | None, default: Resources | None) -> Resources | None:
    """The job's amounts, and the class's for what they leave out: no job gets rid of a limit by naming another.

    All quantities must be readable. A request of the class gives way to a limit of the job that is less, and Kubernetes
    wants request and limit of a device to be equal: then the one that the job names counts for both.
    """
    if own is None or default is None:
        return own or default
    asked, limited = requests_of(own), limits_of(own)
    kept = {n: a for n, a in requests_of(default).items() if n in asked or not _displaced(n, a, limited)}
    devices = {n: a for n, a in asked.items() if _is_device(n) and n not in limited}
    limits = {**limits_of(default), **devices, **limited}
    requests = {**kept, **asked}
    return Resources(limits=limits or None, requests=requests or None)


def _displaced(name: str, request: Quantity, limits: Amounts) -> bool:
    return name in limits and (_is_device(name) or parse_quantity(limits[name]) < parse_quantity(request))


def _is_device(name: str) -> bool:
    """Extended resources have a domain; huge pages are counted like them."""
    return "/" in name or name.startswith("hugepages-")
