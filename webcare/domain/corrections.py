"""Words a correction: what we said, when, what is right now or that nobody knows yet, sorry, reply here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo

from webcare.domain import facts, replies
from webcare.domain.masking import mask
from webcare.domain.playbook import Playbook, ReplyTemplate
from webcare.domain.replies import Ground

ENDING = ".correction"
# Costs are promised only while the operator has confirmed that they are paid.
COSTS = "correction_costs_policy"
_BUILT_IN = "correction"
_NAME = re.compile(r"[^\W\d_](?:[^\W\d_]|['\N{RIGHT SINGLE QUOTATION MARK}-]){0,29}")
# In the order of the year; fmt would put each on a line of its own.
# fmt: off
_MONTHS = {
    "en": ("January", "February", "March", "April", "May", "June",
           "July", "August", "September", "October", "November", "December"),
    "nl": ("januari", "februari", "maart", "april", "mei", "juni",
           "juli", "augustus", "september", "oktober", "november", "december"),
}
# fmt: on
_ON = {"en": "on", "nl": "op"}


def _built_in(**texts: str) -> ReplyTemplate:
    plain = {
        "key": _BUILT_IN,
        "version": 1,
        "purpose": {"en": "We said something wrong", "nl": "We zeiden iets dat niet klopte"},
        "channels": ["public", "dm", "email"],
        "texts": texts,
    }
    return ReplyTemplate.model_validate(plain)


KNOWN = _built_in(
    en=(
        '{name:Hi {name}. }Correction. At {wrong_at} we told you: "{wrong}". That was wrong; it should be:'
        " \"{right}\". That was our mistake and we're sorry. If you already acted on it, reply here and we'll"
        " put it right{correction_costs_policy:, including costs it caused you}. ^{initials}"
    ),
    nl=(
        '{name:Hoi {name}. }Rectificatie. Om {wrong_at} schreven we je: "{wrong}". Dat klopte niet; het moet'
        ' zijn: "{right}". Dat is onze fout, sorry. Heb je er al naar gehandeld? Antwoord hier, dan lossen we'
        " het op{correction_costs_policy:, ook kosten die je daardoor had}. ^{initials}"
    ),
)
NOT_KNOWN = _built_in(
    en=(
        '{name:Hi {name}. }Correction. At {wrong_at} we told you: "{wrong}". That was wrong. We don\'t know'
        " yet what is right. That was our mistake and we're sorry. If you already acted on it, reply here and"
        " we'll put it right{correction_costs_policy:, including costs it caused you}. ^{initials}"
    ),
    nl=(
        '{name:Hoi {name}. }Rectificatie. Om {wrong_at} schreven we je: "{wrong}". Dat klopte niet. We weten'
        " nog niet wat wel klopt. Dat is onze fout, sorry. Heb je er al naar gehandeld? Antwoord hier, dan"
        " lossen we het op{correction_costs_policy:, ook kosten die je daardoor had}. ^{initials}"
    ),
)


@dataclass(frozen=True, slots=True)
class Told:
    """What one conversation was told: our text, when it left (aware), and who read it in which language."""

    text: str
    at: datetime
    language: str = "en"
    is_public: bool = False
    name: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """A drafted correction and the language it is in."""

    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Wording:
    """Writes the corrections of one run.

    `wrong` and `right` map language codes to words; `right` is empty when nobody knows yet. `ground` holds
    the facts in force, `zone` is the one in which people read the time, `initials` sign.
    """

    playbook: Playbook
    ground: Ground
    wrong: Mapping[str, str]
    right: Mapping[str, str]
    zone: tzinfo = UTC
    initials: str = ""
    _chosen: dict[bool, ReplyTemplate] = field(default_factory=dict, repr=False, compare=False)

    def notice(self, told: Told) -> Notice:
        """Return the correction for one conversation; in public it names nobody."""
        template = self.template(is_public=told.is_public)
        language = told.language if told.language in template.texts.root else "en"
        filled = replies.render(template, language, self.ground, self._values(told, language))
        return Notice(filled.text, language)

    def template(self, *, is_public: bool) -> ReplyTemplate:
        """Return the playbook's own correction where it fits everybody, else the built-in one."""
        if is_public not in self._chosen:
            own = own_template(self.playbook)
            fits = own is not None and self._can_fill(own, is_public=is_public)
            built_in = KNOWN if self.right else NOT_KNOWN
            self._chosen[is_public] = own if own is not None and fits else built_in
        return self._chosen[is_public]

    def is_built_in(self, *, is_public: bool) -> bool:
        """Return whether the words are the program's own and not the playbook's."""
        return self.template(is_public=is_public).key == _BUILT_IN

    def promises_costs(self) -> bool:
        """Return whether costs are promised, so that the notices rest on that fact too."""
        fact = self.ground.facts.get(COSTS)
        return fact is not None and facts.usable(fact, self.ground.now)

    def _can_fill(self, own: ReplyTemplate, *, is_public: bool) -> bool:
        """Return whether the template says what is right and leaves no gap in any of its languages."""
        where = "public" in own.channels if is_public else bool({"dm", "email"} & set(own.channels))
        if not self.right or not where:
            return False
        nobody = Told("", self.ground.now, is_public=is_public)
        forms = (
            replies.render(own, language, self.ground, self._values(nobody, language))
            for language in own.texts.root
        )
        return all(not each.unfilled for each in forms)

    def _values(self, told: Told, language: str) -> dict[str, str]:
        wrong = self._words_told(told.text, language)
        return {
            "wrong_at": moment(told.at, language, self.zone),
            "wrong": quoted(wrong) if told.is_public else _closed(wrong),
            "right": _closed(_in(self.right, language)),
            "name": "" if told.is_public else first_name(told.name),
            "initials": self.initials,
            "as_of": moment(self.ground.now, language, self.zone),
        }

    def _words_told(self, text: str, language: str) -> str:
        """Return the words as they stand in the text; in the reader's language when none do."""
        present = _plain(text)
        ordered = sorted(self.wrong, key=lambda code: code != language)
        said = (self.wrong[code] for code in ordered if _plain(_closed(self.wrong[code])) in present)
        return next(said, _in(self.wrong, language))


