"""How alike two messages are: rivals, contrasts, ways of asking."""

from __future__ import annotations

import pytest

from tests.domain.clusters.known import SHIPPED, reading
from webcare.domain.clusters.likeness import likeness, weigh
from webcare.domain.clusters.weights import Weights


def alike(one: str, other: str) -> float:
    weights = Weights(SHIPPED.kinds)
    return likeness(weigh(reading(one), weights), weigh(reading(other), weights))


@pytest.mark.parametrize(
    ("one", "rival", "other"),
    [
        ("Will my bike travel on the new flight?", "dog", "bike"),
        ("Meine Rechnung ist nicht angekommen", "Router", "Rechnung"),
        ("Ma valise est perdue", "endommagée", "perdue"),
    ],
)
def test_rivals_are_half_as_alike_at_most(one: str, rival: str, other: str) -> None:
    assert 0 < alike(one, one.replace(other, rival)) <= 0.5


def test_more_on_one_side_costs_less_than_something_else_on_both() -> None:
    plain = "When does my parcel arrive at the pickup point?"
    more = alike(plain, plain + " My neighbour asks too.")
    assert more > alike(plain + " The box is wet.", plain + " My neighbour asks too.")


def test_another_way_of_asking_makes_less_alike() -> None:
    assert alike("When do I get the refund?", "Why do I get the refund?") < alike(
        "When do I get the refund?", "How long does the refund take?"
    )


def test_nothing_in_common_is_nothing() -> None:
    assert alike("My suitcase is lost", "Der Strom ist weg") == 0
