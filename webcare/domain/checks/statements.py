"""Finds flat statements about the world by their shape: who the subject is, and whether it is talk."""

from __future__ import annotations

import re

from webcare.domain.checks.clauses import Clause
from webcare.domain.checks.reading import Span
from webcare.domain.checks.worded import WORDED

_FEWEST = 3
GAP = re.compile(r"[\[{<]|__|##|\bxx+\b")
_AND = r"(?:(?:and|but|so|or|then|also|yes|sure|en|maar|dus|of|dan|ja|und|aber|oder|et|mais|ou|y|pero|o)\s)?"
# "We'd have told you" tells what did not happen.
_UNREAL = re.compile(r"(?:'d|\b(?:would|could|should)) (?:\w+ )?have \w+|\bzouden? (?:\w+ ){0,6}hebben\b")
# What the agent says of itself or refers back with is told elsewhere.
_SPEAKER = re.compile(
    rf"{_AND}(?:a person|een mens|ein mensch|une personne|una persona)\b"
    rf"|{_AND}(?:i|ik|ich|je\s(?=n'|[a-z]+e\b.*\b(?:votre|vous)\b)|j'\w+)\b"
)
_BACK = re.compile(
    rf"{_AND}(?:it|that|this|these|those|which|what|who|whoever|he|she|they|het|dat|dit|die|deze|wat"
    rf"|wie|ze|zij"
    r"|es|das|dies|wer|was|ce|c'est|cela|ca|qui|que|il|elle|eso|esto|lo|quien|se)\b(?!\s(?:\w+\s)?"
    r"(?:flight|flights|vlucht|vluchten|model|models|model|modellen)\b)"
)
_YOU = {
    "en": re.compile(rf"^{_AND}you\b"),
    "nl": re.compile(
        r"\b(?:je|jij|u|jullie)\s(?:\w+\s)?(?:hebt|heeft|hebben|komt|staat|ligt|ontvangt|wordt|kunt|kan|mag|mogen|hoeft|hoeven|krijgt|krijgen|behoudt"
        r"|houdt|zit|zitten"
        r"|reist|vliegt|slaapt|betaalt|bent|merkt)\b|\b(?:heb|hebt|heeft|kom|komt|sta|staat|ontvang|ontvangt|word|wordt|kun|kunt|kan|mag|hoef|hoeft|krijg|krijgt"
        r"|behoud|houd|zit"
        r"|reis|vlieg|slaap|betaal|merk|merkt) (?:je|jij|u|jullie)\b"
    ),
    "de": re.compile(
        r"\b(?:sie|du) (?:konnen|kannst|durfen|darfst|mussen|bekommen|erhalten|behalten|zahlen|sitzen)\b"
        r"|\b(?:konnen|kannst|durfen|mussen|bekommen|erhalten|behalten|zahlen) (?:sie|du)\b"
    ),
    "fr": re.compile(r"\b(?:vous|tu) (?:pouvez|peux|recevez|recevrez|gardez|aurez|avez droit|ne payez)\b"),
    "es": re.compile(r"^(?:usted )?(?:puede|puedes|recibe|recibira|conserva|no paga|tendra)\b"),
}
_YOU_MAY = re.compile(
    r"\byou(?:'ll| will)? (?:(?:also|still|now|all|each|both|just|always|even|do) ){0,2}(?:can(?:'t|not)?|may"
    r"|could|get|keep|pay|sit|sleep|travel|fly|board|need not|don't (?:need|have|pay)|won't"
    r"|are (?:allowed|covered"
    r"|insured|free)|'re (?:allowed|covered|insured|free)|have (?:an?|the|your|until|till|all)|'ve got"
    r"|stay|notice"
    r"|owe|qualify)\b"
)
_WE = {
    "en": re.compile(rf"^{_AND}we\b(?! all\b)"),
    "nl": re.compile(r"\b(?:we|wij)\b"),
    "de": re.compile(r"\bwir\b"),
    "fr": re.compile(rf"^{_AND}nous\b"),
    "es": re.compile(r"(?!)"),
}
_VERB = {
    "en": re.compile(
        r"\b(?:is|are|was|were|has|have|had|will|won't|does|do|did|can|may|must|isn't|aren't|hasn't"
        r"|haven't|doesn't"
        r"|don't|can't|saw|got|took|made|found|gave|sent|kept|lost|paid|sold|stole|broke|came|comes"
        r"|went|goes|left|stands?|sits?|lies|gets?|leaves?|arrives?|keeps?|holds?|runs?"
        r"|makes?|takes?|pays?|covers?|works?|hold)\b|'(?:ll|re|ve|s)\b"
        rf"|^{_AND}(?:your|the|our|every|each|all|any|both|no"
        rf"|an?)\s(?:[\w'-]+\s){{1,4}}?\w{{2,}}(?:[^s]s|ed)\s\w+"
        r"|^\w+ing\s(?:[\w'-]+\s){0,3}(?:costs?|\w{2,}[^s]s)\b|^(?:[a-z]+\s){1,2}(?:get|go|come|run"
        r"|cost|apply) "
    ),
    "nl": re.compile(
        r"\b(?:is|zijn|was|waren|heeft|hebben|wordt|worden|werd|werden|komt|komen|gaat|gaan|staat|staan|ligt"
        r"|liggen|zit|zitten|kan|kunnen|mag|mogen|hoeft|hoeven|zal|zullen|kreeg|krijgt|blijft|blijven|valt"
        r"|vallen|doet|doen|loopt|lekt|rijdt|rijden|vertrekt|houdt|houden|betaalt|betalen|dekt|brengt"
        r"|maakt|neemt"
        r"|nemen|zag|zagen|nam|namen|vond|vonden|kregen|gaf|gaven|liet|lieten|deed|deden|bleek|bleken"
        r"|let|letten|ziet|zien|past|passen|stelt|stellen|meldt|melden|trof|kost|kosten|wacht|wachten|hoort|horen|geldt|gelden|werkt|werken|slaapt|slapen|merkt?)\b"
        rf"|\b\w{{4,}}en (?:we|wij|ze|zij)\b|^\w+en\s\w{{3,}}en\s|^{_AND}(?:de|het|een|uw|je|jouw|ons"
        rf"|onze|iedere?|elke?|alle)\s(?:[\w'-]+\s)"
        r"{1,3}?(?:(?!(?:niet|goed|graag)\b)\w{3,}t|\w{3,}en niet)\b"
    ),
    "de": re.compile(
        r"\b(?:ist|sind|war|waren|hat|haben|wird|werden|wurden?|hatten?|nimmt|nehmen|gibt|fallt|fallen|lasst|bringt"
        r"|bringen|wartet|warten|braucht|brauchen|gehort|gehoren|zeigt|zeigen|kommt|kommen|geht|gehen|steht|stehen|liegt|liegen"
        r"|kann|konnen|lauft|fahrt|halt|zahlt|bleibt|bekommt|bekommen|kostet|kosten|gilt|gelten|darf"
        r"|wartet)\b"
    ),
    "fr": re.compile(
        r"\b(?:est|sont|etait|etaient|a|avait|avaient|doit|doivent|vient|viennent|tient|prend|prennent|rend|donne"
        r"|donnent|fait|font|dit|rouvre|rouvrent|ouvrent|ferme|ferment|presente|presentent|circule|circulent|ont|sera|seront|va|vont|reste|restent|arrive|part|partent|paie"
        r"|attend|attendra|fuit|coute|coutent|peut|peuvent|fonctionne|revient|ouvre)\b"
    ),
    "es": re.compile(
        r"\b(?:hay|habia|fue|fueron|tiene|tienen|hace|hacen|da|dan|viene|vienen|cierra|cierran|circula|sirve|incluye"
        r"|incluyen|sigue|siguen|se \w+[aeno]|es|son|era|eran|esta|estan|ha|han|sera|seran|va|van"
        r"|llega|llegan|sale|salen|queda|quedan"
        r"|paga|espera|esperara|cuesta|puede|pueden|funciona|vuelve|abre)\b"
    ),
}
_DETERMINED = {
    "en": re.compile(
        rf"{_AND}(?:(?:oh|no worries|yes|sure|today|tonight|now|currently|at the moment|by \w+|from \w+"
        rf"|on \w+day),?\s)?"
        rf"(?:your|the|our|every\w*|each|all|any|both|most|no|nobody|nothing|none|an?|some\w*|there"
        rf"|\d[\d.,]*|{WORDED}|this|that|these"
        r"|those|they|it|he|she|what|whatever|with|in|\w+ing|\w{3,}s|(?:\w+\s)?\w{3,}s\s(?:are|were"
        r"|have|will|get|go|come|run))\b"
    ),
    "nl": re.compile(
        rf"{_AND}(?:ja\s)?(?:de|het|een|uw|je|jouw|jullie|ons|onze|iedere?|ieder\w*|elke?|alle|alles"
        rf"|niemand|iemand|niets|er|geen|zo'n|{WORDED}"
        r"|beide|\d[\d.,]*|\w{4,}en|in|op|aan|om|vanaf|sinds|tot|met|door|voor (?!(?:jou|u|je"
        r"|jullie)\b)|bij|na|van|morgen|vandaag"
        r"|vanavond|vanmiddag|vannacht|nu|straks|over|binnen|online|gratis|goed|ook|ongeveer|via|per"
        r"|die|dat|deze|dit|ze|zij|hij)\b"
    ),
    "de": re.compile(
        rf"{_AND}(?:der|die|das|ein\w*|ihr\w*|dein\w*|unser\w*|alle\w*|jede\w*|niemand|jemand|nichts|es"
        rf"|kein\w*|\d[\d.,]*|in|im|auf|an|am"
        r"|um|ab|seit|bis|mit|durch|bei|nach|von|morgen|heute|jetzt|online|\w{4,}en)\b"
    ),
    "fr": re.compile(
        rf"{_AND}(?:le|la|les|l'\w+|un\w*|des|votre|vos|ton|ta|tes|notre|nos|tous|toutes?|chaque"
        rf"|personne|rien|aucun\w*|il y a|\d[\d.,]*)\b"
    ),
    "es": re.compile(
        rf"{_AND}(?:el|la|los|las|un\w*|su|sus|tu|tus|nuestr\w+|tod\w+|cada|nadie|nada|hay|ningun\w*"
        rf"|\d[\d.,]*)\b"
    ),
}
# Where a verb comes first, somebody asks, orders, or tells a condition.
_VERB_SECOND = frozenset({"en", "nl", "de"})
_LINKED = re.compile(r"(?:en|maar|dus|of|und|aber|oder)\s")
_VERB_THEN_YOU = re.compile(
    r"(?!(?:voor|met|bij|van|aan|naar|door|zonder|over|op|onder|tegen|als|dat|wat|waar|die|hoe|fur|mit|von|nach|ohne"
    r"|dass|wenn|was|wo|wie)\b)\w{2,} (?:je|jij|u|jullie|sie|du)\b"
)
# These point at what was told, or at the noun behind them.
_POINTERS = frozenset({"het", "dit", "die", "deze", "das", "dies", "this", "these", "those"})
_MODAL = re.compile(
    r"(?:kun|kon|konden|wil|wilt|wilde|moet|moest|moeten|hoeft|betekent|heet|scheelt|lukt|spijt|klinkt|lijkt|voelt"
    r"|schijnt|klopt|ik|je|u|we|wij|ze|zij|er|niet|ook|wel|nog|muss|mussen|soll|sollte|klingt|tut|heisst|stimmt"
    r"|scheint|ich|sie|du|wir|nicht|auch|sounds?|looks?|means?|helps?|hurts?|feels?|should|would|could|might|too|not"
    r"|all|i|you|we|they|he|she|it|'s|'ll)\b"
)
_IMPERATIVE = re.compile(r"\w+ (?:maar|even|eens|dan|mal|doch|bitte|please)\b")
_NO_STATEMENT = ("legal", "speculation", "statement_exempt", "small_talk", "feeling", "file")


