"""`spotreel probe`: what the runner sees in a file."""

from collections.abc import Callable, Iterator
from functools import partial
from math import inf
from pathlib import Path

from job_runner.cli.progress import size
from job_runner.cli.say import complain, say, say_json
from job_runner.cli.shortcuts import as_uri
from job_runner.errors import RunnerError
from job_runner.in_hand import file_in_hand, looking_at
from job_runner.inputs import media_facts
from job_runner.isolated import isolated
from job_runner.media.inspect import Damage, DamageHeard, damage, damage_heard
from job_runner.plan.clock_notes import notes_on_rate
from job_runner.plan.extras import extras_words
from job_runner.plan.facts import AudioFacts, ColorTags, InputFacts, VideoFacts
from job_runner.second_try import crash_words
from job_runner.session import on_stop
from job_runner.stop import Stop
from job_runner.supervise import CRASHES
from job_runner.workspace.places import Places
from videojob_api.exit_codes import ExitCode
from videojob_api.inputs import Input
from videojob_api.values import format_duration

_PRIMARIES = {1: "bt709", 5: "bt470bg", 6: "smpte170m", 9: "bt2020"}
_TRANSFER = {1: "bt709", 6: "smpte170m", 14: "bt2020-10", 16: "PQ (HDR10)", 18: "HLG"}
_RANGE = {1: "limited", 2: "full"}


def probe(files: list[str], quick: bool, as_json: bool, crash: int = 0) -> int:
    """The first problem's exit code; every file is looked at.

    After a `crash` those that are left are looked at, from the one that was in hand on, each in a process of its own.
    """
    begin, stop = (file_in_hand(), Stop(grace=0)) if crash else (0, None)
    if stop:
        on_stop(stop.request)
    codes = list(_codes(files, begin, stop, partial(_one, quick=quick, as_json=as_json), as_json))
    return next((code for code in codes if code), ExitCode.OK)


def _codes(files: list[str], begin: int, stop: Stop | None, look: Callable[[str], int], as_json: bool) -> Iterator[int]:
    """Of each file, in this process if nothing can `stop` it. After a stop no other is looked at."""
    for index, file in enumerate(files[begin:], begin):
        with looking_at(index):
            yield _alone(file, stop, look, as_json) if stop else look(file)
        if stop and stop.requested:
            return


def _alone(file: str, stop: Stop, look: Callable[[str], int], as_json: bool) -> int:
    code = isolated(lambda: look(file), inf, stop, silent=False)
    if code is None:
        return _say(file, "stopped while it was looked at", as_json, ExitCode.DISRUPTED)
    if -code in CRASHES:
        return _say(file, crash_words(Path(file).name, file, -code), as_json, ExitCode.INPUT_INVALID)
    return code if code >= 0 else 128 - code


def _one(file: str, quick: bool, as_json: bool) -> int:
    try:
        facts, found, heard = _look(file, quick)
    except RunnerError as error:
        return _say(file, str(error), as_json, error.code)
    if as_json:
        plain = {"damage": found, "soundDamage": heard}
        say_json(facts.plain() | {name: each.plain() if each else None for name, each in plain.items()})
    else:
        for line in lines(file, facts, found, heard):
            say(line)
    return ExitCode.OK


def _say(file: str, message: str, as_json: bool, code: ExitCode) -> ExitCode:
    say_json({"file": file, "message": message}) if as_json else complain(f"{file}: {message}")
    return code


def _look(file: str, quick: bool) -> tuple[InputFacts, Damage | None, DamageHeard | None]:
    name, places = Path(file).name, Places(None, None, patience=5)
    item = Input.model_construct(name=name, uri=as_uri(file), etag=None, storage=None, on_damage=None)
    version = places.version(item)
    media = places.open(item, version)
    facts = media_facts(item, version, media)
    video = facts.video
    # As a job says that takes its frame rate.
    notes = [*facts.notes, *(notes_on_rate(name, video) if video else [])]
    found = None if quick or video is None else damage(media.open(), video)
    heard = None if quick else damage_heard(media.open, facts)
    return facts.model_copy(update={"notes": notes}), found, heard


def lines(file: str, facts: InputFacts, found: Damage | None = None, heard: DamageHeard | None = None) -> list[str]:
    """Says what is in a file, a line a stream, for people."""
    length = facts.video.duration if facts.video else facts.audio.duration if facts.audio else None
    said = [f"{file}  {size(facts.size)}" + (f"  {format_duration(length)}" if length else "")]
    if facts.video:
        said.append(_video(facts.video, found))
    if facts.audio:
        said.append(_audio(facts.audio))
    if also := extras_words(facts.extras):
        said.append(f"  also    {', '.join(also)}")
    if found or heard:
        bad = [each.words() for each in (found, heard) if each and each.is_there]
        said.append(f"  damage  {'; '.join(bad) or 'none'}")
    return said + [f"  note    {note.message}" for note in facts.notes]


def _video(video: VideoFacts, found: Damage | None) -> str:
    width, height = video.display_size
    turned = _TURNED[video.orientation]
    wide = f", shown as {width}x{height}" if (width, height) != (video.width, video.height) else ""
    rate = f"{float(video.rate):.4g} fps" + (" variable" if found and found.variable else "")
    frames = f", {found.frames} frames" if found else ""
    kind = ", interlaced" if video.interlaced else ""
    return (
        f"  video   {video.codec} {video.width}x{video.height}{turned}{wide}, {video.pixel_format}, {rate}{frames}"
        f"{kind}, {_color(video.color)}"
    )


_TURNED = {
    1: "",
    2: ", mirrored",
    3: ", turned by 180°",
    4: ", mirrored and turned by 180°",
    5: ", mirrored and turned by 90° counter-clockwise",
    6: ", turned by 90° clockwise",
    7: ", mirrored and turned by 90° clockwise",
    8: ", turned by 90° counter-clockwise",
}
"""By EXIF's orientation: what brings it upright."""


def _color(color: ColorTags) -> str:
    known = (_PRIMARIES.get(color.primaries), _TRANSFER.get(color.transfer), _RANGE.get(color.range))
    said = list(dict.fromkeys(word for word in known if word))
    return "colour " + ("/".join(said) if said else "not tagged")


def _audio(audio: AudioFacts) -> str:
    return f"  sound   {audio.codec} {audio.rate} Hz {audio.layout}, {format_duration(audio.duration)}"
