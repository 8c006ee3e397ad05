"""A label is small, short and plain, and a conversation has few."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webcare.domain import labels
from webcare.errors import Refused


@pytest.mark.parametrize(
    ("typed", "label"),
    [("  Group   Tour ", "group tour"), ("ZZ-123", "zz-123"), ("CAFE\N{COMBINING ACUTE ACCENT}", "café")],
)
def test_what_people_type_becomes_one_label(typed: str, label: str) -> None:
    assert labels.cleaned(typed) == label


@pytest.mark.parametrize("typed", ["", "  ", "-", "a,b", "<b>", "a\x00b", "x" * 41, "50%", "\u202egold"])
def test_what_is_no_label_is_refused(typed: str) -> None:
    with pytest.raises(Refused):
        labels.cleaned(typed)


@given(st.text(max_size=60))
def test_a_label_stays_what_it_is(typed: str) -> None:
    try:
        label = labels.cleaned(typed)
    except Refused:
        return
    assert labels.cleaned(label) == label
    assert 0 < len(label) <= labels.LONGEST
    assert "," not in label


def test_the_twenty_first_is_refused_and_a_known_one_changes_nothing() -> None:
    full = [f"label {n}" for n in range(labels.MOST)]
    assert labels.added(full, "label 3") == full
    with pytest.raises(Refused, match="20 labels at most"):
        labels.added(full, "one more")
