"""Approves the words of a reply or locked sentence by name; other words are a sample again."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from webcare import clock, live
from webcare.domain.playbook import Playbook
from webcare.domain.playbook.samples import Sample, samples
from webcare.domain.rights import Who
from webcare.errors import Conflict, NotAllowed, NotFound
from webcare.models import Activation, TextApproval
from webcare.queries import playbooks, rules
from webcare.services import timeline


@dataclass(frozen=True, slots=True)
class Words:
    """The text that somebody read: its playbook, noun (reply, snippet), key and SHA-256 in hex."""

    slug: str
    noun: str
    key: str
    sha256: str


def approve(session: Session, who: Who, slug: str, noun: str, key: str) -> None:
    """Approve the words that the folder has now; raises as `approve_words` does."""
    _may(who)
    found = _sample(playbooks.any_one(slug), noun, key)
    approve_words(session, who, Words(slug, noun, key, found.digest.hex()))


def approve_words(session: Session, who: Who, words: Words) -> None:
    """Approve exactly the words that `who` read, as they stand in the folder or in a running activation.

    Raises NotAllowed without the right text.approve, NotFound, and Conflict when the words are neither
    in the folder nor in force any more, or were approved already.
    """
    _may(who)
    folder = playbooks.any_one(words.slug)
    _sample(folder, words.noun, words.key)
    known = {
        each.digest.hex()
        for playbook in (folder, *_running(session, words.slug))
        for each in samples(playbook)
        if each.mark == (words.noun, words.key)
    }
    if words.sha256 not in known:
        raise Conflict(f"The words of '{words.key}' changed after this page was made; read them again.")
    values = {
        "playbook": words.slug,
        "noun": words.noun,
        "key": words.key,
        "sha256": bytes.fromhex(words.sha256),
        "approved_by": who.agent_id,
        "approved_at": clock.now(),
    }
    approving = insert(TextApproval).values(**values).on_conflict_do_nothing()
    if session.execute(approving.returning(TextApproval.id)).first() is None:
        raise Conflict(f"These words of '{words.key}' were approved already.")
    about = ("playbook", None)
    data = {"playbook": words.slug, "of": words.noun, "key": words.key, "sha256": words.sha256}
    timeline.record(session, who, "text_approved", about, **data)
    live.tell(session, "playbook")


def _may(who: Who) -> None:
    if not who.may("text.approve"):
        raise NotAllowed("Only an admin approves legal, medical and other texts, by name; ask one.")


def _sample(playbook: Playbook, noun: str, key: str) -> Sample:
    found = next((each for each in samples(playbook) if each.mark == (noun, key)), None)
    if found is None:
        raise NotFound(f"The playbook '{playbook.slug}' has no {noun[:20]} '{key[:64]}'.")
    return found


def _running(session: Session, slug: str) -> list[Playbook]:
    """Return the frozen versions of a playbook that are in force now."""
    asked = select(Activation.id, Activation.fingerprint).where(
        Activation.playbook == slug, Activation.ended_at.is_(None)
    )
    return [rules.frozen(session, row.id, row.fingerprint) for row in session.execute(asked)]
