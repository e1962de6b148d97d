"""Units of coded video, cut out of packets."""

from job_runner.media.units import by_lengths, by_start_codes, nal_units, obus, set_units


def test_lengths_before_units() -> None:
    data = memoryview(b"\0\0\0\2ab\0\0\0\1c")
    assert [bytes(unit) for unit in by_lengths(data, 4)] == [b"ab", b"c"]
    assert [bytes(unit) for unit in by_lengths(memoryview(b"\0\2ab\0\1c"), 2)] == [b"ab", b"c"]


def test_a_unit_that_is_cut_off_is_left_out() -> None:
    assert [bytes(unit) for unit in by_lengths(memoryview(b"\0\0\0\1a\0\0\0\7b"), 4)] == [b"a"]
    assert not list(by_lengths(memoryview(b"\0\0\0\0\0\0\0\0"), 4)), "and one without content ends it"


def test_start_codes_of_three_and_four_bytes() -> None:
    data = memoryview(b"\0\0\0\1ab\0\0\1c\0\0\1")
    assert [bytes(unit) for unit in by_start_codes(data)] == [b"ab", b"c"]


def test_the_box_says_how_long_lengths_are() -> None:
    avcc = bytes([1, 100, 0, 40, 0xFC | 1])
    assert [bytes(unit) for unit in nal_units(avcc, 4)(memoryview(b"\0\1a"))] == [b"a"]
    for none in (None, b"", b"\0\0\0\1g", b"\1"):
        assert [bytes(unit) for unit in nal_units(none, 4)(memoryview(b"\0\0\1a"))] == [b"a"]


def test_open_bitstream_units() -> None:
    sized = bytes([1 << 3 | 2, 2]) + b"ab" + bytes([6 << 3 | 4 | 2, 0, 0x81, 0x01]) + bytes(129)
    assert [(kind, len(content)) for kind, content in obus(memoryview(sized))] == [(1, 2), (6, 129)]
    assert [(kind, bytes(content)) for kind, content in obus(memoryview(bytes([6 << 3]) + b"rest"))] == [(6, b"rest")]
    assert list(obus(memoryview(bytes([6 << 3 | 2, 0x80])))), "a length without end ends it"


def test_sets_of_an_hvcc_box() -> None:
    arrays = bytes([0x80 | 32, 0, 1, 0, 1]) + b"v" + bytes([0x80 | 33, 0, 2, 0, 2]) + b"s1" + bytes([0, 2]) + b"s2"
    box = bytes([1]) + bytes(21) + bytes([2]) + arrays
    assert [bytes(unit) for unit in set_units(box, 33)] == [b"s1", b"s2"]
    assert [bytes(unit) for unit in set_units(b"\0\0\1" + bytes([33 << 1, 1, 2]), 33)] == [bytes([33 << 1, 1, 2])]
    assert not list(set_units(None, 33))
