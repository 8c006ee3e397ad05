"""Finds flat statements about what matters to a contact by their shape, in whatever words they are put."""

from __future__ import annotations

import re

from webcare.domain.checks.clauses import Clause
from webcare.domain.checks.reading import Span

_MATERIAL = frozenset(
    [
        "flight",
        "airspace",
        "airport",
        "money",
        "comp",
        "bag",
        "power",
        "gas",
        "net",
        "care",
        "staff",
        "strike",
        "product",
        "transport",
        "order",
        "privacy",
        "booking",
    ]
)
_FEWEST = 4
# Words that say of whom a clause speaks: what the agent or the contact does is told elsewhere.
_PERSON_FIRST = re.compile(
    r"(?:(?:and|but|so|or|then|en|maar|dus|of|dan|und|aber|oder|et|mais|ou|y|pero|o)\s)?"
    r"(?:i|we|you|ik|wij|we|je|jij|u|jullie|ich|wir|sie|du|je|j'\w+|nous|vous|tu|on|nosotros|usted)\b"
)
_VERB = {
    "en": re.compile(
        r"\b(?:is|are|was|were|has|have|had|will|won't|does|do|did|can|isn't|aren't|hasn't|haven't|doesn't"
        r"|don't|came|comes|went|goes|left|stands?|sits?|lies|gets?|leaves?|arrives?|keeps?|holds?|runs?"
        r"|makes?|takes?|pays?|covers?|works?|hold)\b|'(?:ll|re|ve|s)\b"
    ),
    "nl": re.compile(
        r"\b(?:is|zijn|was|waren|heeft|hebben|wordt|worden|werd|werden|komt|komen|gaat|gaan|staat|staan|ligt"
        r"|liggen|zit|zitten|kan|kunnen|mag|mogen|hoeft|hoeven|zal|zullen|kreeg|krijgt|blijft|blijven|valt"
        r"|vallen|doet|doen|loopt|lekt|rijdt|vertrekt|houdt|houden|betaalt|betalen|dekt|brengt|maakt|neemt)\b"
        r"|\b\w{4,}en (?:we|wij)\b"
    ),
    "de": re.compile(
        r"\b(?:ist|sind|war|waren|hat|haben|wird|werden|kommt|kommen|geht|gehen|steht|stehen|liegt|liegen"
        r"|kann|konnen|lauft|fahrt|halt|zahlt|bleibt|bekommt|bekommen)\b"
    ),
    "fr": re.compile(
        r"\b(?:est|sont|etait|etaient|a ete|ont|sera|seront|va|vont|reste|restent|arrive|part|partent|paie"
        r"|attend|attendra|fuit)\b"
    ),
    "es": re.compile(
        r"\b(?:es|son|era|eran|esta|estan|ha|han|sera|seran|va|van|llega|llegan|sale|salen|queda|quedan"
        r"|paga|espera|esperara)\b"
    ),
}
_NO_STATEMENT = ("legal", "speculation", "secret", "statement_exempt", "instruction")


def flat_statement(clause: Clause, about: frozenset[str]) -> Span | None:
    """Return where a clause states something about a matter of weight, or None; counted within the clause."""
    text = clause.folded
    if clause.moods or not about & _MATERIAL or len(text.split()) < _FEWEST or "[" in text or "{" in text:
        return None
    if _PERSON_FIRST.match(text) or _VERB[clause.language].search(text) is None:
        return None
    if any(clause.says(concept) for concept in _NO_STATEMENT):
        return None
    return 0, len(text.rstrip(" .!,;:"))
