"""One object: looked for, and made only if it is not there."""

from dataclasses import dataclass, field

from job_runner.targets.target import brought


@dataclass
class Counted:
    there: str | None
    made: list[str] = field(default_factory=list)

    def stored(self) -> str | None:
        return self.there

    def make(self) -> str:
        self.made.append("new")
        return "new"


def test_what_is_there_is_not_made() -> None:
    target = Counted("old")
    assert brought(target) == "old" and not target.made


def test_what_is_there_may_be_empty() -> None:
    target = Counted("")
    assert brought(target) == "" and not target.made


def test_what_is_missing_is_made_once() -> None:
    target = Counted(None)
    assert brought(target) == "new" and target.made == ["new"]
