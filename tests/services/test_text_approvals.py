"""A named yes to exactly these words; another word, and the text is a sample again."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from tests.factories import Cast
from tests.shelves import ASH, edit, shelf
from webcare.errors import Conflict, NotAllowed, NotFound
from webcare.models import Event
from webcare.queries import activations, playbooks
from webcare.queries.text_approvals import approved, texts, unapproved
from webcare.services.text_approvals import Words, approve, approve_words

__all__ = ["shelf"]
MED = ("reply", "volc.med")


def is_approved(session: Session, mark: tuple[str, str] = MED) -> bool:
    return mark in approved(session, playbooks.any_one(ASH))


def test_a_text_is_a_sample_until_an_admin_approves_it_by_name(
    session: Session, cast: Cast, shelf: Path
) -> None:
    book = playbooks.any_one(ASH)
    reply = book.reply(MED[1])
    assert reply is not None
    assert MED in unapproved(session, book, reply)
    approve(session, cast.ada, ASH, *MED)
    assert is_approved(session)
    row = next(each for each in texts(session, book) if each.key == MED[1])
    assert (row.approved_by_name, row.is_sample) == ("Ada", False)
    event = session.scalars(select(Event).where(Event.verb == "text_approved")).one()
    assert (event.noun, event.data["key"]) == ("playbook", MED[1])


def test_another_word_makes_it_a_sample_again(session: Session, cast: Cast, shelf: Path) -> None:
    approve(session, cast.ada, ASH, *MED)
    path = next(each for each in (shelf / ASH / "replies").glob("*.yaml") if MED[1] in each.read_text())
    head, _, rest = path.read_text(encoding="utf-8").partition(f"- key: {MED[1]}\n")
    path.write_text(f"{head}- key: {MED[1]}\n{rest.replace(' medicine', ' medication', 1)}", encoding="utf-8")
    assert not is_approved(session)
    row = next(each for each in texts(session, playbooks.any_one(ASH)) if each.key == MED[1])
    assert row.was_approved


@pytest.mark.parametrize("name", ["amina", "dev", "vera"])
def test_nobody_but_an_admin_approves(session: Session, cast: Cast, shelf: Path, name: str) -> None:
    with pytest.raises(NotAllowed, match="Only an admin"):
        approve(session, cast.named(name), ASH, *MED)


def test_words_that_were_not_shown_are_not_approved(session: Session, cast: Cast, shelf: Path) -> None:
    with pytest.raises(Conflict, match="changed after this page was made"):
        approve_words(session, cast.ada, Words(ASH, *MED, "0" * 64))
    with pytest.raises(NotFound):
        approve(session, cast.ada, ASH, "reply", "volc.nothing")
    approve(session, cast.ada, ASH, *MED)
    with pytest.raises(Conflict, match="approved already"):
        approve(session, cast.ada, ASH, *MED)


def test_the_words_in_force_can_be_approved_when_the_folder_has_others(
    session: Session, cast: Cast, shelf: Path
) -> None:
    row = factories.activated(session, cast.dev)
    frozen = activations.one(session, row.id).playbook
    before = {each.key: each.sha256 for each in texts(session, frozen)}["rights.baggage"]
    edit(shelf, "snippets.yaml", "Report a late bag", "Tell us of a late bag")
    approve_words(session, cast.ada, Words(ASH, "snippet", "rights.baggage", before))
    assert ("snippet", "rights.baggage") in approved(session, frozen)
    assert not is_approved(session, ("snippet", "rights.baggage"))


def test_the_folder_may_approve_ordinary_texts_but_never_grave_ones(
    session: Session, cast: Cast, shelf: Path
) -> None:
    edit(shelf, "snippets.yaml", "approved: false", "approved: true")
    edit(shelf, "replies/4-talk.yaml", "    version: 1\n", "    version: 1\n    approved: true\n")
    marks = approved(session, playbooks.any_one(ASH))
    assert [noun for noun, _ in marks] == ["reply"]
