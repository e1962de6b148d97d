"""A good VideoJob and the ways to spoil it: one table for `spotreel validate` and for the API server."""

import copy
from typing import Any

Object = dict[str, Any]

BOX = {"left": 0.1, "top": 0.1, "width": 0.2, "height": 0.3}

GOOD: Object = {
    "inputs": [
        {"name": "a", "uri": "s3://media/a.mp4", "onDamage": "Fail"},
        {"name": "b", "uri": "https://example.com/b.mov"},
        {"name": "logo", "uri": "s3://media/logo.png"},
        {"name": "music", "uri": "s3://media/theme.m4a"},
        {"name": "font", "uri": "s3://media/brand.ttf"},
        {"name": "model", "uri": "s3://models/people.onnx"},
    ],
    "analyses": [
        {"name": "moving", "input": "a", "motion": {"threshold": 0.01, "minMoving": "400ms", "maxStill": "1s"}},
        {"name": "loud", "input": "a", "loudness": {"above": "6dB", "window": "10s", "minLoud": "200ms"}},
        {
            "name": "people",
            "input": "a",
            "every": 3,
            "detect": {
                "model": {"input": "model"},
                "labels": ["player", "ball"],
                "minScore": 0.5,
                "iou": 0.4,
                "format": "YOLOv8",
                "size": {"width": 640, "height": 640},
                "track": {"maxGap": "2s"},
            },
        },
        {
            "name": "engine",
            "input": "b",
            "remote": {
                "url": "grpcs://triton.ml.svc:8001",
                "model": "detector",
                "version": "3",
                "secretRef": {"name": "engine"},
            },
        },
    ],
    "timeline": {
        "fadeIn": {"duration": "500ms"},
        "fadeOut": {"duration": "1s", "color": "white"},
        "clips": [
            {"input": "a", "start": "1s", "end": "4s", "audio": {"gain": "-3dB"}},
            {
                "input": "b",
                "speed": 1,
                "transition": {"type": "Crossfade", "duration": "750ms"},
                "framing": {"background": "navy", "keyframes": [{"left": 0, "top": 0, "width": 1, "height": 1}]},
            },
        ],
        "overlays": [
            {"box": {"stroke": "#FFD400"}, "keyframes": [BOX]},
            {"spotlight": {}, "keyframes": [BOX]},
            {"ellipse": {"fill": "#FF000060"}, "keyframes": [BOX]},
            {"blur": {"shape": "Ellipse", "radius": 0.03}, "keyframes": [BOX]},
            {"pixelate": {"blockSize": 0.02}, "keyframes": [BOX]},
            {"text": {"content": "Final", "weight": "Bold", "font": {"input": "font"}}, "keyframes": [BOX]},
            {"image": {"input": "logo"}, "keyframes": [BOX]},
            {"blur": {}, "keyframesFrom": {"analysis": "people", "label": "player", "margin": 0.2, "hold": "500ms"}},
        ],
        "audio": {
            "mode": "Replace",
            "replace": {"input": "music", "start": "3s", "loop": True},
            "normalize": {"loudness": "-16LUFS", "truePeak": "-1.5dBTP"},
            "fadeOut": "1s",
        },
    },
    "outputs": [
        {
            "uri": "s3://media/out.mp4",
            "container": "mp4",
            "video": {"encoder": "CPU", "crf": 20, "frameRate": "30000/1001", "color": {"matrix": "bt709"}},
        }
    ],
    "results": [
        {"analysis": "people", "uri": "s3://media/out/people.ndjson.gz"},
        {"analysis": "engine", "uri": "s3://media/out/engine.txt", "format": "MOT", "ifExists": "Replace"},
        {"analysis": "moving", "sql": {"secretRef": {"name": "analytics"}, "table": "seen.event"}},
    ],
    "checkpoint": {"retain": "Never"},
    "placement": {"tiers": [{"name": "spot", "capacity": "Spot", "waitFor": "3m"}, {"name": "rest"}]},
}

