"""Files of torch.export, told from other archives before torch is there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from job_runner.engines import onnx_file
from job_runner.engines.pt2_file import check_pt2, is_pt2, metadata_of
from job_runner.errors import InputInvalid
from tests.unit.runner.models import bright_model
from tests.unit.runner.programs import archive, sealed


def test_it_is_known_by_what_it_says_whatever_its_folder_is_called() -> None:
    assert is_pt2(sealed())
    assert is_pt2(archive({"archive_format": "pt2"}, "people/"))


@pytest.mark.parametrize(
    "data",
    [
        b"", b"PK\x03\x04", sealed()[:-30], bright_model(),
        archive({"data.pkl": "", "version": "3"}),
        archive({"data.pkl": "", "constants.pkl": "", "code/__torch__.py": "", "version": "3"}),
        archive({"archive_format": "pt3"}), archive({"archive_format": "pt2" * 1000}),
        archive({"archive_format": "pt2"}, ""),
    ],
    ids=["nothing", "begin", "part", "onnx", "weights", "torchscript", "other", "long", "without a folder"],
)  # fmt: skip
def test_nothing_else_is_one(data: bytes) -> None:
    assert not is_pt2(data)


def test_one_without_a_program_is_refused() -> None:
    check_pt2(sealed(), "m.pt2")
    with pytest.raises(InputInvalid, match=r"model m.pt2 is a .pt2 without a program .* torch.export.save"):
        check_pt2(archive({"archive_format": "pt2", "data/aotinductor/model/a.so": ""}), "m.pt2")


def test_a_large_one_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onnx_file, "MAX_BYTES", 100)
    with pytest.raises(InputInvalid, match=r"m.pt2 has [\d,]+ bytes; at most 100 are possible"):
        check_pt2(sealed(), "m.pt2")


def test_texts_beside_the_program_are_its_metadata() -> None:
    texts = {"extra/names.json": '["lamp"]', "extra/note": "\u00e9", "extra/below/names": "x", "models/names": "x"}
    assert metadata_of(archive(texts)) == {"names": '["lamp"]', "note": "\u00e9"}


@given(st.integers(0, len(sealed()) - 1), st.integers(0, 255))
def test_a_spoilt_byte_gives_an_answer(at: int, value: int) -> None:
    spoilt = sealed()[:at] + bytes([value]) + sealed()[at + 1 :]
    assert is_pt2(spoilt) in (True, False)
