"""The largest specs of several kinds: each field that may be long is as long as its schema allows."""

from collections.abc import Callable
from typing import Any

Object = dict[str, Any]

LONG_TIMES = 20
_LONG = 0.12345678901234567
_LONGER = 0.000012345678901234567
"""Of as many digits as a double has."""


def keyframe(number: int, **more: Any) -> Object:
    time = f"{number}.{'0' * (31 - LONG_TIMES)}{'1' * (LONG_TIMES - 6)}s"
    return {"time": time, "left": _LONG, "top": _LONG, "width": _LONGER, "height": _LONGER, **more}


def _overlay(keyframes: int, **kind: Any) -> Object:
    return {"start": "0s", "keyframes": [keyframe(n, opacity=_LONG) for n in range(keyframes)], **kind}


def _spec(timeline: Object, **more: Any) -> Object:
    spec: Object = {
        "inputs": [{"uri": "s3://media/bikes.mp4"}],
        "outputs": [{"uri": "s3://media/out/large.mp4"}],
        **more,
    }
    return {**spec, "timeline": timeline} if timeline else spec


def ordinary_keyframes(count: int) -> Object:
    """As a face detector writes them, in tracks of 256."""
    keys = [
        {"time": f"{n / 10:.1f}s", "left": 0.1234, "top": 0.2345, "width": 0.0567, "height": 0.0789} for n in range(256)
    ]
    tracks = [keys[: min(256, count - first)] for first in range(0, count, 256)]
    return _spec({"overlays": [{"blur": {}, "keyframes": track} for track in tracks]})


def long_keyframes(count: int) -> Object:
    parts = [min(256, count - first) for first in range(0, count, 256)]
    return _spec({"overlays": [_overlay(part, blur={"radius": 0.1 + _LONGER, "feather": _LONG}) for part in parts]})


def framings(count: int) -> Object:
    keys = [keyframe(n) for n in range(20)]
    return _spec({"clips": [{"start": "1s", "speed": 1.2345678901234567, "framing": {"keyframes": keys}}] * count})


def texts(count: int) -> Object:
    words = {"content": '"\\' * 500, "language": "zh-Hans", "color": "#FFD400A0", "stroke": "fuchsia"}
    return _spec({"overlays": [{"text": words, "keyframes": [keyframe(0)]}] * min(128, count)})


def emoji(count: int) -> Object:
    return _spec({"overlays": [{"text": {"content": "🎬" * 1000}, "keyframes": [keyframe(0)]}] * min(128, count)})


def uris(count: int) -> Object:
    storage = {"endpoint": "\x01" * 512, "region": "\x02" * 64, "secretRef": {"name": "\x03" * 63}}
    plain: list[Object] = [{"name": f"n{n}", "uri": 's3://media/"' + "\\" * 2036} for n in range(count // 2)]
    full: list[Object] = [
        {"name": f"f{n}", "uri": "s3://media/a", "etag": '"' * 128, "storage": storage} for n in range(count // 2)
    ]
    clips = [{"input": item["name"]} for item in [*plain, *full][:256]] or [{}]
    return _spec({"clips": clips}, inputs=[*plain, *full] or [{"uri": "s3://media/bikes.mp4"}])


def paths(count: int) -> Object:
    """The workspace says the checkpoint's URI once more."""
    where = "s3://media/" + "🎬" * 2037
    video = {"encoder": "CPU", "encoderOptions": {f"{n}" + "é" * count: "\x01" * 128 for n in range(32)}}
    outputs = [{"uri": where, "video": {**video, "frameRate": "1" * 32}}]
    return _spec({}, outputs=outputs, checkpoint={"uri": where})


def elsewhere(count: int) -> Object:
    """What is in no order."""
    names = ["\x01" * 63] * 32
    tiers = [{"name": f"t{n}", "instanceTypes": names, "zones": names, "waitFor": "1h"} for n in range(8)]
    resources = {"limits": {f"{n}" + "é" * count: "\x01" * 32 for n in range(16)}}
    return _spec({}, placement={"tiers": tiers[: 1 + count // 200]}, resources=resources)


def classes(count: int) -> Object:
    """Names of a detector's classes."""
    looks = {"model": {"input": "main"}, "names": ['"' * 63] * min(1000, count), "labels": ["\\" * 63] * 64}
    kinds: list[Object] = [{"name": f"a{n}", "detect": looks} for n in range(1 + min(15, count // 60))]
    return _spec({}, analyses=kinds)


def results(count: int) -> Object:
    """More of them than of anything else are told apart by their URIs."""
    uris = ["s3://media/" + "🎬" * min(2037, count) + f"{n}" for n in range(16)]
    found = [{"analysis": "moving", "uri": uri} for uri in uris[: 1 + count // 100]]
    return _spec({}, analyses=[{"name": "moving", "motion": {}}], results=found, outputs=[{"uri": "s3://media/o"}])


KINDS: list[tuple[Callable[[int], Object], int]] = [
    (ordinary_keyframes, 2_500), (long_keyframes, 2_500), (framings, 256), (texts, 128), (emoji, 128),
    (uris, 256), (paths, 100_000), (elsewhere, 100_000),
    (classes, 1_000), (results, 2_037),
]  # fmt: skip
"""What makes them, and the number at which each is far too large."""
