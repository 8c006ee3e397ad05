"""A scope leaves out what it doesn't name, an empty one leaves out nothing, and unsure goes up."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webcare.domain.coverage import EVERYTHING, Coverage


def place(**values: Any) -> Any:
    return SimpleNamespace(**{"inbox_id": 1, "language": "nl", "labels": ["gold"], **values})


@pytest.mark.parametrize(
    ("coverage", "is_covered"),
    [
        (EVERYTHING, True),
        (Coverage(inboxes=(1, 2)), True),
        (Coverage(inboxes=(2,)), False),
        (Coverage(languages=("de", "nl")), True),
        (Coverage(languages=("de",)), False),
        (Coverage(labels=("gold", "silver")), True),
        (Coverage(labels=("silver",)), False),
        (Coverage((1,), ("nl",), ("gold",)), True),
        (Coverage((1,), ("nl",), ("silver",)), False),
        (Coverage((1,), ("de",), ("gold",)), False),
    ],
)
def test_every_part_that_asks_must_find_one_of_its_own(coverage: Coverage, is_covered: bool) -> None:
    assert coverage.covers(place()) is is_covered


def test_a_language_that_nobody_can_tell_is_covered_by_every_language() -> None:
    assert Coverage(languages=("de",)).covers(place(language="und"))
    assert not Coverage(inboxes=(2,), languages=("de",)).covers(place(language="und"))


def test_it_is_stored_without_parts_that_ask_for_nothing_and_read_back() -> None:
    assert EVERYTHING.plain() == {}
    stored = Coverage((2, 1, 2), (), ("b", "a")).plain()
    assert stored == {"inboxes": [1, 2], "labels": ["a", "b"]}
    assert Coverage.of(stored) == Coverage((1, 2), (), ("a", "b"))
    assert Coverage.of({}).is_everything


def test_it_is_said_in_words() -> None:
    assert EVERYTHING.words(()) == "everything"
    assert Coverage((1,), ("nl", "de")).words(["Post"]) == "inbox Post, languages nl, de"
    assert Coverage((1, 2), (), ("gold",)).words(["Post", "Mail"]) == "inboxes Post, Mail, label gold"


def parts(values: list[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(st.sampled_from(values), unique=True, max_size=2).map(tuple)


COVERAGES = st.builds(Coverage, parts([1, 2, 3]), parts(["nl", "de"]), parts(["a", "b"]))
PLACES = st.builds(
    place,
    inbox_id=st.sampled_from([1, 2, 3]),
    language=st.sampled_from(["nl", "de"]),
    labels=parts(["a", "b"]).filter(lambda found: len(found) < 2),
)


@given(COVERAGES, COVERAGES, PLACES)
def test_where_two_meet_both_cover_and_where_they_are_apart_no_plain_place_has_both(
    one: Coverage, other: Coverage, at: Any
) -> None:
    both = one.meet(other)
    assert (one.covers(at) and other.covers(at)) == (both is not None and both.covers(at))
