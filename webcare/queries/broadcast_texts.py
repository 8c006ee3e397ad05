"""Reads what a broadcast would say at this moment: its words with the facts in force, for each channel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from webcare.domain import alerts as words_for
from webcare.domain import broadcasts as words
from webcare.domain import facts
from webcare.domain.broadcasts import Composed, Frame, Said
from webcare.domain.playbook import Playbook
from webcare.domain.replies import Ground
from webcare.queries import broadcast_facts, broadcast_links, broadcasts, public_corrections, rules
from webcare.queries import broadcast_findings as findings
from webcare.queries.broadcast_findings import Found
from webcare.queries.broadcasts import BroadcastRow, Outlet
from webcare.queries.public_corrections import WhatWasWrong

_PART_NAMES = {"doing": "what we're doing", "dont_know": "what we don't know", "you_can": "what you can do"}
_PART_NAMES |= {words.ONLY: "the longer wording"}


@dataclass(frozen=True, slots=True)
class Preview:
    """The text for one inbox in one language."""

    outlet: Outlet
    language: str
    composed: Composed

    @property
    def left_out(self) -> tuple[str, ...]:
        """Return in words which parts don't fit there."""
        return tuple(_PART_NAMES[part] for part in self.composed.dropped)

    @property
    def problem(self) -> str:
        """Return why it can't be posted there, or an empty text."""
        if self.composed.fits:
            return ""
        return (
            f"{self.outlet.name} takes {self.composed.limit} characters; the shortest {self.language} text"
            f" has {len(self.composed.text)}. Shorten {self._longest}."
        )

    @property
    def _longest(self) -> str:
        return "the short text" if words.ONLY in self.composed.dropped else "what we know"


@dataclass(frozen=True, slots=True)
class Look:
    """A broadcast as it would leave now: per language, per channel, and everything in its way."""

    said: tuple[Said, ...]
    previews: tuple[Preview, ...]
    findings: tuple[Found, ...]
    problems: tuple[str, ...]
    notices: tuple[str, ...]

    @property
    def facts(self) -> dict[str, int]:
        """Return the versions that it states in any language."""
        return {key: version for said in self.said for key, version in said.facts.items()}

    def passable(self, row: BroadcastRow) -> tuple[str, ...]:
        """Return the names of the blocking findings that a lead may let pass."""
        blocking = [each for each in self.findings if _blocks(row, each)]
        final = {each.finding.name for each in blocking if each.finding.is_final}
        return tuple(dict.fromkeys(each.finding.name for each in blocking if each.finding.name not in final))


def look(session: Session, row: BroadcastRow, now: datetime) -> Look:
    """Return what a broadcast that wasn't published yet would say at `now` (aware)."""
    frame = frame_of(session, row, now)
    spoken = (words.say(language, row.parts[language], frame) for language in row.languages)
    said = tuple(broadcast_links.linked(each, frame) for each in spoken)
    previews = tuple(
        Preview(outlet, each.language, words.compose(each, outlet.limit))
        for outlet in broadcasts.outlets(session)
        for each in said
        if outlet.takes(each.language)
    )
    problems = [problem for each in said for problem in each.problems]
    problems += _late(row, now)
    # While a fact is missing neither length nor words are what they will be.
    wrong = public_corrections.what(session, row.correction_id) if row.correction_id else None
    problems += _known_by_now(wrong, said, frame)
    books = (broadcasts.source(session, row.activation_id).playbook, *_around(session, row))
    found = () if problems else findings.of(row, said, frame, books, wrong.wrong if wrong else {})
    problems += [] if problems else [each.problem for each in previews if each.problem]
    problems += [each.sentence for each in found if _blocks(row, each)]
    notices = [notice for each in said for notice in each.notices]
    notices += [each.sentence for each in found if not _blocks(row, each)]
    return Look(said, previews, found, tuple(dict.fromkeys(problems)), tuple(dict.fromkeys(notices)))


def _blocks(row: BroadcastRow, found: Found) -> bool:
    is_passed = found.finding.name in row.overrides and not found.finding.is_final
    return found.finding.severity == "block" and not is_passed


def frame_of(session: Session, row: BroadcastRow, now: datetime) -> Frame:
    """Return the facts and moments that the words of a broadcast are filled with at `now`."""
    playbook = broadcasts.source(session, row.activation_id).playbook
    held_facts = broadcast_facts.held_by(session, row)
    zone = rules.zone_of(playbook)
    return Frame(
        Ground.of(playbook, {key: each.value for key, each in held_facts.items()}, now),
        broadcast_facts.private(session, held_facts),
        words_for.at(now, zone),
        words.in_words(row.next_update_at, now, zone) if row.next_update_at else "",
        _needs(playbook, row),
    )


def _needs(playbook: Playbook, row: BroadcastRow) -> tuple[str, ...]:
    """Return the facts that "no change" in the playbook's own words rests on."""
    template = words.nochange_template(playbook) if row.kind == "nochange" else None
    if template is None:
        return ()
    is_own = any(row.parts[each].get(words.ONLY) == template.texts.of(each) for each in row.languages)
    return tuple(key for key in template.requires if key != words.NEXT_UPDATE) if is_own else ()


def _around(session: Session, row: BroadcastRow) -> tuple[Playbook, ...]:
    return rules.covering(session, row.activation_id if row.is_rehearsal else None).playbooks


def _known_by_now(of: WhatWasWrong | None, said: tuple[Said, ...], frame: Frame) -> list[str]:
    """Return why a correction may not say any more that nobody knows what is right."""
    if of is None or of.right or any(of.key in each.facts for each in said):
        return []
    fact = frame.ground.facts.get(of.key)
    if fact is None or not facts.usable(fact, frame.ground.now):
        return []
    return [f"What is right is known by now: write {{{of.key}}} in both texts, or draft the run anew."]


def _late(row: BroadcastRow, now: datetime) -> list[str]:
    """Return what is wrong with the moments: every update names a next one, and it lies ahead.

    After the end of a crisis no update follows; what was wrong is corrected all the same.
    """
    if row.kind == "post" or (row.kind == words.CORRECTION and row.is_over):
        return []
    if row.next_update_at is None:
        return ["Say when the next update comes."]
    leaves_at = max(now, row.publish_at or now)
    if row.next_update_at <= leaves_at:
        return ["The next update that it promises comes before it leaves; promise a later moment."]
    return []