# (path of the field to set, value, words of the message); a value of None removes the field.
BAD: list[tuple[str, Any, str]] = [
    ("timeline.clips.0.end", "500ms", "end must be later than start"),
    ("timeline.clips.0.input", "c", "a clip names an input that spec.inputs does not have"),
    ("timeline.clips.0.input", None, "with several inputs every clip needs input:"),
    ("timeline.overlays.0.end", "0s", "end must be later than start"),
    ("timeline.overlays.0.spotlight", {}, "set exactly one of box, ellipse, spotlight, blur, pixelate, text, image"),
    ("timeline.overlays.1.spotlight", None, "set exactly one of box, ellipse"),
    ("timeline.overlays.6.image.input", "nobody", "an image or font names an input that spec.inputs does not have"),
    ("timeline.overlays.5.text.font.input", "nobody", "an image or font names an input"),
    ("timeline.clips.0.transition", {"type": "Fade", "duration": "1s"}, "the first clip has nothing to cross from"),
    ("timeline.clips.1.transition.duration", "20ms", "a transition lasts from 40ms to 30s"),
    ("timeline.clips.1.transition.duration", "31s", "a transition lasts from 40ms to 30s"),
    ("timeline.clips.1.speed", 9, "speed is from 0.25"),
    ("timeline.overlays.5.text.language", "Chinese!", "language is a BCP 47 tag, such as ko or zh-Hans"),
    ("timeline.clips.1.speed", 0.1, "speed is from 0.25"),
    ("timeline.clips.0.audio.gain", "3", "gain is in decibels, such as -3dB"),
    ("timeline.audio.replace", None, "audio.replace goes with mode Replace, and only with it"),
    ("timeline.audio.mode", "Mute", "audio.replace goes with mode Replace, and only with it"),
    ("timeline.audio.replace.input", "nobody", "audio.replace names an input that spec.inputs does not have"),
    ("timeline.audio.normalize.loudness", "-80LUFS", "loudness is from -70LUFS to -5LUFS"),
    ("timeline.audio.normalize.truePeak", "3dBTP", "truePeak is from -9dBTP to 0dBTP"),
    ("outputs.0.video.frameRate", "passthrough", "frameRate passthrough needs exactly one clip"),
    ("timeline.overlays.0.box", {}, "set stroke, fill or both"),
    ("timeline.clips.1.framing.keyframes.0.left", 0.5, "the framing rectangle must lie inside the picture"),
    ("outputs.0.video.quality", "High", "set quality or crf, not both"),
    ("outputs.0.video.encoder", "Auto", "crf and encoderOptions mean different things to each encoder"),
    ("outputs.0.video.encoderOptions", {"threads": "4"}, "encoderOptions must not set threads"),
    ("outputs.0.video.encoderOptions", {"vbv-maxrate": "4000"}, "encoderOptions must not set threads"),
    ("outputs.0.video.encoderOptions", {"me": "hex:threads=4"}, "must not contain ':' or '='"),
    ("outputs.0.video.frameRate", "29.97", "frameRate is a whole number"),
    ("outputs.0.video.encoderOptions", {"frame-threads": "4"}, "encoderOptions must not set threads"),
    ("outputs.0.video.width", 641, "width and height must be even"),
    ("outputs.0.uri", "s3://media/a.mp4", "an output must not overwrite an input"),
    ("outputs.0.uri", "s3://media/out/", "an output is a file, not a folder: name it, such as s3://media/out/reel.mp4"),
    ("outputs.0.uri", "s3://media/", "an output is a file, not a folder: name it, such as s3://media/out/reel.mp4"),
    ("outputs.0.uri", "s3://media/out.MKV", "container and the ending of uri disagree"),
    ("outputs.0.container", "mov", "container and the ending of uri disagree"),
    ("outputs.0.uri", "s3://media/out.webm", "the file is made as mp4, mov or mkv: give its name that ending"),
    ("outputs", [{"uri": "s3://media/o.mov", "video": {"codec": "av1"}}], "mov cannot hold av1"),
    ("outputs", [{"uri": "s3://media/o", "container": "mov", "video": {"codec": "av1"}}], "mov cannot hold av1"),
    ("outputs.0.uri", "https://example.com/out.mp4", "write to s3://bucket/key or file:///path"),
    ("inputs.0.uri", "s3://media/{name}.mp4", "a URI is s3://bucket/key"),
    ("inputs.0.uri", "media/a.mp4", "a URI is s3://bucket/key"),
    ("placement.tiers.0.waitFor", "5s", "waitFor is at least 30s"),
    ("analyses.0.loudness", {}, "set exactly one of motion, loudness, detect, remote; motion: {} is enough"),
    ("analyses.0.motion", None, "set exactly one of motion, loudness, detect, remote; motion: {} is enough"),
    ("analyses.1.every", 3, "every goes with detect and remote: motion and loudness look at the whole input"),
    ("analyses.0.input", "nobody", "an analysis or its model names an input that spec.inputs does not have"),
    ("analyses.0.input", None, "with several inputs every analysis needs input:"),
    ("analyses.2.detect.model.input", "nobody", "an analysis or its model names an input that spec.inputs does not"),
    ("analyses.3.name", "far", "a result names an analysis that spec.analyses does not have"),
    ("analyses.2.name", "People", "not a name: write lower case letters"),
    ("analyses.1.loudness.above", "6", "above is in decibels, from 0dB to 99dB, such as 6dB"),
    ("analyses.1.loudness.above", "-6dB", "above is in decibels"),
    ("analyses.1.loudness.window", "0s", "window is from 1s to 1h"),
    ("analyses.1.loudness.window", "61m", "window is from 1s to 1h"),
    ("analyses.1.loudness.minLoud", "200", "not a time: write a number with a unit"),
    ("analyses.2.detect.labels.1", "ball\x1b[2J", "control characters are not allowed here"),
    ("analyses.3.remote.url", "https://triton.ml.svc:8001", "an engine is grpc://host:port, or grpcs://host:port"),
    ("analyses.3.remote.url", "grpc://triton.ml.svc", "an engine is grpc://host:port, or grpcs://host:port with TLS"),
    ("analyses.3.remote.url", "grpc://user:word@triton:8001", "an engine is grpc://host:port"),
    ("analyses.3.remote.model", "a model", "a model's name has letters, digits and any of _ . : / -"),
    ("analyses.3.remote.version", "3 beta", "a model's name has letters, digits"),
    ("analyses.3.remote.timeout", "500ms", "timeout is from 1s to 1h"),
    ("analyses.3.remote.secretRef.key", "../token", "not a key of a Secret: write letters, digits and any of - . _"),
    ("analyses.3.remote.secretRef.key", "..", "not a key of a Secret"),
    ("timeline.clipsFrom", {"analysis": "moving"}, "clips are listed, or found by an analysis: leave out clips or"),
    ("timeline.clips.0.framing", {"fit": "Cover"}, "set either keyframes, such as keyframes: [{left: 0.1"),
    (
        "timeline.clips.0.framing",
        {"fit": "Contain", "keyframesFrom": {"analysis": "people"}},
        "a crop that follows fills the output: leave out fit: Contain",
    ),
    ("timeline.clips.1.framing.keyframesFrom", {"analysis": "people"}, "set either keyframes, such as keyframes: ["),
    ("timeline.clips.1.framing.keyframes", None, "or keyframesFrom"),
    ("timeline.overlays.7.keyframes", [BOX], "set either keyframes, such as keyframes: [{left: 0.1"),
    ("timeline.overlays.7.keyframesFrom", None, "set either keyframes, such as keyframes: [{left: 0.1"),
    ("timeline.overlays.7.keyframesFrom.analysis", "nobody", "timeline names an analysis that spec.analyses does not"),
    ("timeline.overlays.7.keyframesFrom.hold", "1", "not a time: write a number with a unit"),
    ("results.0.uri", None, "set exactly one of uri, sql"),
    ("results.0.sql", {"secretRef": {"name": "db"}}, "set exactly one of uri, sql"),
    ("results.2.format", "COCO", "format is of a file: it goes with uri"),
    ("results.0.uri", "s3://media/out/", "a result is a file, not a folder: name it, such as s3://media/out/people"),
    ("results.0.uri", "s3://media/a.mp4", "a result must not overwrite an input or an output"),
    ("results.0.uri", "s3://media/out.mp4", "a result must not overwrite an input or an output"),
    ("results.0.uri", "https://example.com/r.json", "write to s3://bucket/key or file:///path"),
    ("results.0.analysis", "nobody", "a result names an analysis that spec.analyses does not have"),
    ("results.0.analysis", None, "(one without a name is called main)"),
    ("results.2.sql.table", "seen; drop table x", "a table is letters, digits and _, and may have a schema before a"),
    ("results.2.sql.table", "a.b.c", "a table is letters, digits and _"),
    ("results.2.sql.secretRef.key", "a/b", "not a key of a Secret"),
    ("outputs.0.audio", {"bitrate": "192"}, "bitrate is in kilobits per second"),
    ("inputs.0.etag", "a\x00b", "control characters are not allowed here"),
    ("inputs.0.uri", "s3://media/a\x1b[2K.mp4", "a URI is s3://bucket/key"),
    ("timeline.overlays.5.text.content", "Final\x1b[31m", "control characters are not allowed here"),
    ("deadline", "87601h", "a deadline is at most 87600h, ten years"),
    ("deadline", "99999999999999h", "a deadline is at most 87600h, ten years"),
]


