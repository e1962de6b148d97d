"""Files that are not what they say: what a hostile video must not do."""

import io
import socket
import threading
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import pytest

from job_runner.errors import InputInvalid, SpecInvalid
from job_runner.media.probe import probe
from job_runner.media.untrusted import FORMATS, open_input
from job_runner.plan.plan import make_plan
from tests.unit.runner.media import facts_of, make_video, video_facts
from videojob_api.order import Work

Playlist = Callable[[str], str]


def hls(target: str) -> str:
    return f"#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{target}\n#EXT-X-ENDLIST\n"


def concat(target: str) -> str:
    return f"ffconcat version 1.0\nfile '{target}'\n"


def dash(target: str) -> str:
    return (
        '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" '
        'mediaPresentationDuration="PT1S">'
        f'<Period><AdaptationSet mimeType="video/mp4"><Representation id="1" bandwidth="1"><BaseURL>{target}</BaseURL>'
        "</Representation></AdaptationSet></Period></MPD>"
    )


def sdp(target: str) -> str:
    return (
        f"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\na=control:{target}\n"
    )


@pytest.mark.parametrize(("suffix", "playlist"), [("m3u8", hls), ("ffconcat", concat), ("mpd", dash), ("sdp", sdp)])
@pytest.mark.parametrize("as_file", [True, False])
def test_a_playlist_opens_nothing_else(tmp_path: Path, suffix: str, playlist: Playlist, as_file: bool) -> None:
    secret = make_video(tmp_path / "secret.mp4", frames=3)
    bait = tmp_path / f"bait.{suffix}"
    bait.write_text(playlist(secret.as_uri() if suffix == "m3u8" else str(secret)))
    with bait.open("rb", buffering=0) as file, pytest.raises(InputInvalid, match="not a media file"):
        probe(str(bait) if as_file else file, "bait")


def test_the_bait_is_one() -> None:
    """Without our limits FFmpeg does ask the address in a playlist: the test above can fail."""
    asked = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(5)
        threading.Thread(target=_accept, args=(server, asked), daemon=True).start()
        port = server.getsockname()[1]
        _open_unguarded(f"http://127.0.0.1:{port}/a.ts")
        assert asked.wait(5)


def _accept(server: socket.socket, asked: threading.Event) -> None:
    server.accept()
    asked.set()


def _open_unguarded(address: str) -> None:
    options = {"protocol_whitelist": "http,tcp", "allowed_extensions": "ALL", "extension_picky": "0"}
    with pytest.raises(av.error.FFmpegError):
        av.open(io.BytesIO(hls(address).encode()), "r", format="hls", options=options, timeout=2)


def test_a_picture_too_large_is_refused_before_it_takes_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = make_video(tmp_path / "big.mp4", frames=3)
    monkeypatch.setattr("job_runner.media.untrusted.MAX_PIXELS", 1000)
    with pytest.raises(InputInvalid, match=r"cannot be decoded|no frame|not a media file"):
        probe(str(path), "big")


def test_formats_are_ffmpegs_names() -> None:
    known = {name for entry in av.formats_available for name in entry.split(",")}
    assert set(FORMATS) <= known


def test_what_users_have_is_opened(tmp_path: Path) -> None:
    for suffix in ("mp4", "mkv", "ts", "mov"):
        assert open_input(str(make_video(tmp_path / f"a.{suffix}", frames=30))).streams.video


def test_years_of_video_are_refused(tmp_path: Path) -> None:
    """A time stamp is a number that somebody wrote: the plan must not believe it for ever."""
    path = make_video(tmp_path / "a.mp4", frames=3)
    facts = facts_of(path)
    forever = facts.model_copy(update={"video": video_facts(path).model_copy(update={"duration": Fraction(60 * 3600)})})
    work = {"inputs": [{"uri": path.as_uri()}], "outputs": [{"uri": "file:///tmp/out.mp4"}]}
    with pytest.raises(SpecInvalid, match="lasts 60h, 48h are the limit"):
        make_plan("t/t-1", Work.model_validate(work), {"main": forever}, "f", lambda *_: None)
