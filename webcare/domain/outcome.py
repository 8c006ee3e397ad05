"""Says what became of one attempt to send: sent, failed, to be tried again, or unknown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from webcare.errors import ChannelError

Result = Literal["sent", "failed", "retry", "unknown"]

LATE_S = 20.0
"""Seconds that a provider gets in total; a lease lasts six times as long."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one numbered attempt came to, in the provider's words.

    `retry_after` is in seconds and only set when the provider named it; such an attempt does not
    count as a failure.
    """

    attempt_no: int
    result: Result
    words: str = ""
    provider_id: str | None = None
    retry_after: float | None = None


def of_error(attempt_no: int, error: Exception) -> Outcome:
    """Return the outcome of an attempt that raised.

    Only a ChannelError that is certain counts as not sent. Everything else, a programming error
    as well, may have happened after the provider took the message.
    """
    words = f"{error}" or type(error).__name__
    if not isinstance(error, ChannelError):
        return Outcome(attempt_no, "unknown", f"Broke off while sending: {type(error).__name__}.")
    if error.certainty == "unknown":
        return Outcome(attempt_no, "unknown", words)
    if error.permanent:
        return Outcome(attempt_no, "failed", words)
    return Outcome(attempt_no, "retry", words, retry_after=error.retry_after)
