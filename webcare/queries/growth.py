"""Measures how far a playbook has grown: rehearsed, facts owned, languages covered, reviewed, approved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from webcare.domain.playbook import Playbook, ReplyTemplate, Snippet
from webcare.domain.playbook.growth import Growth, Practice, measured
from webcare.models import Activation, ActivationRole, Agent
from webcare.queries import text_approvals
from webcare.queries.rules import BASE

REHEARSED_WITHIN = timedelta(days=365)
_MOST_NAMED = 4


@dataclass(frozen=True, slots=True)
class _Use:
    """One use of a playbook that was not undone."""

    id: int
    mode: str
    started_at: datetime
    ended_at: datetime | None
    review_held_at: str | None


def of(session: Session, playbook: Playbook, now: datetime) -> Growth:
    """Return the growth of a playbook at `now` (aware), with every practice that it was measured by."""
    uses = _uses(session, playbook.slug)
    texts = text_approvals.texts(session, playbook)
    return measured(
        (
            _rehearsed(uses, now),
            _owned(session, playbook, uses),
            _approved(texts, "grave_texts"),
            _languages(playbook),
            _reviewed(uses),
            _approved(texts, "all_texts"),
        )
    )


def rehearsed_at(session: Session, slug: str) -> datetime | None:
    """Return when a playbook was rehearsed last, None when it never was; the base one is part of all."""
    return max((each.started_at for each in _uses(session, slug) if each.mode == "rehearsal"), default=None)


def _uses(session: Session, slug: str) -> list[_Use]:
    """Return the uses of a playbook, newest first; every use is one of the base playbook too."""
    columns = (Activation.id, Activation.mode, Activation.started_at, Activation.ended_at)
    held, how = Activation.options["review_held_at"].astext, Activation.options["ended_as"].astext
    asked = select(*columns, held).where(how.is_distinct_from("undone")).order_by(Activation.id.desc())
    if slug != BASE:
        asked = asked.where(Activation.playbook == slug)
    return [_Use(*row) for row in session.execute(asked)]


def _rehearsed(uses: list[_Use], now: datetime) -> Practice:
    last = max((each.started_at for each in uses if each.mode == "rehearsal"), default=None)
    is_done = last is not None and now - last <= REHEARSED_WITHIN
    figure = f"last on {last:%d %B %Y}" if last else "never"
    return Practice(
        "rehearsed", "serious", is_done, figure, "Rehearse it: the last time must lie within a year."
    )


def _owned(session: Session, playbook: Playbook, uses: list[_Use]) -> Practice:
    """Look whether somebody by name held every role that owns a telephone number, the last time."""
    owners = dict.fromkeys(each.owner for each in playbook.facts if each.kind == "contact")
    held: set[str] = set()
    if uses:
        asked = (
            select(ActivationRole.role)
            .join(Agent, Agent.id == ActivationRole.agent_id)
            .where(ActivationRole.activation_id == uses[0].id, Agent.disabled_at.is_(None))
        )
        held = set(session.scalars(asked))
    free = [role for role in owners if role not in held]
    figure = f"{len(owners) - len(free)} of {len(owners)} owners of contact facts had a name the last time"
    missing = f"Give these roles to people, in a rehearsal: {_named(free)}."
    return Practice("contacts_owned", "serious", not free, figure, missing)


def _approved(texts: tuple[text_approvals.TextRow, ...], key: str) -> Practice:
    asked = [each for each in texts if each.is_grave or key == "all_texts"]
    left = [each.key for each in asked if each.is_sample]
    figure = f"{len(asked) - len(left)} of {len(asked)} approved"
    if key == "all_texts":
        return Practice(key, "integrated", not left, figure, f"Approve every text; samples: {_named(left)}.")
    missing = f"Let an admin approve the legal, medical and self-harm texts: {_named(left)}."
    return Practice(key, "serious", not left, figure, missing)


def _languages(playbook: Playbook) -> Practice:
    parts: tuple[ReplyTemplate | Snippet, ...] = (*playbook.replies, *playbook.snippets)
    gaps = {code: [each.key for each in parts if code not in each.texts.root] for code in playbook.languages}
    open_ = {code: keys for code, keys in gaps.items() if keys}
    figure = f"{len(gaps) - len(open_)} of {len(gaps)} languages have every text"
    said = "; ".join(f"{code}: {_named(keys)}" for code, keys in open_.items())
    return Practice("languages", "integrated", not open_, figure, f"Write the missing texts ({said}).")


def _reviewed(uses: list[_Use]) -> Practice:
    """Look whether every use that ended had its review; without any use there was nothing to learn."""
    ended = [each for each in uses if each.ended_at is not None]
    held = [each for each in ended if each.review_held_at]
    figure = f"{len(held)} of {len(ended)} uses were reviewed"
    missing = "Hold the review of every use, rehearsals too, and note it on the activation's page."
    return Practice("reviews", "integrated", bool(ended) and len(held) == len(ended), figure, missing)


def _named(keys: list[str]) -> str:
    more = f" and {len(keys) - _MOST_NAMED} more" if len(keys) > _MOST_NAMED else ""
    return ", ".join(keys[:_MOST_NAMED]) + more
