from spotreel_operator.app import buckets
from spotreel_operator.app.buckets import Bucket, Buckets


def test_a_burst_and_then_the_rate() -> None:
    bucket = Bucket(rate=2, burst=3)
    assert [bucket.take(10.0) for _ in range(3)] == [0, 0, 0]
    assert bucket.take(10.0) == 0.5
    assert bucket.take(10.25) == 0.25, "asking in vain costs nothing"
    assert bucket.take(10.5) == 0
    assert bucket.take(10.5) == 0.5


def test_no_more_than_the_burst_is_saved_up() -> None:
    bucket = Bucket(rate=2, burst=3)
    assert [bool(bucket.take(1e6)) for _ in range(4)] == [False, False, False, True]


def test_each_key_has_its_own_and_their_number_is_bounded() -> None:
    many = Buckets(rate=1, burst=1)
    assert not many.take("a", 0) and many.take("a", 0)
    assert not many.take("b", 0)
    for n in range(buckets.MAX_KEYS):
        many.take(n, 0)
    assert len(many._buckets) == buckets.MAX_KEYS
    assert not many.take("a", 0), "forgotten, so it begins anew"