def flat_statement(clause: Clause, about: frozenset[str]) -> Span | None:
    """Return where a clause states something that isn't talk, or None; counted within the clause.

    `about` are its topics. The subject decides: of things and services any statement counts, of the
    contact what they may, get or needn't, of ourselves what we do outside of this conversation.
    """
    text = clause.folded
    if clause.moods or clause.says("not_yet") or len(text.split()) < _FEWEST or GAP.search(text):
        return None
    if (
        _UNREAL.search(text)
        or any(clause.says(concept) for concept in _NO_STATEMENT)
        or not _is_matter(clause, about)
    ):
        return None
    return 0, len(text.rstrip(" .!,;:"))


def has_verb(clause: Clause) -> bool:
    """Return whether a clause has a finite verb that we know."""
    return _VERB[clause.language].search(clause.folded) is not None


def _is_matter(clause: Clause, about: frozenset[str]) -> bool:
    text, language = clause.folded, clause.language
    if _IMPERATIVE.match(text) or ((clause.is_first or language == "en") and _asks_first(text, language)):
        return False
    if _SPEAKER.match(text) or (_refers_back(clause) and not about - {"you", "thing", "people"}):
        return False
    if _WE[language].search(text):
        return not clause.says("our_talk") and not clause.says("negation")
    if _YOU[language].search(text):
        return not clause.says("your_part") and (language != "en" or _YOU_MAY.search(text) is not None)
    return has_verb(clause)


def _asks_first(text: str, language: str) -> bool:
    """Return whether a sentence begins with its verb: it asks, orders, or tells a condition."""
    if language not in _VERB_SECOND:
        return False
    rest = _LINKED.sub("", text) if language != "en" else text
    first = _VERB[language].match(rest)
    return (first is not None and " " not in first[0]) or _VERB_THEN_YOU.match(rest) is not None


def _refers_back(clause: Clause) -> bool:
    """Return whether a clause is about what was just told: "that is so"; "that part is new" isn't."""
    text, language = clause.folded, clause.language
    found = _BACK.match(text)
    if found is None or not clause.is_first or found[0].split()[-1] not in _POINTERS:
        return found is not None
    rest = text[found.end() :].lstrip()
    verb = _VERB[language].match(rest)
    return (
        (verb is not None and " " not in verb[0])
        or _MODAL.match(rest) is not None
        or not _has_two_words(rest)
    )


def _has_two_words(rest: str) -> bool:
    """Return whether at least two words follow, of which the first may be what is pointed at."""
    return len(rest.split()) > 1