CUT = {
    "padding": {"before": "1s"},
    "mergeGap": "2s",
    "maxTotal": "1m",
    "transition": {"type": "Crossfade", "duration": "300ms"},
}
"""What clips that are found may have, beside whose they are."""

FOUND: list[Object] = [
    {"clipsFrom": {"analysis": "moving"}},
    {"clipsFrom": {"any": ["moving", "loud"], **CUT}},
    {"clipsFrom": {"all": ["moving", "people"], "audio": {"gain": "-3dB"}, "minDuration": "500ms"}},
    {"clipsFrom": {"analysis": "people", "framing": {"keyframesFrom": {"analysis": "people", "height": 0.5}}}},
    {"clips": [{"input": "a", "framing": {"keyframesFrom": {"analysis": "people", "smooth": "2s"}}}]},
    {
        "overlays": [
            {
                "text": {"content": "{label} {track}"},
                "keyframesFrom": {"analysis": "people", "place": "Above", "smooth": "0s", "minDuration": "1s"},
            }
        ]
    },
]
"""Timelines that analyses shape."""

NOT_FOUND: list[tuple[Object, str]] = [
    ({"clipsFrom": {}}, "set exactly one of analysis, any, all"),
    ({"clipsFrom": {"analysis": "moving", "any": ["moving", "loud"]}}, "set exactly one of analysis, any, all"),
    ({"clipsFrom": {"any": ["moving", "nobody"]}}, "timeline names an analysis that spec.analyses does not have"),
    ({"clipsFrom": {"all": ["nobody", "moving"]}}, "timeline names an analysis that spec.analyses does not have"),
    (
        {"clipsFrom": {"analysis": "moving", "transition": {"type": "Fade", "duration": "1m"}}},
        "a transition lasts from 40ms to 30s",
    ),
    ({"clipsFrom": {"analysis": "moving", "framing": {}}}, "set either keyframes"),
    ({"clipsFrom": {"analysis": "moving", "padding": {"after": "3"}}}, "not a time: write a number with a unit"),
]
"""Timelines that are refused, with words of the message."""


