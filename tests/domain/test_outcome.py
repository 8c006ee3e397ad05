"""Only what is certain counts as not sent."""

from __future__ import annotations

import pytest

from webcare.domain.outcome import of_error
from webcare.errors import ChannelError, Refused


@pytest.mark.parametrize(
    ("permanent", "certainty", "result"),
    [
        (True, "not_sent", "failed"),
        (False, "not_sent", "retry"),
        (True, "unknown", "unknown"),
        (False, "unknown", "unknown"),
    ],
)
def test_what_a_channel_says_decides(permanent: bool, certainty: str, result: str) -> None:
    error = ChannelError("550 no such box", permanent=permanent, certainty=certainty)  # type: ignore[arg-type]
    found = of_error(3, error)
    assert (found.result, found.attempt_no, found.words) == (result, 3, "550 no such box")


def test_a_named_time_travels_along() -> None:
    error = ChannelError("slow down", permanent=False, certainty="not_sent", retry_after=7.0)
    assert of_error(1, error).retry_after == 7.0


@pytest.mark.parametrize("error", [TimeoutError(), ValueError("customer words"), Refused("no")])
def test_anything_else_may_have_been_sent_and_its_words_are_not_kept(error: Exception) -> None:
    found = of_error(1, error)
    assert found.result == "unknown"
    assert "customer words" not in found.words
