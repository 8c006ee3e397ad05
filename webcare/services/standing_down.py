"""Stands an activation down: its criteria are met or passed over with a reason, and the review has a date."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from webcare import clock
from webcare.domain import alerts as words_for
from webcare.domain.rights import Who
from webcare.errors import Conflict, NotAllowed, Refused
from webcare.models import Activation
from webcare.queries import activations, standing_down
from webcare.queries.activations import ActivationRow
from webcare.queries.standing_down import LAST_POST, REVIEW, Criterion
from webcare.services import alerts, epochs, last_posts, rehearsals, reviews, timeline, volunteers, wording


@dataclass(frozen=True, slots=True)
class Closing:
    """What a team lead says when standing down.

    `ticked` are keys of criteria that a person vouches for; with any open, `override_reason` must say
    why it ends anyway. `help_stays` tells customers per language (en, nl) where help stays; `review_at`
    is an aware moment.
    """

    ticked: tuple[str, ...] = ()
    override_reason: str | None = None
    help_stays: Mapping[str, str] = field(default_factory=dict)
    review_at: datetime | None = None


def stand_down(
    session: Session, who: Who, activation_id: int, reason: str, closing: Closing | None = None
) -> ActivationRow:
    """End an activation: its playbook is no longer in force, and a rehearsal's inbox and conversations close.

    Where help stays is laid ready as a post, for the yes that the playbook asks of broadcasts. A rehearsal
    ends without its criteria: nothing real is at stake. Raises NotAllowed, NotFound, Refused
    without a reason, with open criteria and no reason to pass over them, or with a review that is too
    late, and Conflict when it has ended already.
    """
    if not who.may("playbook.activate"):
        raise NotAllowed("Only a team lead stands a playbook down; call one.")
    why, said = wording.checked(reason, "reason", 500), closing or Closing()
    epoch, now = epochs.bump(session), clock.now()
    before = activations.one(session, activation_id)
    if before.row.ended_at is not None:
        raise Conflict(f"{before.row.title['en']} was stood down already.")
    criteria = standing_down.checklist(session, before, now)
    met = [each.key for each in criteria if _is_met(each, said)]
    passed = _passed_over(before.row, criteria, met, said)
    options = _options(before.row, said, now)
    _end(session, who, before.row, (now, options))
    if before.row.is_rehearsal:
        rehearsals.close(session, activation_id, now)
    # Hook: volunteers go home with the crisis that they came for.
    volunteers.end(session, activation_id)
    data = {"met": met, "of": len(criteria), "review_at": options.get("review_at"), "epoch": epoch}
    about = ("activation", activation_id)
    timeline.record(session, who, "stood_down", about, reason=why, override_reason=passed, **data)
    if _help(said) and not before.row.is_rehearsal:
        _keep(session, activation_id, {"last_post": last_posts.lay_ready(session, who, _help(said))})
    _alert(session, who, before.row, options)
    return epochs.tell(session, activation_id)


def _is_met(criterion: Criterion, said: Closing) -> bool:
    """Return whether a criterion is met: measured, done by this very form, or vouched for by a person."""
    if criterion.is_met is not None:
        return criterion.is_met
    if criterion.key == REVIEW:
        return True  # `_options` gives every review a date within the ten days
    if criterion.key == LAST_POST and not _help(said):
        return False
    return criterion.key in said.ticked


def _passed_over(
    row: ActivationRow, criteria: tuple[Criterion, ...], met: list[str], said: Closing
) -> str | None:
    """Return why open criteria are passed over, None when none is; raise Refused, naming them, without."""
    still = [each for each in criteria if each.key not in met]
    given = (said.override_reason or "").strip()
    if given:
        return wording.checked(given, "reason to pass over criteria", 500) if still else None
    if still and not row.is_rehearsal:
        raise Refused(
            f"{len(still)} of {len(criteria)} criteria are open; tick them, or say why you end it anyway.",
            tuple(_open(each) for each in still),
        )
    return None


def _open(criterion: Criterion) -> str:
    words = criterion.title["en"]
    if criterion.key == LAST_POST:
        return f"{words} Write below where help stays, and tick it."
    return f"{words} Measured: {criterion.figure}." if criterion.figure else words


def _help(said: Closing) -> dict[str, str]:
    """Return where help stays per language, without empty ones; raise Refused for odd words."""
    noun = "sentence about where help stays"
    return {
        language: wording.checked(words, noun, 500)
        for language, words in said.help_stays.items()
        if words.strip()
    }


def _options(row: ActivationRow, said: Closing, now: datetime) -> dict[str, object]:
    """Return what the activation keeps about its end; raise Refused for a review that can't be."""
    kept: dict[str, object] = {"ended_as": "stood_down"}
    if _help(said):
        kept["help_stays"] = _help(said)
    if said.review_at is None and row.is_rehearsal:
        return kept
    return {**kept, "review_at": reviews.planned(said.review_at, now).isoformat()}


def _end(session: Session, who: Who, row: ActivationRow, how: tuple[datetime, dict[str, object]]) -> None:
    now, options = how
    ending = (
        update(Activation)
        .where(Activation.id == row.id, Activation.ended_at.is_(None))
        .values(ended_at=now, ended_by=who.agent_id, options=Activation.options.concat(options))
    )
    if session.execute(ending.returning(Activation.id)).first() is None:
        raise Conflict(f"{row.title['en']} was stood down already.")


def _keep(session: Session, activation_id: int, options: dict[str, object]) -> None:
    noting = update(Activation).where(Activation.id == activation_id)
    session.execute(noting.values(options=Activation.options.concat(options)))


def _alert(session: Session, who: Who, row: ActivationRow, options: dict[str, object]) -> None:
    text, help_stays = words_for.stood_down(row.title["en"], who.name), options.get("help_stays")
    if isinstance(help_stays, dict):
        text = f"{text} Help stays: {help_stays.get('en') or next(iter(help_stays.values()))}"
    if options.get("review_at"):
        day = datetime.fromisoformat(str(options["review_at"])).strftime("%d %B")
        text = f"{text} Review on {day}."
    text = f"Rehearsal: {text}" if row.is_rehearsal else text
    alerts.raise_(session, alerts.Alert("stand_down", "crisis", text, f"stand_down:{row.id}", row.id))
