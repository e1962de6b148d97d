"""What is said of a job while somebody looks on."""

from job_runner.cli.cluster.following import Followed, end_lines
from tests.unit.runner.cluster.jobs import PLAN, RUNNING, SHA256, attempt, failed, running, succeeded, waiting


def test_the_line_is_that_of_render() -> None:
    followed = Followed(waiting())
    assert followed.text(None) == "reel  pending: no node yet"
    assert followed.text(14) == "reel  p…de yet"
    followed.put(running())
    assert followed.text(None) == "match.mp4 → reel.mp4   63%  5700/9000  118 fps 3.9x  19/30 segments  0:29 left"


def test_a_job_that_nobody_has_seen_yet() -> None:
    assert Followed(waiting(message="")).text(None) == "reel  pending: WaitingForCapacity"


def test_news_are_said_once_and_of_what_was_before_only_the_plan() -> None:
    followed = Followed(waiting())
    followed.put(running(attempts=[RUNNING]))
    assert followed.news() == ["plan  1080x1920 30 fps, 9000 frames, 30 segments, libx264"]
    lost = attempt(2, verdict="Disruption", reason="NodeLost")
    found = [{"name": "people", "windows": 5, "total": 5, "detections": 312}]
    followed.put(running(attempts=[lost, attempt(3)], analyses=found))
    assert followed.news() == ["people  312 detections", "attempt 0-2  spot-a10g n2  node lost"]
    assert followed.news() == []
    lost_before = Followed(running(plan=PLAN, attempts=[lost, RUNNING]))
    assert lost_before.news() == ["plan  1080x1920 30 fps, 9000 frames, 30 segments, libx264"]
    assert Followed(succeeded(plan=PLAN)).news() == []


def test_ends() -> None:
    done = f"done  s3://media/out/reel.mp4  48.2 MB  5m  9000 frames  sha256 {SHA256}"
    assert end_lines(succeeded()) == [f"{done}  76 s"]
    assert end_lines(succeeded(startTime=None)) == [done]
    rows = [{"analysis": "people", "uri": "s3://m/p.ndjson.gz", "rows": 312}]
    assert end_lines(succeeded(results=rows, outputs=[])) == ["rows  s3://m/p.ndjson.gz  312 of people"]
    assert end_lines(failed()) == ["reel failed (InputNotFound): there is no s3://media/match.mp4"]
