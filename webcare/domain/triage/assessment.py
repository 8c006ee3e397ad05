"""What triage is given and what it says: the text, the reasons and the level, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from webcare.domain.urgency import Urgency


@dataclass(frozen=True, slots=True)
class Text:
    """One incoming text as triage needs it.

    `received_at` is aware; relative expressions ("tonight") count from it. `zone` is the contact's
    IANA zone when it is known, otherwise the cue set's own zone holds. `language` is what the channel
    said, only a hint. `is_public`: others can read it too.
    """

    text: str
    received_at: datetime
    language: str | None = None
    subject: str = ""
    auto_submitted: bool = False
    is_public: bool = False
    zone: str | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason for a level: a stable code, a sentence for a tired agent, and where it stands.

    `span` holds character positions in `whole(message)`, or None when the reason has no place in the
    text. The words never repeat what the contact wrote, so they can go to Slack and to logs.
    """

    code: str
    words: str
    span: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What one layer found: an intent at a level, why, and the deadline it read, if any."""

    intent: str
    level: Urgency
    reason: Reason
    deadline: datetime | None = None
    is_unsure: bool = False


@dataclass(frozen=True, slots=True)
class Assessment:
    """The triage of one text; `reasons` are ordered from the most to the least urgent.

    `confidence` (0 to 1) is how sure the level is; `score` orders a queue, higher first (0 to 5, in step
    with the level); `model` is the version of the learned layer that took part, "" for the rules alone.
    """

    level: Urgency
    intents: tuple[str, ...]
    reasons: tuple[Reason, ...]
    language: str
    is_unsure: bool
    deadline: datetime | None = None
    confidence: float = 0.5
    score: float = 0.0
    model: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the assessment as a dict that `json.dumps` takes as it is; moments in ISO 8601."""
        return {
            "level": self.level.name,
            "intents": list(self.intents),
            "reasons": [
                {"code": one.code, "words": one.words, "span": list(one.span) if one.span else None}
                for one in self.reasons
            ],
            "language": self.language,
            "is_unsure": self.is_unsure,
            "deadline": self.deadline.isoformat() if self.deadline else None,
            "confidence": round(self.confidence, 3),
            "score": round(self.score, 4),
            "model": self.model,
        }


def whole(message: Text) -> str:
    """Return subject and text as the one string that is assessed and that spans point into."""
    return f"{message.subject}\n{message.text}" if message.subject else message.text
