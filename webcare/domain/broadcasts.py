"""Words status updates: five parts per language, facts by key, and a length that never cuts a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from webcare.domain import replies
from webcare.domain.facts import state
from webcare.domain.playbook import FactSpec, Playbook, ReplyTemplate, Text, flaws
from webcare.domain.playbook.wording import WordingError, bare_slots, parse
from webcare.domain.replies import Ground
from webcare.errors import Refused

LANGUAGES = ("en", "nl")
PARTS = ("know", "dont_know", "doing", "you_can")
ONLY = "text"
"""The one part of a planned post and of "no change"."""

SHORT = "short"
"""Beside the text of a public correction: the same in fewer words, for channels that take little."""

CORRECTION = "correction"
"""The kind of broadcast that says what another one got wrong."""

DROPPED_IN_ORDER = ("doing", "dont_know", "you_can")
"""What goes first where a channel is short; what we know and the next update always stay."""

NEXT_UPDATE = "next_update_at"
_HEADS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "know": "What we know ({as_of})",
        "dont_know": "What we don't know",
        "doing": "What we're doing",
        "you_can": "What you can do",
        "next": "Next update {next}, also if nothing changes.",
    },
    "nl": {
        "know": "Wat we weten ({as_of})",
        "dont_know": "Wat we niet weten",
        "doing": "Wat we doen",
        "you_can": "Wat je kunt doen",
        "next": "Volgende update {next}, ook als er niets verandert.",
    },
}
NO_CHANGE: Mapping[str, str] = {
    "en": "{as_of}: no change. We know that's hard to hear again. Next update {next_update_at}.",
    "nl": "{as_of}: geen verandering. Dat is vervelend om weer te horen. Volgende update {next_update_at}.",
}


@dataclass(frozen=True, slots=True)
class Frame:
    """What all languages of a broadcast share.

    `private` are the keys of facts that may not be said in public, `needs` those that the words rest on
    without naming them. `next_update` and `as_of` are moments in words, the first one empty when the
    broadcast promises none.
    """

    ground: Ground
    private: frozenset[str]
    as_of: str
    next_update: str = ""
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """A broadcast in one language: the words of each part, what they rest on, why they may not leave."""

    language: str
    words: Mapping[str, str]
    facts: Mapping[str, int]
    problems: tuple[str, ...]
    notices: tuple[str, ...]
    as_of: str
    next_update: str

    def plain(self) -> dict[str, str]:
        """Return what is kept of it once it is published."""
        return {**self.words, "as_of": self.as_of, "next": self.next_update}


@dataclass(frozen=True, slots=True)
class Composed:
    """The text for one channel: which parts were left out for its length, and whether it fits now."""

    text: str
    dropped: tuple[str, ...]
    limit: int | None

    @property
    def fits(self) -> bool:
        """Return whether the text is short enough for its channel."""
        return self.limit is None or len(self.text) <= self.limit


def say(language: str, parts: Mapping[str, str], frame: Frame) -> Said:
    """Return the parts in `language` with the words of the facts that they name; raises nothing."""
    ground = frame.ground
    words: dict[str, str] = {}
    stated = {key: ground.facts[key].version for key in frame.needs if key in ground.facts}
    problems = [problem for key in frame.needs for problem in _held_back(key, frame)]
    notices: list[str] = []
    # The database keeps no order of names.
    for name, source in sorted(parts.items(), key=lambda part: (*PARTS, ONLY, SHORT).index(part[0])):
        try:
            filled = _filled(source, language, frame)
        except WordingError as error:
            problems.append(f"{name} ({language}): {error}.")
            continue
        words[name] = filled.text
        stated.update(filled.facts)
        problems += _problems(source, filled.unfilled, frame)
        notices += filled.notices
    unique = tuple(dict.fromkeys(problems))
    return Said(
        language,
        words,
        stated,
        unique,
        tuple(dict.fromkeys(notices)),
        frame.as_of,
        frame.next_update,
    )


def compose(said: Said, limit: int | None) -> Composed:
    """Return the text for a channel of `limit` characters (None: any), parts dropped in their order."""
    if ONLY in said.words:
        made = Composed(said.words[ONLY], (), limit)
        is_short = not made.fits and SHORT in said.words
        return Composed(said.words[SHORT], (ONLY,), limit) if is_short else made
    for count in range(len(DROPPED_IN_ORDER) + 1):
        dropped = DROPPED_IN_ORDER[:count]
        made = Composed(_text(said, dropped), dropped, limit)
        if made.fits:
            break
    return made


def headed(said: Mapping[str, str], language: str) -> tuple[tuple[str, str], ...]:
    """Return (heading, words) of a published broadcast's parts; a single text has an empty heading."""
    if ONLY in said:
        return (("", said[ONLY]),)
    heads = _HEADS[language]
    return tuple(
        (heads[part].format(as_of=said["as_of"]), _sentence(said[part])) for part in PARTS if said.get(part)
    )


