"""Finds contradictions between the parts of a playbook, each with its place and how to mend it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from webcare.domain.playbook import signs
from webcare.domain.playbook.placeholders import ALERT_VALUES, PLACEHOLDERS
from webcare.domain.playbook.text import Keyed, Text
from webcare.domain.playbook.wording import Piece, WordingError, bare_slots, names, parse

if TYPE_CHECKING:
    from webcare.domain.playbook.sentences import FactSpec, ReplyTemplate, Snippet
    from webcare.domain.playbook.shape import Playbook

NEVER_UNKNOWN = "next_update_at"
_KEYED = (
    *("triggers", "severities", "phases", "roles", "checklist", "facts", "snippets", "replies"),
    *("alerts", "checks", "words", "stand_down", "after_action", "risks"),
)


@dataclass(frozen=True, slots=True)
class Flaw:
    """One contradiction: where in the playbook (as pydantic's `loc`), what is wrong, how to mend it."""

    place: tuple[int | str, ...]
    what: str
    mend: str

    @property
    def sentence(self) -> str:
        """Return both halves in one line."""
        return f"{self.what} ({self.mend})"


def of(playbook: Playbook) -> tuple[Flaw, ...]:
    """Return every contradiction in a playbook, in the order of its parts."""
    checks: tuple[Callable[[Playbook], Iterator[Flaw]], ...] = (
        _repeated_keys,
        _order,
        _references,
        _facts,
        _snippets,
        _replies,
        _alerts,
    )
    return tuple(flaw for check in checks for flaw in check(playbook))


def closest(word: str, known: Sequence[str]) -> str:
    """Return "did you mean 'x'?" when a known word looks like this one, else the known words."""
    near = get_close_matches(word, known, n=1, cutoff=0.7)
    return f"did you mean '{near[0]}'?" if near else f"use one of: {', '.join(sorted(known)) or 'none yet'}"


def _repeated_keys(playbook: Playbook) -> Iterator[Flaw]:
    for part in _KEYED:
        seen: set[str] = set()
        items: Sequence[Keyed] = getattr(playbook, part)
        for index, item in enumerate(items):
            if item.key in seen:
                yield Flaw((part, index, "key"), f"the key '{item.key}' stands twice in {part}", "rename one")
            seen.add(item.key)


def _order(playbook: Playbook) -> Iterator[Flaw]:
    before = 0
    for index, step in enumerate(playbook.checklist):
        if step.offset_minutes < before:
            yield Flaw(
                ("checklist", index, "offset_minutes"),
                f"step '{step.key}' at {step.offset_minutes} min stands after a step at {before} min",
                "sort the steps by offset_minutes",
            )
        before = max(before, step.offset_minutes)


def _references(playbook: Playbook) -> Iterator[Flaw]:
    """Yield names of phases, roles and replies that don't exist."""
    phases, roles = [each.key for each in playbook.phases], [each.key for each in playbook.roles]
    replies = [each.key for each in playbook.replies]
    wanted: list[tuple[tuple[int | str, ...], str, str, list[str]]] = [
        *((("triggers", i, "phase"), "phase", t.phase, phases) for i, t in enumerate(playbook.triggers)),
        *((("facts", i, "owner"), "role", f.owner, roles) for i, f in enumerate(playbook.facts)),
        *((("snippets", i, "owner"), "role", s.owner, roles) for i, s in enumerate(playbook.snippets)),
        *((("allowed_replies", i), "reply", key, replies) for i, key in enumerate(playbook.allowed_replies)),
    ]
    for place, noun, key, known in wanted:
        if key not in known:
            yield Flaw(place, f"there is no {noun} '{key}'", closest(key, known))
    if playbook.reply_policy == "allowlist-only" and not playbook.allowed_replies:
        yield Flaw(
            ("reply_policy",),
            "'allowlist-only' without allowed_replies lets nobody answer",
            "list the reply keys in allowed_replies, or use 'hold'",
        )


def _parsed(place: tuple[int | str, ...], texts: Text) -> Iterator[tuple[str, tuple[Piece, ...]] | Flaw]:
    """Yield the pieces of every language, or a flaw where the braces don't add up."""
    for language, words in texts.root.items():
        try:
            yield language, parse(words)
        except WordingError as error:
            what, _, mend = str(error).partition("; ")
            yield Flaw((*place, language), what, mend)


def _facts(playbook: Playbook) -> Iterator[Flaw]:
    known = {each.key for each in playbook.facts}
    for index, fact in enumerate(playbook.facts):
        place = ("facts", index, "if_unknown")
        if fact.key in PLACEHOLDERS:
            yield Flaw(
                ("facts", index, "key"), f"'{fact.key}' is a placeholder of the desk", "choose another key"
            )
        if fact.if_unknown is None:
            continue
        if fact.key == NEVER_UNKNOWN:
            yield Flaw(
                place, f"'{NEVER_UNKNOWN}' may never be unknown", "remove if_unknown: promise a moment"
            )
        yield from _unknown_sentence(place, fact, known)


def _unknown_sentence(place: tuple[int | str, ...], fact: FactSpec, known: set[str]) -> Iterator[Flaw]:
    """Yield what is wrong in a "we don't know" sentence: other facts only inside their own branch."""
    assert fact.if_unknown is not None  # noqa: S101 - the caller looked; this tells the type checker
    for found in _parsed(place, fact.if_unknown):
        if isinstance(found, Flaw):
            yield found
            continue
        language, pieces = found
        bare = set(bare_slots(pieces)) | (set(names(pieces)) - known) | (set(names(pieces)) & {fact.key})
        for name in sorted(bare):
            yield Flaw(
                (*place, language),
                f"'{{{name}}}' may be unknown too",
                f"use another fact in its own branch: {{{name}: ... {{{name}}}}}",
            )


def _snippets(playbook: Playbook) -> Iterator[Flaw]:
    known = {each.key for each in playbook.facts} | set(PLACEHOLDERS)
    for index, snippet in enumerate(playbook.snippets):
        place = ("snippets", index, "texts")
        if "." not in snippet.key:
            yield Flaw(
                ("snippets", index, "key"), f"'{snippet.key}' could be a fact", "put a dot in it: rights.x"
            )
        used: dict[str, set[str]] = {}
        for found in _parsed(place, snippet.texts):
            if isinstance(found, Flaw):
                yield found
                continue
            used[found[0]] = set(names(found[1]))
            for name in sorted(used[found[0]] - known):
                yield Flaw((*place, found[0]), f"there is no fact '{name}'", closest(name, sorted(known)))
        yield from _same_in_all(place, used)


def _same_in_all(place: tuple[int | str, ...], used: dict[str, set[str]]) -> Iterator[Flaw]:
    """Yield the names that one language uses and the English text doesn't, or the other way round."""
    for language, own in used.items():
        for name in sorted(own ^ used.get("en", own)):
            missing, other = (language, "en") if name not in own else ("en", language)
            yield Flaw(
                (*place, language),
                f"'{{{name}}}' stands in the {other} text but not in the {missing} text",
                "let both languages use the same facts and placeholders",
            )


def _replies(playbook: Playbook) -> Iterator[Flaw]:
    facts = {each.key: each for each in playbook.facts}
    snippets = {each.key: each for each in playbook.snippets}
    for index, reply in enumerate(playbook.replies):
        yield from _declared(index, reply, facts)
        used: dict[str, set[str]] = {}
        place = ("replies", index, "texts")
        for found in _parsed(place, reply.texts):
            if isinstance(found, Flaw):
                yield found
                continue
            used[found[0]] = set(names(found[1]))
            yield from _placeholders((*place, found[0]), reply, found[1], (facts, snippets))
        yield from _same_in_all(place, used)


def _declared(index: int, reply: ReplyTemplate, facts: dict[str, FactSpec]) -> Iterator[Flaw]:
    """Yield what is wrong in the lists of facts of one reply."""
    for part in ("requires", "optional", "branches_on_unknown"):
        for spot, key in enumerate(getattr(reply, part)):
            place = ("replies", index, part, spot)
            if key not in facts:
                yield Flaw(place, f"there is no fact '{key}'", closest(key, sorted(facts)))
            elif part != "requires" and key == NEVER_UNKNOWN:
                yield Flaw(place, f"'{NEVER_UNKNOWN}' may never be unknown", "move it to requires")
            elif part == "optional" and key in reply.requires:
                yield Flaw(place, f"'{key}' is required and optional", "keep it in one of the two lists")
            elif part == "branches_on_unknown" and facts[key].if_unknown is None:
                yield Flaw(place, f"'{key}' has no if_unknown sentence", f"write one at the fact '{key}'")
            elif part == "branches_on_unknown" and key not in (*reply.requires, *reply.optional):
                yield Flaw(
                    place, f"'{key}' is neither required nor optional", "add it to one of the two lists"
                )


def _placeholders(
    place: tuple[int | str, ...],
    reply: ReplyTemplate,
    pieces: tuple[Piece, ...],
    known: tuple[dict[str, FactSpec], dict[str, Snippet]],
) -> Iterator[Flaw]:
    """Yield the names in one text that are no declared fact, no snippet and no placeholder."""
    facts, snippets = known
    declared = {*reply.requires, *reply.optional, *PLACEHOLDERS}
    everywhere = sorted({*facts, *snippets, *PLACEHOLDERS})
    for name in dict.fromkeys(names(pieces)):
        if name in snippets:
            yield from _snippet_facts(place, snippets[name], declared)
        elif name in declared:
            continue
        elif name in facts:
            yield Flaw(place, f"the fact '{name}' is used but not declared", "add it to requires or optional")
        else:
            yield Flaw(place, f"'{{{name}}}' is no fact and no placeholder", closest(name, everywhere))
    for name in dict.fromkeys(bare_slots(pieces)):
        if name in reply.optional and name in facts and facts[name].if_unknown is None:
            yield Flaw(
                place,
                f"'{{{name}}}' leaves a hole when it is unknown",
                f"write if_unknown at the fact, or put it in a branch {{{name}: ... {{{name}}}}}",
            )


def _snippet_facts(place: tuple[int | str, ...], snippet: Snippet, declared: set[str]) -> Iterator[Flaw]:
    try:
        used = names(parse(snippet.texts.en))
        missing = sorted(set(used) - declared)
    except WordingError:
        return  # named at the snippet itself
    for name in missing:
        yield Flaw(place, f"'{snippet.key}' rests on the fact '{name}'", f"add '{name}' to requires")


def _alerts(playbook: Playbook) -> Iterator[Flaw]:
    for index, alert in enumerate(playbook.alerts):
        place = ("alerts", index, "pattern")
        for found in _parsed(place, alert.pattern):
            if isinstance(found, Flaw):
                yield found
                continue
            for name in sorted(set(names(found[1])) - set(ALERT_VALUES)):
                yield Flaw(
                    (*place, found[0]), f"an alert knows no '{{{name}}}'", closest(name, list(ALERT_VALUES))
                )
            for name in sorted(set(names(found[1])) & (set(ALERT_VALUES) - alert.fills)):
                what = f"what raises this alert doesn't know '{{{name}}}'"
                yield Flaw((*place, found[0]), what, closest(name, sorted(alert.fills)))
        for spot, what, mend in signs.of_alert(playbook, alert):
            yield Flaw(("alerts", index, *spot), what, mend)
