from dataclasses import dataclass, field

from spotreel_operator.app.connections import Connections


@dataclass(eq=False)
class One:
    client: str
    aborted: list[str] = field(default_factory=list)

    def abort(self) -> None:
        self.aborted.append(self.client)


def test_so_many_of_one_client() -> None:
    refused: list[int] = []
    made = Connections(limit=10, per_client=2, refused=lambda: refused.append(1))
    mine = [One("a") for _ in range(3)]
    assert [made.admit(one, 0) for one in mine] == [True, True, False]
    assert made.admit(One("b"), 0) and len(made) == 3 and len(refused) == 1
    made.release(mine[0])
    made.release(mine[0])
    assert len(made) == 2 and made.admit(One("a"), 0)


def test_when_it_is_full_the_greediest_gives_way() -> None:
    made = Connections(limit=4, per_client=4)
    greedy = [One("greedy") for _ in range(4)]
    assert all(made.admit(one, 0) for one in greedy)
    assert made.admit(One("a"), 0) and made.admit(One("b"), 0)
    assert [len(one.aborted) for one in greedy] == [0, 0, 1, 1], "its newest"
    assert not made.admit(One("greedy"), 0), "it would only push itself out"
    assert len(made) == 4


def test_with_one_each_there_is_nobody_to_give_way() -> None:
    made = Connections(limit=2, per_client=2)
    assert made.admit(One("a"), 0) and made.admit(One("b"), 0) and not made.admit(One("c"), 0)


def test_so_many_new_ones_a_second() -> None:
    made = Connections(limit=1000, per_client=50)
    kept = 0
    for _ in range(200):
        one = One("a")
        if made.admit(one, 7.0):
            kept += 1
            made.release(one)
    assert kept == 50
    assert made.admit(One("b"), 7.0) and made.admit(One("a"), 8.0)