def complete(kind: str, parts: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    """Return the parts that are filled in, per language; raise Refused naming each one that is missing.

    A language is whole or absent: half an update in Dutch would leave Dutch readers with half the truth.
    """
    wanted = {"update": PARTS, CORRECTION: (ONLY, SHORT)}.get(kind, (ONLY,))
    kept: dict[str, dict[str, str]] = {}
    missing: list[str] = []
    for language in LANGUAGES:
        filled = {name: parts.get(language, {}).get(name, "").strip() for name in wanted}
        if any(filled.values()):
            kept[language] = filled
            missing += [f"{name}_{language}: please fill this in." for name in wanted if not filled[name]]
    if not kept:
        missing = [f"{name}_en: please fill this in." for name in wanted]
    if missing:
        raise Refused(f"The broadcast is not complete. {' '.join(missing)}", tuple(missing))
    return kept


def in_words(moment: datetime, now: datetime, zone: ZoneInfo) -> str:
    """Return an absolute moment with its zone (R03), such as `15:00 CEST`; with its day unless today."""
    local = moment.astimezone(zone)
    is_today = local.date() == now.astimezone(zone).date()
    return local.strftime("%H:%M %Z" if is_today else "%d-%m %H:%M %Z")


def as_moment(given: datetime | None, zone: ZoneInfo) -> datetime | None:
    """Return a moment as aware UTC; one without a zone is a clock time in `zone`.

    Raises Refused for a time that the clock skips, in the night when summer begins.
    """
    if given is None or given.tzinfo is not None:
        return given.astimezone(UTC) if given else None
    found = given.replace(tzinfo=zone).astimezone(UTC)
    if found.astimezone(zone).replace(tzinfo=None) != given:
        raise Refused(f"{given:%H:%M} doesn't exist that night in {zone.key}: the clock skips it.")
    return found


def starting(specs: Iterable[FactSpec]) -> dict[str, str]:
    """Return what an empty form begins with: the facts that this playbook has for each part."""
    known = {spec.key for spec in specs}
    wanted = {
        "know": ("airspace_status", "situation"),
        "dont_know": ("restart_estimate",),
        "doing": ("doing",),
        "you_can": ("action", "airport_advice"),
    }
    return {part: next((f"{{{key}}}" for key in keys if key in known), "") for part, keys in wanted.items()}


def nochange_template(playbook: Playbook) -> ReplyTemplate | None:
    """Return the playbook's own text for "no change", if it has one."""
    return next((each for each in playbook.replies if each.key.endswith(".nochange")), None)


def _filled(source: str, language: str, frame: Frame) -> replies.Rendered:
    pieces = parse(source)
    ground = frame.ground
    specs = {key: spec for key, spec in ground.specs.items() if key != NEXT_UPDATE}
    template = ReplyTemplate(
        key="broadcast",
        version=1,
        purpose=Text({"en": "-", "nl": "-"}),
        channels=("public",),
        requires=tuple(dict.fromkeys(name for name in bare_slots(pieces) if name in specs)),
        branches_on_unknown=tuple(specs),
        texts=Text(dict.fromkeys((*LANGUAGES, language), source)),
    )
    values = {"as_of": frame.as_of, NEXT_UPDATE: frame.next_update}
    return replies.render(template, language, replace(ground, specs=specs), values)


def _problems(source: str, unfilled: Iterable[str], frame: Frame) -> Iterable[str]:
    """Yield why the words of one part may not leave, naming the fact and what to do."""
    ground = frame.ground
    for name in dict.fromkeys(bare_slots(parse(source))):
        yield from _held_back(name, frame)
    for name in unfilled:
        fact = ground.facts.get(name)
        if name == NEXT_UPDATE:
            yield "Say when the next update comes."
        elif name not in ground.specs:
            yield f"There is no fact '{name[:64]}' here; {flaws.closest(name[:64], list(ground.specs))}."
        elif fact is not None and state(fact, ground.now) == "unknown":
            yield f"'{name}' is unknown and has no sentence for that; say it in your own words."


def _held_back(key: str, frame: Frame) -> Iterable[str]:
    """Yield why one fact may not be said in public now."""
    ground = frame.ground
    if key in frame.private:
        yield f"The fact '{key}' is not for the public; ask its owner before you publish it."
    if key in ground.specs and key != NEXT_UPDATE:
        yield from (each.sentence for each in replies.problems(_needing(key), ground.facts, ground.now))


def _needing(key: str) -> ReplyTemplate:
    """Return a text that needs one fact, known or honestly unknown."""
    blank = Text({"en": "-", "nl": "-"})
    return ReplyTemplate(
        key="one",
        version=1,
        purpose=blank,
        channels=("public",),
        requires=(key,),
        branches_on_unknown=(key,),
        texts=blank,
    )


def _text(said: Said, dropped: tuple[str, ...]) -> str:
    heads = _HEADS[said.language]
    lines = [
        f"{heads[part].format(as_of=said.as_of)}: {_closed(said.words[part])}"
        for part in PARTS
        if part in said.words and part not in dropped
    ]
    if said.next_update:
        lines.append(heads["next"].format(next=said.next_update))
    return "\n".join(lines)


def _sentence(words: str) -> str:
    """Return words that stand on their own: facts begin small, because they often stand in a sentence."""
    return f"{words[:1].upper()}{_closed(words[1:])}"


def _closed(words: str) -> str:
    return words if words.endswith((".", "!", "?", "…")) else f"{words}."
