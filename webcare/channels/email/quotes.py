"""Parts the history that a mail program adds below an answer; only where its mark is certain."""

from __future__ import annotations

import re

_MAX_LINE = 300

# "On 3 May 2024 at 10:00, Eve wrote:" in en, nl, de, fr, es; the line may be folded over three.
_WROTE = re.compile(
    r"(?:On\b.{5,250}\bwrote"
    r"|Op\b.{5,250}\b(?:schreef\b.{0,150}|het volgende geschreven)"
    r"|Am\b.{5,250}\bschrieb\b.{0,150}"
    r"|Le\b.{5,250}\ba écrit"
    r"|El\b.{5,250}\bescribió)\s?:"
)
_ORIGINAL = re.compile(
    r"[-_]{2,}\s*(?:Original Message|Oorspronkelijk bericht|Ursprüngliche Nachricht|Originalnachricht"
    r"|Message d['\u2019]origine|Message original|Mensaje original)\s*[-_]{2,}",
    re.IGNORECASE,
)
# The four lines that Outlook writes above what it quotes, in the order of the languages above.
_LABELS = tuple(
    re.compile(rf"\*?(?:{names})\s?:\*?(?:\s|$)", re.IGNORECASE)
    for names in (
        "From|Van|Von|De",
        "Sent|Date|Verzonden|Datum|Gesendet|Envoyé|Enviado(?: el)?|Fecha",
        "To|Aan|An|À|Para",
        "Subject|Onderwerp|Betreff|Objet|Asunto",
    )
)
_FORWARD = re.compile(r"\s*(?:fwd?|fw|doorst|wg|tr|rv|i)\s*:", re.IGNORECASE)
_BLOCK_LINES = 8


def split(text: str, subject: str = "") -> tuple[str, str]:
    """Return (what the contact wrote, the quoted history below it); the second is empty when in doubt.

    A forwarded mail is never cut: there, what looks like history is the message.
    """
    if _FORWARD.match(subject):
        return text, ""
    lines = text.split("\n")
    unquoted = [
        place for place, line in enumerate(lines) if line.strip() and not line.lstrip().startswith(">")
    ]
    for index in unquoted:
        mark = lines[index].strip()
        if len(mark) <= _MAX_LINE and _begins_history(lines, index, unquoted[-1]):
            own = "\n".join(lines[:index]).rstrip(" \n_")
            return (own, "\n".join(lines[index:])) if own.strip(" >\n") else (text, "")
    return text, ""


def _begins_history(lines: list[str], index: int, last_unquoted: int) -> bool:
    mark = lines[index].strip()
    if mark.startswith(("On ", "Op ", "Am ", "Le ", "El ")):
        return last_unquoted - index < 3 and _is_wrote(lines, index, last_unquoted)  # noqa: PLR2004
    if mark.startswith(("-", "_")) and _ORIGINAL.fullmatch(mark):
        return _labels(lines[index + 1 :]) >= 2  # noqa: PLR2004
    return bool(_LABELS[0].match(mark)) and _labels(lines[index:]) >= 3  # noqa: PLR2004


def _is_wrote(lines: list[str], index: int, last_unquoted: int) -> bool:
    """Return whether an attribution stands here, folded or not, and only quoted lines follow it."""
    joined = " ".join(line.strip() for line in lines[index : last_unquoted + 1])
    has_history = any(line.strip() for line in lines[last_unquoted + 1 :])
    is_plausible = len(joined) <= 2 * _MAX_LINE and any(map(str.isdigit, joined))
    return has_history and is_plausible and bool(_WROTE.fullmatch(joined))


def _labels(lines: list[str]) -> int:
    """Return how many of the four labels stand in the next few lines, before an empty line follows them."""
    found: set[int] = set()
    for line in lines[:_BLOCK_LINES]:
        stripped = line.strip()
        if not stripped and found:
            break
        found.update(place for place, label in enumerate(_LABELS) if label.match(stripped))
    return len(found)
