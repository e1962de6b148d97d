"""Detections as one JSON document in the format of the COCO data set, with a score for each annotation.

`images` are frames, whose id is their number, from 0; `categories` count from 1, as annotations do. Annotations come
first, so that nothing but the numbers of frames is held until the end.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from job_runner.results.about import About
from job_runner.results.detections import DetectionRow


def coco(rows: Iterable[DetectionRow], about: About) -> Iterator[bytes]:
    """The document, piece by piece. Its bytes depend on the arguments alone."""
    seen = _Seen(about)
    yield f'{{"info":{_json({"description": f"detections in {about.input}"})},\n"annotations":['.encode(
        errors="replace"
    )
    for number, row in enumerate(rows, 1):
        yield f"{',' if number > 1 else ''}\n{_json(seen.annotation(number, row))}".encode(errors="replace")
    yield f'],\n"categories":{_json(seen.categories())},\n"images":['.encode(errors="replace")
    for index, image in enumerate(seen.images()):
        yield f"{',' if index else ''}\n{_json(image)}".encode(errors="replace")
    yield b"]}\n"


class _Seen:
    """Labels and frames that have passed."""

    def __init__(self, about: About) -> None:
        self._about = about
        self._labels = {label: number for number, label in enumerate(dict.fromkeys(about.labels), 1)}
        self._frames = set(about.looked)

    def annotation(self, number: int, row: DetectionRow) -> dict[str, Any]:
        self._frames.add(row.frame)
        width, height = round(row.x2 - row.x1, 4), round(row.y2 - row.y1, 4)
        return {
            "id": number,
            "image_id": row.frame,
            "category_id": self._labels.setdefault(row.label, len(self._labels) + 1),
            "bbox": [row.x1, row.y1, width, height],
            "area": round(width * height, 4),
            "iscrowd": 0,
            "score": row.score,
        } | ({} if row.track is None else {"track_id": row.track})

    def categories(self) -> list[dict[str, Any]]:
        return [{"id": number, "name": label} for label, number in self._labels.items()]

    def images(self) -> Iterator[dict[str, Any]]:
        width, height = self._about.size
        for frame in sorted(self._frames):
            name = f"{self._about.input}/{frame:06d}.jpg"
            yield {"id": frame, "file_name": name, "width": width, "height": height}


def _json(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))
