"""A link works once, for its purpose, until it expires; anything else is nothing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import Cast
from tests.services.conftest import Clock
from webcare import db
from webcare.errors import Refused
from webcare.models import Invitation
from webcare.services import invitations
from webcare.services.invitations import Invited


def test_a_link_works_once(session: Session, cast: Cast) -> None:
    token = invitations.make(session, "invite", cast.vera.agent_id, 60)
    assert invitations.look(session, token, "invite") == Invited(cast.vera.agent_id)
    assert invitations.use(session, token, "invite") == Invited(cast.vera.agent_id)
    assert invitations.use(session, token, "invite") is None
    assert invitations.look(session, token, "invite") is None


def test_a_setup_link_belongs_to_nobody_yet(session: Session) -> None:
    token = invitations.make(session, "setup", None, 60)
    assert invitations.use(session, token, "setup") == Invited(None)


def test_an_expired_link_is_nothing(session: Session, cast: Cast, time: Clock) -> None:
    token = invitations.make(session, "sign_in", cast.amina.agent_id, 10)
    time.forward(minutes=11)
    assert invitations.use(session, token, "sign_in") is None


def test_a_link_for_another_purpose_is_nothing_and_stays_unused(session: Session, cast: Cast) -> None:
    token = invitations.make(session, "invite", cast.amina.agent_id, 10)
    assert invitations.use(session, token, "setup") is None
    assert invitations.use(session, token, "invite") is not None


@pytest.mark.parametrize("token", ["", " ", "\x00", "x" * 43, "x" * 10_000, "None", "\ud800" * 43])
def test_what_is_no_token_is_nothing(session: Session, token: str) -> None:
    invitations.make(session, "setup", None, 60)
    assert invitations.use(session, token, "setup") is None
    assert invitations.look(session, token, "setup") is None


def test_a_new_link_ends_the_one_before(session: Session, cast: Cast) -> None:
    old = invitations.make(session, "invite", cast.vera.agent_id, 60)
    other = invitations.make(session, "invite", cast.amina.agent_id, 60)
    new = invitations.make(session, "invite", cast.vera.agent_id, 60)
    assert invitations.use(session, old, "invite") is None
    assert invitations.use(session, other, "invite") is not None
    assert invitations.use(session, new, "invite") is not None


def test_only_the_hash_is_kept(session: Session) -> None:
    token = invitations.make(session, "setup", None, 60)
    kept = session.scalars(select(Invitation.token_sha256).order_by(Invitation.id.desc())).first()
    assert kept is not None
    assert len(kept) == 32
    assert token.encode() not in kept


def test_of_two_simultaneous_uses_one_counts(clean_database: str) -> None:
    with db.transaction() as session:
        token = invitations.make(session, "setup", None, 60)

    def use(_: int) -> Invited | None:
        with db.transaction() as session:
            return invitations.use(session, token, "setup")

    with ThreadPoolExecutor(8) as pool:
        used = list(pool.map(use, range(8)))
    assert [each for each in used if each] == [Invited(None)]


def test_odd_purposes_and_lengths_are_refused(session: Session) -> None:
    for purpose, minutes in (("party", 10), ("setup", 0), ("setup", 10**7)):
        with pytest.raises(Refused):
            invitations.make(session, purpose, None, minutes)
