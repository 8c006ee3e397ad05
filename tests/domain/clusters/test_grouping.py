"""Which messages come together as they come in, how surely, and in bounded room."""

from __future__ import annotations

import pytest

from tests.domain.clusters.known import SHIPPED, placed, reading
from webcare.domain.clusters import Grouping, grouping
from webcare.domain.clusters.index import MOST_POSTINGS, Index
from webcare.domain.clusters.likeness import likeness, weigh
from webcare.domain.clusters.weights import Weights

BIKE = "Will my bike travel on the new flight too?"
FIETS = "moet ik m'n fiets opnieuw aanmelden na het omboeken"


def test_the_same_question_in_two_languages_comes_together() -> None:
    first, second = placed(BIKE, FIETS)
    assert (first.is_new, second.is_new) == (True, False)
    assert first.cluster == second.cluster


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (BIKE, "Where can I rent a bike at the airport?"),
        (BIKE, "How much does it cost to bring a bike on a flight to Porto?"),
        ("When do I get my refund?", "Why was my refund rejected?"),
        ("How do I block my card?", "Can I choose another colour for my card?"),
        ("Wanneer komt mijn pakket?", "Wanneer komt de trein?"),
    ],
)
def test_the_same_words_about_another_matter_stay_apart(one: str, other: str) -> None:
    first, second = placed(one, other)
    assert first.cluster != second.cluster


def test_a_copy_is_sure_and_a_short_text_never_is() -> None:
    question = "My suitcase did not arrive in Malaga, how do I report the lost luggage?"
    assert placed(question, question)[1].is_sure
    short = placed("refund?", "refund?")
    assert short[0].cluster == short[1].cluster
    assert not short[1].is_sure


def test_a_text_that_tells_nothing_stays_alone() -> None:
    assert len({one.cluster for one in placed("???", "hello", "thanks!", "", "???")}) == 5


def test_a_question_amid_a_story_is_found() -> None:
    story = "We drove all night with the caravan and grandma sang. The hamster is fine. "
    first, second = placed("When will the power be back?", story + "When will the power be back?")
    assert first.cluster == second.cluster


def test_the_same_order_gives_the_same_clusters() -> None:
    texts = [BIKE, FIETS, "When do I get my refund?", "refund?", "Wanneer krijg ik mijn geld terug?"]
    assert placed(*texts) == placed(*texts)


def test_thresholds_can_be_moved() -> None:
    strict = Grouping(SHIPPED.kinds, suggest=0.99)
    assert strict.place(reading(BIKE)).cluster != strict.place(reading(FIETS)).cluster


def test_postings_and_clusters_stay_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grouping, "_MOST_CLUSTERS", 10)
    crowd = Grouping(SHIPPED.kinds, suggest=1.1)
    for _ in range(200):
        crowd.place(reading(BIKE))
    assert len(crowd._clusters) == 10
    assert max(map(len, crowd._index._postings.values())) <= MOST_POSTINGS


def test_a_forgotten_cluster_leaves_no_postings() -> None:
    index, features = Index(), weigh(reading(BIKE), Weights(SHIPPED.kinds))
    index.add(features, 1)
    index.forget(list(index._postings), 1)
    assert index.near(features) == []


def test_likeness_is_the_same_both_ways_and_bounded() -> None:
    weights = Weights(SHIPPED.kinds)
    one, other = weigh(reading(BIKE), weights), weigh(reading(FIETS), weights)
    assert likeness(one, other) == pytest.approx(likeness(other, one))
    assert 0 < likeness(one, other) < likeness(one, one) <= 1
