"""A stage is reached when its practices and those below it are done."""

from __future__ import annotations

import pytest

from webcare.domain.playbook.growth import Practice, measured


@pytest.mark.parametrize(
    ("done", "stage", "missing"),
    [
        ((False, False), "pioneer", ("rehearse",)),
        ((True, False), "serious", ("review",)),
        ((False, True), "pioneer", ("rehearse",)),
        ((True, True), "integrated", ()),
    ],
)
def test_the_stage_and_what_the_next_one_asks(
    done: tuple[bool, bool], stage: str, missing: tuple[str, ...]
) -> None:
    first = Practice("rehearsed", "serious", done[0], "", "rehearse")
    second = Practice("reviews", "integrated", done[1], "", "review")
    found = measured((second, first))
    assert (found.stage, found.missing) == (stage, missing)
