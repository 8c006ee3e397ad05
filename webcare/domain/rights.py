"""Says which role may do what; a right that stands nowhere here belongs to nobody."""

from __future__ import annotations

from dataclasses import dataclass

_READ = {"inbox.read", "fact.read", "activation.read"}
_REPLY = {"conversation.claim", "draft.write", "note.write"}
_AGENT = _READ | _REPLY | {"reply.send", "reply.free_text", "reply.approve", "delivery.decide"}
_LEAD = _AGENT | {
    "playbook.activate",
    "fact.write",
    "fact.verify",
    "team.see_all",
    "urgency.see_all",
    "claim.take_over",
    "ledger.read",
    "outbound.pause",
    "broadcast.write",
    "broadcast.approve",
    "correction.run",
    "check.override",
    "lane.duty",
    "lane.press",
    "volunteer.invite",
    "shift.manage",
}

RIGHTS: dict[str, frozenset[str]] = {
    "observer": frozenset(_READ | {"urgency.see_all"}),
    "volunteer": frozenset(_READ | _REPLY | {"reply.send"}),
    "agent": frozenset(_AGENT | {"urgency.see_all", "fact.write", "fact.verify"}),
    "lead": frozenset(_LEAD),
    "admin": frozenset(_LEAD | {"agent.manage", "inbox.manage", "metrics.read", "text.approve"}),
}
ROLES = tuple(RIGHTS)


@dataclass(frozen=True, slots=True)
class Who:
    """The agent who asks: as much of the row as a decision needs."""

    agent_id: int
    name: str
    initials: str
    role: str
    team_id: int | None = None

    def may(self, right: str) -> bool:
        """Return whether this agent's role holds `right`."""
        return right in RIGHTS.get(self.role, frozenset())

    @property
    def sees_all_teams(self) -> bool:
        """Return whether conversations of every team are visible."""
        return self.may("team.see_all")

    @property
    def lowest_urgency_seen(self) -> int:
        """Return the most urgent level (0 is U0) that this agent may open; volunteers begin at U3."""
        return 0 if self.may("urgency.see_all") else 3
