"""Names what can go wrong, once, so that every edge can answer in the same words.

Every error carries one sentence for a person: what is wrong, where, and how to mend it.
"""

from __future__ import annotations

from typing import Literal

Certainty = Literal["not_sent", "unknown"]


class WebcareError(Exception):
    """Base of all named failures; `str(error)` is the sentence a person reads."""

    status = 500


class NotFound(WebcareError):
    """The thing does not exist, or the asker may not know that it does."""

    status = 404


class NotAllowed(WebcareError):
    """The asker is known but lacks the right."""

    status = 403


class Conflict(WebcareError):
    """Somebody else was first, or the asker looked at an older version."""

    status = 409


class Refused(WebcareError):
    """The request is understood and refused by a rule of the house; `reasons` names each one.

    `can_pass`: a lead may let all of them pass, with a reason. `is_held`: a playbook holds replies back.
    """

    status = 422

    def __init__(
        self, sentence: str, reasons: tuple[str, ...] = (), *, can_pass: bool = False, is_held: bool = False
    ) -> None:
        """Keep the sentence and the single reasons (one per fact, field or rule)."""
        super().__init__(sentence)
        self.reasons = reasons
        self.can_pass = can_pass
        self.is_held = is_held


class BadSignature(WebcareError):
    """A sender could not prove who it is; the answer says nothing more."""

    status = 401


class Unreadable(WebcareError):
    """A kept raw message that no parser can turn into text; shown to people, never dropped."""

    status = 422


class Away(WebcareError):
    """The database is away or too busy; nothing was kept, the sender should try again."""

    status = 503


class ChannelError(WebcareError):
    """A medium did not take a message.

    `permanent`: trying again can't help. `certainty`: `not_sent` when no byte of the message was
    accepted for certain, `unknown` when it may have been. `retry_after` is in seconds.
    """

    status = 502

    def __init__(
        self, words: str, *, permanent: bool, certainty: Certainty, retry_after: float | None = None
    ) -> None:
        """Keep the provider's words and what they mean for the next attempt."""
        super().__init__(words)
        self.permanent = permanent
        self.certainty = certainty
        self.retry_after = retry_after
