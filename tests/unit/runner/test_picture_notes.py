"""What is said of a picture that is not shown as its file asks."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from av.video.frame import VideoFrame

from job_runner.plan.picture_notes import picture_notes
from tests.unit.runner.jobs import order, run
from tests.unit.runner.media import make_video, video_facts


def webm(path: Path, alpha: bool) -> Path:
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream("libvpx-vp9", rate=25, options={"deadline": "realtime", "cpu-used": "8"})
        stream.width, stream.height, stream.pix_fmt = 96, 64, "yuva420p" if alpha else "yuv420p"
        if alpha:
            stream.metadata["alpha_mode"] = "1"
        for number in range(3):
            frame = VideoFrame.from_ndarray(np.full((64, 96, 4), 128, np.uint8), "rgba").reformat(format=stream.pix_fmt)
            frame.pts, frame.time_base = number, Fraction(1, 25)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


@pytest.mark.parametrize("alpha", [False, True])
def test_alpha_that_is_not_decoded(tmp_path: Path, alpha: bool) -> None:
    word = run(order(tmp_path, webm(tmp_path / "v.webm", alpha)))
    assert word.exit_code == 0, word.message
    said = [w.message for w in word.warnings if w.reason == "AlphaIgnored"]
    assert said == (["input main has alpha that vp9 is decoded without: what it hides is shown"] if alpha else [])


def test_nothing_to_say(tmp_path: Path) -> None:
    assert picture_notes("main", None) == []
    assert picture_notes("main", video_facts(make_video(tmp_path / "v.mp4", frames=2))) == []


def test_both_at_once(tmp_path: Path) -> None:
    facts = video_facts(make_video(tmp_path / "v.mp4", frames=2))
    said = picture_notes("main", facts.model_copy(update={"tilt": 12, "lost_alpha": True}))
    assert [w.reason for w in said] == ["OrientationIgnored", "AlphaIgnored"]
    assert "turned by 12° clockwise" in said[0].message
