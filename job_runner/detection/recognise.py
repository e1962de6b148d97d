"""Which format a model's outputs have."""

from job_runner.detection.formats import FORMATS
from job_runner.detection.known import Format, Known
from job_runner.errors import InputInvalid


def recognise(known: Known, model: str, wanted: str | None = None, signature: str = "") -> Format:
    """The format that is `wanted`, or the only one that these outputs tell.

    Raises InputInvalid, with the model's `signature` in words and the names there are to choose from.
    """
    if wanted is not None:
        return _named(known, model, wanted, signature)
    possible = [each for each in FORMATS.values() if _fits(each, known)]
    likely = [each for each in possible if each.tells(known)]
    if len(likely) == 1:
        return likely[0]
    if possible:
        names = ", ".join(each.name for each in (likely or possible))
        raise InputInvalid(
            f"model {model}: its outputs could be {names}; say which (--format), or give the names of its "
            f"classes (--names), which may tell. It has {signature}"
        )
    raise InputInvalid(
        f"model {model}: its outputs are those of no detector known here. It has {signature}. {choice()}"
    )


def _named(known: Known, model: str, wanted: str, signature: str) -> Format:
    found = FORMATS.get(wanted)
    if found is None:
        raise InputInvalid(f"model {model}: there is no format {wanted}. {choice()}")
    if not _fits(found, known):
        raise InputInvalid(f"model {model}: its outputs are not {wanted}, {found.about}. It has {signature}")
    return found


def _fits(found: Format, known: Known) -> bool:
    return bool(known.outputs) and found.fits(known)


def choice() -> str:
    """The formats, for people."""
    return "Formats: " + "; ".join(f"{each.name} {each.about}" for each in FORMATS.values())
