"""Inputs of a VideoJob: files, and the stores that they lie in."""

from typing import Annotated, Literal

from pydantic import Field

from videojob_api.fields import MediaName, Name, Words
from videojob_api.model import Model
from videojob_api.uris import URI


class SecretRef(Model):
    """The Secret of a store: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and, for keys that expire, AWS_SESSION_TOKEN."""

    name: Annotated[Name, Field(description="Of the Secret: media-bucket.")]


class Storage(Model):
    """Where and how an object store is reached. Without a secret: the pod's own identity."""

    endpoint: (
        Annotated[
            str, Field(max_length=512, description="Of an S3-compatible store: https://s3.example.com. Default: AWS.")
        ]
        | None
    ) = None
    region: (
        Annotated[str, Field(max_length=64, description="Such as eu-central-1. Default: the pod's environment.")] | None
    ) = None
    secret_ref: Annotated[
        SecretRef | None,
        Field(
            description="A Secret of this namespace with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and with "
            "AWS_SESSION_TOKEN where they expire. Default: the pod's own identity."
        ),
    ] = None
    addressing_style: Annotated[
        Literal["path", "virtual"] | None,
        Field(
            description="Whether a bucket's name stands in the path or before the host's. Default: path with an "
            "endpoint, else AWS' own choice."
        ),
    ] = None
    checksums: Annotated[
        Literal["whenSupported", "whenRequired"] | None,
        Field(
            description="whenRequired for stores that refuse AWS' newer checksums: none where S3 needs none, and "
            "Content-MD5 where it does. Default: whenSupported."
        ),
    ] = None


class Input(Model):
    """A file, named once: media for clips and sound, a picture for an image, a font for text."""

    name: Annotated[MediaName, Field(description="By which clips and overlays call it; several need one each.")] = (
        "main"
    )
    uri: Annotated[
        URI,
        Field(
            description="Where it is: s3://media/match.mp4, https://example.com/a.mov; on a desk file:///home/me/a.mov."
        ),
    ]
    etag: (
        Annotated[
            Words, Field(max_length=128, description="Pins the version, another is refused. Default: that of the plan.")
        ]
        | None
    ) = None
    on_damage: (
        Annotated[
            Literal["Continue", "Fail"],
            Field(
                description="What cannot be decoded: shown as well as it can be, or the job's end. Default: the "
                "class's, else Continue."
            ),
        ]
        | None
    ) = None
    video_track: (
        Annotated[
            int,
            Field(ge=0, le=255, description="Of the file's video tracks, from 0, as ffmpeg's v:0. Default: the best."),
        ]
        | None
    ) = None
    audio_track: (
        Annotated[
            int,
            Field(ge=0, le=255, description="Of the file's sound tracks, from 0, as ffmpeg's a:0. Default: the best."),
        ]
        | None
    ) = None
    storage: Annotated[
        Storage | None, Field(description="Of this input alone. Default: spec.storage, else the class's.")
    ] = None
