"""What status keeps of lanes, written and read back."""

from hypothesis import given
from hypothesis import strategies as st

from spotreel_operator.state.lane_records import SHOWN, LaneRecord, attempts_of, lane_records, recorded, shown
from tests.unit.operator.histories import A1, A2, attempt, lost, status_with
from videojob_api.attempt_names import JOIN, attempt_name
from videojob_api.status import RECORD_BYTES, Attempt, Budget, Counts, ShardsStatus, Spent, VideoJobStatus

UID = "12345678-aaaa-bbbb-cccc-1234567890ab"


def own(lane: int, number: int) -> Attempt:
    return attempt(attempt_name("reel", UID, number, lane))


def test_one_lane_stands_in_the_open() -> None:
    status = status_with(lost(), attempt(A2))
    assert lane_records(status) == (LaneRecord(0, Counts(attempts=2), (lost(), attempt(A2))),)
    assert attempts_of(status) == (lost(), attempt(A2))
    assert lane_records(VideoJobStatus()) == (LaneRecord(0, Counts()),)


lanes = st.builds(
    lambda lane, attempts, crashes: LaneRecord(
        lane,
        Counts(attempts=attempts, crashes=crashes, budget=Budget(crashes=crashes), spent=Spent(total="0.25")),
        tuple(own(lane, n) for n in range(1, min(3, attempts) + 1)),
    ),
    st.integers(0, JOIN), st.integers(0, 500), st.integers(0, 9),
)  # fmt: skip


@given(st.lists(lanes, min_size=1, max_size=8, unique_by=lambda record: record.lane))
def test_several_lanes_come_back_as_they_were(records: list[LaneRecord]) -> None:
    shards = recorded(records, ShardsStatus(total=4))
    status = VideoJobStatus(shards=shards, attempts=[lost()])
    assert list(lane_records(VideoJobStatus.model_validate(status.plain()))) == records


def test_a_record_that_cannot_be_read_leaves_what_is_listed() -> None:
    """Numbers go on from the highest, so that no name is used twice."""
    listed = [own(0, 4), own(2, 7), own(2, 8), own(JOIN, 1)]
    for record in ("", "{", '{"lanes": 3}', '{"lanes": []}'):
        status = VideoJobStatus(shards=ShardsStatus(total=3, record=record), attempts=listed)
        found = {r.lane: (r.counts.attempts, len(r.attempts)) for r in lane_records(status)}
        assert found == {0: (4, 1), 2: (8, 2), JOIN: (1, 1)}


def test_people_are_shown_what_ended_last() -> None:
    running = [attempt(attempt_name("reel", UID, 2, lane), create_time="2026-01-01T12:05:00Z") for lane in range(40)]
    few = shown([lost(A1), *running])
    assert len(few) == SHOWN and few[0] == lost(A1)


def test_the_record_of_many_lanes_has_room_in_etcd() -> None:
    """Words are cut, and older attempts left out; counters and the latest attempt of each lane never are."""
    times = dict.fromkeys(
        ("create_time", "bind_time", "start_time", "render_time", "join_time", "notice_time"), "2026-01-01T12:00:00Z"
    )
    full = times | {"cost": "9" * 20} | dict.fromkeys(("tier", "zone", "instance_type", "capacity"), "x" * 63)
    spent = Spent(
        total="9" * 20, startup="9" * 20, lost="9" * 20, joined="9" * 20, on_demand="9" * 20, unpriced=["t" * 126] * 2
    )
    counts = Counts(attempts=9_999_999_999, crashes=100, spent=spent, budget=Budget(crashes=99, barren=99))
    attempts = tuple(
        own(0, n).model_copy(update={"message": "🎬" * 256, "node": "n" * 63, **full}) for n in range(1, 33)
    )
    lanes = [LaneRecord(lane, counts, attempts) for lane in range(JOIN + 1)]
    record = recorded(lanes, ShardsStatus(total=64)).record
    assert record and len(record) <= RECORD_BYTES and record.isascii()
    found = lane_records(VideoJobStatus(shards=ShardsStatus(total=64, record=record)))
    assert [r.counts for r in found] == [counts] * (JOIN + 1)
    assert all(r.attempts and r.attempts[-1].name == attempts[-1].name for r in found)


def test_lanes_of_a_status_without_a_record_are_told_by_names() -> None:
    """An operator of before, and its CRD, have left the attempts alone."""
    status = VideoJobStatus(attempts=[own(0, 2), own(1, 3)], counts=Counts(attempts=5))
    assert {r.lane: r.counts.attempts for r in lane_records(status)} == {0: 2, 1: 3}
