"""Words the automatic first receipt: what is known to be true, and nothing that isn't."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from webcare.domain.facts import state, usable
from webcare.domain.replies import Ground

HAPPENED = ("situation", "airspace_status")
REPLY_ETA = "reply_eta"
NEXT_UPDATE = "next_update_at"


@dataclass(frozen=True, slots=True)
class _Lines:
    opening: str
    happened: str
    about: str
    answer: str
    unsure: str
    update: str
    help: str


_LINES: Mapping[str, _Lines] = {
    "en": _Lines(
        "We have your message. People read every message here; only this first answer is automatic.",
        "What we know now: {words}.",
        "Many people are writing to us now about: {words}.",
        "We expect to answer you within {words}, as measured over the last half hour.",
        "We can't estimate yet when we will answer you.",
        "Next update for everybody: {words}.",
        "Is help needed now, with medicine, a child alone, a wheelchair or nowhere to sleep? Answer HELP.",
    ),
    "nl": _Lines(
        "We hebben je bericht en een mens gaat het lezen. Dit eerste antwoord is automatisch.",
        "Wat we nu weten: {words}.",
        "Veel mensen schrijven ons nu over: {words}.",
        "We verwachten je binnen {words} te antwoorden, gemeten over het laatste half uur.",
        "Wanneer we je antwoorden, kunnen we nog niet schatten.",
        "Volgende update voor iedereen: {words}.",
        "Nu hulp nodig, met medicijnen, een kind alleen, een rolstoel of geen slaapplek? Antwoord HELP.",
    ),
    "de": _Lines(
        "Wir haben Ihre Nachricht, und ein Mensch wird sie lesen. Diese erste Antwort ist automatisch.",
        "Was wir jetzt wissen: {words}.",
        "Viele Menschen schreiben uns gerade zu: {words}.",
        "Wir antworten voraussichtlich innerhalb von {words}, gemessen in der letzten halben Stunde.",
        "Wann wir antworten, können wir noch nicht abschätzen.",
        "Nächste Information für alle: {words}.",
        "Brauchen Sie jetzt Hilfe, mit Medikamenten, einem Kind allein, einem Rollstuhl oder ohne Bett?"
        " Antworten Sie HELP.",
    ),
    "fr": _Lines(
        "Nous avons votre message et une personne va le lire. Cette première réponse est automatique.",
        "Ce que nous savons maintenant : {words}.",
        "Beaucoup de personnes nous écrivent en ce moment au sujet de : {words}.",
        "Nous pensons vous répondre sous {words}, d'après la dernière demi-heure.",
        "Nous ne pouvons pas encore estimer quand nous vous répondrons.",
        "Prochaine information pour tous : {words}.",
        "Besoin d'aide maintenant, pour des médicaments, un enfant seul, un fauteuil roulant ou un lit ?"
        " Répondez HELP.",
    ),
    "es": _Lines(
        "Tenemos su mensaje y una persona lo va a leer. Esta primera respuesta es automática.",
        "Lo que sabemos ahora: {words}.",
        "Muchas personas nos escriben ahora sobre: {words}.",
        "Esperamos responderle en {words}, según la última media hora.",
        "Todavía no podemos calcular cuándo le responderemos.",
        "Próxima información para todos: {words}.",
        "¿Necesita ayuda ahora, con medicinas, un niño solo, una silla de ruedas o sin dónde dormir?"
        " Responda HELP.",
    ),
}
LANGUAGES = tuple(_LINES)


@dataclass(frozen=True, slots=True)
class Receipt:
    """The text of a receipt, its language, and the versions of the facts that it states."""

    text: str
    language: str
    facts: Mapping[str, int]


def built_in(language: str, titles: Mapping[str, str], ground: Ground) -> Receipt:
    """Return the receipt in `language` (English for one that isn't there) from the facts that hold now.

    `titles` is the playbook's name per language. A time to answer stands there only while it is measured
    (when nothing can be said of it, that is said), a next update only while one is promised, and a fact
    only in words of this language.
    """
    chosen = language if language in _LINES else "en"
    lines, stated = _LINES[chosen], dict[str, int]()
    said = [lines.opening, *_happened(chosen, titles, ground, stated)]
    for key, line in ((REPLY_ETA, lines.answer), (NEXT_UPDATE, lines.update)):
        words = _words(key, chosen, ground)
        if words:
            said.append(line.format(words=words))
            stated[key] = ground.facts[key].version
        elif key == REPLY_ETA and _is_unknown(key, ground):
            said.append(lines.unsure)
            stated[key] = ground.facts[key].version
    return Receipt(" ".join((*said, lines.help)), chosen, stated)


def _happened(language: str, titles: Mapping[str, str], ground: Ground, stated: dict[str, int]) -> list[str]:
    for key in HAPPENED:
        words = _words(key, language, ground)
        if words:
            stated[key] = ground.facts[key].version
            return [_LINES[language].happened.format(words=words)]
    title = titles.get(language, "")
    return [_LINES[language].about.format(words=title)] if title else []


def _is_unknown(key: str, ground: Ground) -> bool:
    return key in ground.facts and state(ground.facts[key], ground.now) == "unknown"


def _words(key: str, language: str, ground: Ground) -> str:
    """Return the words of a fact that is certain now, without a full stop; or ''."""
    fact = ground.facts.get(key)
    if fact is None or fact.status != "confirmed" or not usable(fact, ground.now):
        return ""
    # A moment with its zone reads the same in every language.
    words = fact.values.get("en" if key == NEXT_UPDATE else language, "")
    return words.strip().rstrip(".")
