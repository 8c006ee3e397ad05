"""Makes and renames teams."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from webcare.domain.rights import Who
from webcare.errors import Conflict, NotAllowed, NotFound
from webcare.models import Team
from webcare.queries.scope import LARGEST_ID
from webcare.services import timeline, wording


def create(session: Session, who: Who | None, name: str) -> int:
    """Make a team and return its id; `who` is None for the command line.

    Raises NotAllowed without the right agent.manage, and Conflict when the name is taken.
    """
    _may_manage(who)
    wanted = wording.checked(name, "name of the team", 80)
    making = insert(Team).values(name=wanted).on_conflict_do_nothing().returning(Team.id)
    made = session.execute(making).scalar_one_or_none()
    if made is None:
        raise Conflict(f"There is a team '{wanted}' already.")
    timeline.record(session, who, "created", ("team", made), name=wanted)
    return made


def rename(session: Session, who: Who, team_id: int, name: str) -> None:
    """Give a team another name; raise NotAllowed, NotFound, and Conflict when the name is taken."""
    _may_manage(who)
    wanted = wording.checked(name, "name of the team", 80)
    if session.execute(select(Team.id).where(Team.name == wanted, Team.id != team_id)).first():
        raise Conflict(f"There is a team '{wanted}' already.")
    fits = 0 < team_id <= LARGEST_ID
    renaming = update(Team).where(Team.id == (team_id if fits else 0)).values(name=wanted)
    if session.execute(renaming.returning(Team.id)).first() is None:
        raise NotFound("There is no such team.")
    timeline.record(session, who, "renamed", ("team", team_id), name=wanted)


def _may_manage(who: Who | None) -> None:
    if who is not None and not who.may("agent.manage"):
        raise NotAllowed("Only an admin can manage agents and teams.")