def own_template(playbook: Playbook) -> ReplyTemplate | None:
    """Return the playbook's own reply for corrections, the one whose key ends in `.correction`, or None."""
    return next((each for each in playbook.replies if each.key.endswith(ENDING)), None)


def grounds(playbook: Playbook, held: Mapping[str, facts.FactVersion], now: datetime) -> Ground:
    """Return the ground for corrections: everything in force, but costs only when they are confirmed."""
    sure = {key: each for key, each in held.items() if key != COSTS or each.status == "confirmed"}
    return Ground.of(playbook, sure, now)


def right_words(ground: Ground, key: str) -> dict[str, str]:
    """Return what a fact says now per language, hedged when only likely; empty when nobody may say it."""
    fact = ground.facts.get(key)
    if fact is None or not facts.usable(fact, ground.now) or key not in ground.specs:
        return {}
    only = _built_in(**dict.fromkeys({"en", "nl", *fact.values}, f"{{{key}}}"))
    return {code: replies.render(only, code, ground, {}).text for code in fact.values if fact.values[code]}


def moment(when: datetime, language: str, zone: tzinfo = UTC) -> str:
    """Return a moment with its day and zone as people write it, such as `14:05 CET on 23 November`."""
    local = when.astimezone(zone)
    time = local.strftime("%H:%M %Z")
    if language not in _MONTHS:
        return f"{time}, {local:%Y-%m-%d}"
    return f"{time} {_ON[language]} {local.day} {_MONTHS[language][local.month - 1]}"


def quoted(words: str) -> str:
    """Return wrong words as they are repeated in public: without a full stop and without anybody's data."""
    # A wrong number may be a stranger's: what was said in public once is not said in public twice.
    return mask(_closed(words))


def first_name(name: str) -> str:
    """Return the first word of a name when it looks like one; a stranger chose what stands there."""
    word = name.split(maxsplit=1)[0] if name.strip() else ""
    return word if _NAME.fullmatch(word) else ""


def _in(words: Mapping[str, str], language: str) -> str:
    return words.get(language) or words.get("en") or next(iter(words.values()), "")


def _closed(words: str) -> str:
    """Return words without the full stop that would stand inside the quotation marks."""
    return words.strip().removesuffix(".")


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
