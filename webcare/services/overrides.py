"""Lets findings pass for a reason, on record: by a lead, or asked of one. Some pass for nobody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from webcare.domain.rights import Who
from webcare.errors import NotAllowed
from webcare.services import reply_checks
from webcare.services.grounds import Grounds


@dataclass(frozen=True, slots=True)
class Passing:
    """Who lets what the checks stop pass, and why; `is_asked` when they only ask a lead to."""

    who: Who
    why: str
    is_asked: bool = False


def passed(on: Grounds, text: str, by: Passing | None) -> Mapping[str, Mapping[str, object]]:
    """Return, by the name of each finding that passes, who says so and why; empty without `by`.

    Raises NotAllowed when somebody passes a finding who may only ask for it.
    """
    if by is None:
        return {}
    if not by.is_asked and not by.who.may("check.override"):
        raise NotAllowed("Only a team lead lets a finding pass. Mend the text, or ask a lead.")
    found = {each.name for each in reply_checks.blocking(on, text, {}) if not each.is_final}
    return {name: {"by": by.who.agent_id, "why": by.why} for name in sorted(found)}
