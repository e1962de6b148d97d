"""Letters as people see them: grapheme clusters, where lines may break, and what of a text is drawn at all.

Clusters and line breaks are Unicode's (UAX 29 and 14), by way of `uniseg`.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain
from unicodedata import category, normalize

TEXT_STYLE, EMOJI_STYLE = "\ufe0e", "\ufe0f"
SOFT_HYPHEN = "\u00ad"
ELLIPSIS = "…"

Line = tuple[str, ...]
"""Grapheme clusters: none of them is ever broken."""

_BLANKS = re.compile(" {3,}")
_LINE_END = re.compile("\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")


def tidy(content: str) -> str:
    """Line ends are `\\n`, tabs blanks, accents on their letters (NFC); control characters are left out."""
    text = _LINE_END.sub("\n", normalize("NFC", content)).replace("\t", " ")
    return "".join(c for c in text if c == "\n" or category(c) not in ("Cc", "Cs"))


def clusters(text: str) -> Line:
    """The grapheme clusters: an emoji of seven characters is one of them, and so is a letter with its accents."""
    # Most jobs write nothing, and its tables take a tenth of a second.
    from uniseg.graphemecluster import grapheme_clusters

    return tuple(grapheme_clusters(text))


@lru_cache(maxsize=8)
def pieces(content: str) -> tuple[tuple[Line, ...], ...]:
    """Paragraphs of pieces between which a line may break; blanks are at the end of a piece."""
    return tuple(tuple(map(clusters, _breakable(paragraph))) for paragraph in tidy(content).split("\n"))


def _breakable(paragraph: str) -> list[str]:
    """The pieces as text. Korean, which has blanks, breaks at these; Unicode leaves that open."""
    found: list[str] = []
    for unit in _units(paragraph):
        if found and _hangul(found[-1][-1]) and _hangul(unit[0]):
            found[-1] += unit
        else:
            found.append(unit)
    return found


def _hangul(character: str) -> bool:
    return "\uac00" <= character <= "\ud7a3"


def _units(paragraph: str) -> Iterator[str]:
    """What `uniseg` says. Of many blanks it sees three: it takes a time that grows with their square."""
    from uniseg.linebreak import line_break_units

    runs = iter(_BLANKS.findall(paragraph))
    for unit in line_break_units(_BLANKS.sub("   ", paragraph)):
        yield _BLANKS.sub(lambda _: next(runs), unit)


def shown(line: Line) -> Line:
    """The line without blanks at its end; a soft hyphen is seen only where it ends a line."""
    end = len(line)
    while end and unseen(line[end - 1]) and not line[end - 1].startswith(SOFT_HYPHEN):
        end -= 1
    hyphen = ("-",) if end and line[end - 1] == SOFT_HYPHEN else ()
    return (*(c for c in line[:end] if c not in (SOFT_HYPHEN, "\u200b")), *hyphen)


def ignorable(character: str) -> bool:
    """Whether it only tells how others are written: joiners, variation selectors, marks of direction."""
    from uniseg.derived import default_ignorable_code_point

    return bool(default_ignorable_code_point(character))


@lru_cache(maxsize=4096)
def unseen(cluster: str) -> bool:
    """Whether it leaves no ink."""
    return all(c.isspace() or ignorable(c) for c in cluster)


@lru_cache(maxsize=4096)
def is_emoji(cluster: str) -> bool:
    """Whether it is to be seen in colour: by its nature, or because a variation selector says so."""
    from uniseg.emoji import emoji_presentation

    return TEXT_STYLE not in cluster and (EMOJI_STYLE in cluster or any(map(emoji_presentation, cluster)))


def letters(content: str) -> set[str]:
    """The clusters that leave ink, each once."""
    lines = chain.from_iterable(pieces(content))
    return {cluster for cluster in chain.from_iterable(lines) if not unseen(cluster)}