def shaped(timeline: Object) -> Object:
    """GOOD with another timeline, and an output whose aspect is known."""
    outputs = [{"uri": "s3://media/out.mp4", "video": {"width": 1080, "height": 1920}}]
    return {**GOOD, "timeline": timeline, "outputs": outputs}


LOOKED: Object = {key: GOOD[key] for key in ("inputs", "analyses", "results")}
"""A job that only looks."""

NOT_LOOKED: list[tuple[Object, str]] = [
    (
        {**LOOKED, "results": None},
        "set outputs, such as outputs: [{uri: s3://media/out/reel.mp4}], results of analyses",
    ),
    (
        {**LOOKED, "timeline": {"clips": [{"input": "a"}]}},
        "timeline is what outputs show: leave it out, or set outputs",
    ),
    ({**LOOKED, "analyses": None}, "a result names an analysis that spec.analyses does not have"),
    (
        {**LOOKED, "outputs": [{"uri": "s3://m/o.mp4", "video": {"frameRate": "passthrough"}}]},
        "frameRate passthrough needs exactly one clip",
    ),
]
"""Jobs that are refused, with words of the message."""


def spoiled(path: str, value: Any) -> Object:
    """GOOD with one field changed."""
    spec = copy.deepcopy(GOOD)
    node: Any = spec
    *way, last = path.split(".")
    for step in way:
        node = node[int(step)] if step.isdigit() else node[step]
    key = int(last) if last.isdigit() else last
    if value is None:
        del node[key]
    else:
        node[key] = value
    return spec


def videojob(spec: Object, name: str = "checked") -> Object:
    """The whole object."""
    return {"apiVersion": "spotreel.dev/v1alpha1", "kind": "VideoJob", "metadata": {"name": name}, "spec": spec}
