"""Says which playbook decides where several cover a conversation: the strictest wins, and has a name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from webcare.domain.coverage import Coverage
from webcare.domain.playbook import Playbook
from webcare.domain.urgency import Urgency
from webcare.queries import covered, rules, running
from webcare.queries.activations import ActivationRow
from webcare.queries.running import Running

_POLICIES = ("answer-all", "answer-questions", "allowlist-only", "hold")
_APPROVERS = ("none", "colleague", "lead")
Title = dict[str, str]


@dataclass(frozen=True, slots=True)
class Decided:
    """One rule: what holds, and the titles of the playbooks that ask for it.

    `among` are the titles of all that hold together there; with scopes there may be several such places.
    """

    rule: str
    value: str
    titles: tuple[Title, ...]
    among: tuple[Title, ...] = ()

    @property
    def among_words(self) -> str:
        """Return the English titles of all that hold together there, to tell such places apart."""
        return " + ".join(each["en"] for each in self.among)


def of(session: Session, row: ActivationRow) -> tuple[Decided, ...]:
    """Return what holds, and by which playbook, where an activation overlaps with others; else nothing.

    Two activations that cover nothing together don't make each other stricter, and aren't named.
    """
    if row.ended_at is not None or row.is_rehearsal:
        return ()
    real = [each for each in running.now(session) if each.mode == "real"]
    found: list[Decided] = []
    for group in _groups(session, row.id, real):
        books = [rules.frozen(session, each.id, each.fingerprint) for each in real if each.id in group]
        found += _decided(books)
    return tuple(found)


def _groups(session: Session, own: int, real: Sequence[Running]) -> list[frozenset[int]]:
    """Return the largest sets of activations that hold together somewhere, those with `own` in them.

    Some do by what their scopes name. Others only meet in a conversation: one with both labels, or in
    a language that nobody can tell; so the backlog is looked at as well.
    """
    found = {ids for ids, _ in _by_name(own, real)}
    if any(not each.coverage.is_everything for each in real):
        for place in covered.places(session):
            if place.rehearsal_id is None:
                found.add(frozenset(each.id for each in real if each.coverage.covers(place)))
    several = {ids for ids in found if own in ids and len(ids) > 1}
    largest = [ids for ids in several if not any(ids < other for other in several)]
    return sorted(largest, key=lambda ids: (-len(ids), sorted(ids, reverse=True)))


def _by_name(own: int, real: Sequence[Running]) -> list[tuple[frozenset[int], Coverage]]:
    found = [(frozenset({each.id}), each.coverage) for each in real if each.id == own]
    for other in real:
        if other.id != own:
            found += [
                (ids | {other.id}, both)
                for ids, coverage in found
                if (both := coverage.meet(other.coverage)) is not None
            ]
    return found


def _decided(books: Sequence[Playbook]) -> Iterator[Decided]:
    for level in Urgency:
        asked = [getattr(book.due_minutes, level.name) for book in books]
        yield _one(level.name, f"{min(asked)} min", books, [each == min(asked) for each in asked])
    policies = [_POLICIES.index(book.reply_policy) for book in books]
    strictest = max(policies)
    yield _one("replies", _POLICIES[strictest], books, [each == strictest for each in policies])
    approvers = [_APPROVERS.index(book.approval.reply) for book in books]
    strictest = max(approvers)
    yield _one("approval", _APPROVERS[strictest], books, [each == strictest for each in approvers])


def _one(rule: str, value: str, books: Sequence[Playbook], whose: Sequence[bool]) -> Decided:
    among = tuple(dict(book.title.root) for book in books)
    return Decided(rule, value, tuple(each for each, is_ in zip(among, whose, strict=True) if is_), among)
