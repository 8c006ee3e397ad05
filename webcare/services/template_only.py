"""Holds people who send reply templates only to the words of the template."""

from __future__ import annotations

from webcare.domain import approvals, locked, replies
from webcare.domain.rights import Who
from webcare.errors import Refused
from webcare.services.grounds import Grounds


def refuse_edited(who: Who, on: Grounds, text: str) -> None:
    """Raise Refused when `who` sends templates only and `text` isn't one with its placeholders filled in.

    A placeholder may hold up to 600 characters, such as an itinerary; what stands there is read by people.
    """
    if not approvals.is_beginner(who):
        return
    if on.template is None:
        raise Refused("Your role sends reply templates only; choose one.")
    ground = replies.Ground.of(on.playbook, on.values, on.now)
    if not locked.is_unedited(text, on.template, ground):
        why = (
            f"You send '{on.template.key}' in its own words: fill in what stands in braces, leave the rest."
            " Choose the template again, or ask your buddy to answer this one."
        )
        raise Refused(why, (why,))
