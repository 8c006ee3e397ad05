"""Goes every road by which a correction run can leave: approved, drafted anew, and for whoever came late."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text

from tests import corrected, factories
from tests.promises import acting
from tests.promises.world import World
from webcare import db
from workers import correcting

SECRETS = "Please send us your card number and the CVV code."


def _mistake(world: World, right: dict[str, str]) -> str:
    """Let one contact have been told something wrong, start the run and draft; return where the run is."""
    row = world.fact(corrected.KEY, "Tuesday 18:00")
    rehearsal = world.activation_id if world.case.is_rehearsal else None
    with db.transaction() as session:
        given: dict[str, Any] = {"prefix": f"told.{row.version_id}.", "rehearsal": rehearsal}
        state = "withheld" if rehearsal else "sent"
        corrected.tell(session, world.inbox_id, row.version_id, 1, state=state, **given)
        session.execute(text("UPDATE conversations SET language = 'en' WHERE state = 'waiting'"))
        factories.fact(session, world.desk.cast.dev, world.activation_id, corrected.KEY, said=right)
    form = {"activation_id": world.activation_id, "key": corrected.KEY, "version": row.version}
    where: str = world.browser("dev").post("/corrections", form).headers["Location"]
    correcting.drain()
    return where


def _approve_run(world: World, where: str) -> None:
    ((at,),) = acting.rows(
        "SELECT drafted_at FROM corrections WHERE id = :id", id=int(where.rpartition("/")[2])
    )
    if world.case.has_yes:
        world.browser("dev").post(f"{where}/approval", {"drafted_at": at.isoformat()})


def correction(world: World) -> None:
    """Let a lead approve a correction run, and the job hand it over."""
    said = "Wednesday 06:00" if world.case.finding == "none" else SECRETS
    where = _mistake(world, {"en": said, "nl": said})
    _approve_run(world, where)
    world.leaves()


def redrafted(world: World) -> None:
    """Draft an approved correction run anew before it left."""
    where = _mistake(world, {"en": "Wednesday 06:00", "nl": "woensdag 06:00"})
    _approve_run(world, where)
    world.browser("dev").post(f"{where}/drafts")
    world.leaves()


def latecomer(world: World) -> None:
    """Correct somebody who is told in a language that nobody approved, after the run was."""
    said = "woensdag 06:00" if world.case.finding == "none" else "woensdag [tijd]"
    where = _mistake(world, {"en": "Wednesday 06:00", "nl": said})
    _approve_run(world, where)
    ((version,),) = acting.rows("SELECT wrong_version_id FROM corrections ORDER BY id DESC LIMIT 1")
    rehearsal = world.activation_id if world.case.is_rehearsal else None
    with db.transaction() as session:
        # Only the second one is left to tell, so that what reaches the outside is theirs.
        session.execute(text("UPDATE correction_notices SET state = 'skipped' WHERE state = 'drafted'"))
        state = "withheld" if rehearsal else "sent"
        corrected.tell(
            session, world.inbox_id, version, 1, prefix=f"late.{version}.", rehearsal=rehearsal, state=state
        )
        late = "UPDATE conversations SET language = 'nl' WHERE id = (SELECT max(id) FROM conversations)"
        session.execute(text(late))
        session.execute(
            text("UPDATE deliveries SET changed_at = now() WHERE id = (SELECT max(id) FROM deliveries)")
        )
    world.leaves()
