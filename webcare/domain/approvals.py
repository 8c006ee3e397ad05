"""Decides who has to say yes before a reply leaves: nobody, a colleague, or a team lead."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from webcare.domain.playbook import Playbook
from webcare.domain.playbook.parts import Approver
from webcare.domain.rights import Who

# From free to strict; of several playbooks in force the strictest wins.
_STRICTER: tuple[Approver, ...] = ("none", "colleague", "lead")
# An approver is named by role in a playbook, so by role it is decided.
_LEADS = frozenset({"lead", "admin"})
_U0, _U1 = 0, 1
_WORDS = {"colleague": "a colleague", "lead": "a team lead"}


@dataclass(frozen=True, slots=True)
class Need:
    """Whose yes a reply needs, with one sentence that says why."""

    approver: Approver
    why: str

    @property
    def is_any(self) -> bool:
        """Return whether anybody has to say yes."""
        return self.approver != "none"


def of_playbooks(playbooks: Iterable[Playbook], urgency: int) -> Need:
    """Return what the strictest of `playbooks` asks for a reply to a conversation of `urgency` (0 is U0)."""
    found = Need("none", "")
    for playbook in playbooks:
        asked = _asked(playbook, urgency)
        if _STRICTER.index(asked) > _STRICTER.index(found.approver):
            which = f"U{urgency} reply" if urgency in (_U0, _U1) else "reply"
            found = Need(asked, f"{playbook.title.en} asks {_WORDS[asked]} to read every {which} first.")
    return found


def stricter(one: Need, other: Need) -> Need:
    """Return the need that asks for more; the first one when both ask the same."""
    return other if _STRICTER.index(other.approver) > _STRICTER.index(one.approver) else one


def of_name(approver: str, why: str) -> Need:
    """Return a need as it was stored; an unknown word counts as the strictest."""
    known = next((each for each in _STRICTER if each == approver), _STRICTER[-1])
    return Need(known, why)


def is_beginner(who: Who) -> bool:
    """Return whether this role sends reply templates only, so that trust has to be earned first."""
    return who.may("reply.send") and not who.may("reply.free_text")


def suffices(who: Who, need: Need) -> bool:
    """Return whether the yes of `who` is the yes that is needed."""
    return who.may("reply.approve") and (need.approver != "lead" or who.role in _LEADS)


def sha256(text: str) -> bytes:
    """Return the SHA-256 of a reply; an approval is for exactly this text."""
    return hashlib.sha256(text.encode()).digest()


def _asked(playbook: Playbook, urgency: int) -> Approver:
    rules = playbook.approval
    return {_U0: rules.reply_u0, _U1: rules.reply_u1}.get(urgency, rules.reply)
