"""Which message asks for more than its cluster, so that a common answer would leave something undone."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from webcare.domain.clusters.reading import Reading
from webcare.domain.urgency import Urgency

# A need that so many of a cluster share is what the cluster is about.
_SHARED = 0.34
_FEWEST = 2


@dataclass(slots=True)
class Profile:
    """What the messages of a cluster show together, counted."""

    size: int = 0
    needs: Counter[str] = field(default_factory=Counter)
    about: Counter[str] = field(default_factory=Counter)
    urgencies: Counter[Urgency] = field(default_factory=Counter)

    def add(self, reading: Reading, urgency: Urgency | None = None) -> None:
        """Count one message; `urgency` None when nobody judged it."""
        self.size += 1
        self.needs.update(reading.needs)
        self.about.update(reading.about)
        if urgency is not None:
            self.urgencies[urgency] += 1

    def asks_more(self, reading: Reading, urgency: Urgency | None = None) -> bool:
        """Tell whether a message that is counted already needs more than the others in the cluster.

        More is a need that few share, U0 or U1 where most are calmer, or a question about a matter that
        no other message raises.
        """
        if self.size < _FEWEST:
            return False
        if any(self._is_rare(self.needs[need]) for need in reading.needs):
            return True
        if urgency is not None and urgency <= Urgency.U1 and urgency < self._usual():
            return True
        return len(reading.parts) > 1 and any(self._is_another(part, reading) for part in reading.parts)

    def _is_another(self, part: Reading, reading: Reading) -> bool:
        """Tell whether one sentence asks about something that nobody else raises, beside the common one."""
        if not (part.has_question or part.asks) or any(self.about[name] > 1 for name in part.about):
            return False
        return any(not self._is_rare(self.about[name]) for name in reading.about - part.about)

    def _is_rare(self, count: int) -> bool:
        return count <= 1 or count < _SHARED * self.size

    def _usual(self) -> Urgency:
        """Return the level in the middle of the cluster, the calmer of two."""
        levels = sorted(self.urgencies.elements())
        return levels[len(levels) // 2] if levels else Urgency.U4
