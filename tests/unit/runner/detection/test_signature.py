"""A model's inputs and outputs, in words and over to another process."""

from job_runner.detection.signature import SHOWN, Signature, Tensor

SIGNATURE = Signature(
    (Tensor("images", "float32", (None, 3, 640, 640)),), (Tensor("output0", "float32", (1, 84, 8400)),), {"a": "ü"}
)


def test_in_words() -> None:
    assert SIGNATURE.words() == "inputs: images float32 (?, 3, 640, 640); outputs: output0 float32 (1, 84, 8400)"
    assert Signature((), ()).words() == "inputs: none; outputs: none"


def test_many_outputs_are_not_all_shown() -> None:
    many = Signature((), tuple(Tensor(f"o{n}", "float32", (1,)) for n in range(SHOWN + 5)))
    assert many.words().endswith("o11 float32 (1) and 5 more")


def test_text_is_read_again() -> None:
    assert Signature.parsed(SIGNATURE.text()) == SIGNATURE
