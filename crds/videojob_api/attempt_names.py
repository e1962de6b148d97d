"""Names of attempts, made and read in one place. A name is no proof: anybody may copy a Job and call it so."""

import re

_NUMBER = re.compile(r"[1-9][0-9]{0,9}")


def attempt_name(videojob: str, uid: str, number: int, shard: int = 0) -> str:
    """At most 63 characters for VideoJob names of at most 40: it becomes a label and a pod's prefix."""
    return f"{videojob}-{uid.replace('-', '')[:5]}-{shard}-{number}"


def attempt_number(videojob: str, uid: str, name: str) -> int | None:
    """From 1 on; None if this is not the name of an attempt of this VideoJob, whatever it is."""
    number = number_at_end(name)
    return number if number and name == attempt_name(videojob, uid, number) else None


def number_at_end(name: str) -> int:
    """Of the name of some attempt; 0 if there is none."""
    end = name.rpartition("-")[2]
    return int(end) if _NUMBER.fullmatch(end) else 0
