"""Finds what should have been filled in before a reply leaves."""

from __future__ import annotations

import re
from collections.abc import Iterator

from webcare.domain.checks.finding import Finding
from webcare.domain.checks.reading import Reading

_OPEN = re.compile(
    r"\{{1,3}[^{}\n]{0,80}\}{1,3}"
    r"|\(\([^()\n]{0,80}\)\)"
    r"|\[\[?[^\[\]\n]{1,60}\]\]?(?!\()"
    r"|<{1,2}[^<>=\n]{1,60}>{1,2}"
    r"|\u00ab\s?[a-z_]{2,30}\s?\u00bb"
    r"|(?<![\w^])[Xx]{3,}(?!\w)"
    r"|(?<![\w^])XX(?!\w)"
    r"|_{3,}"
    r"|(?<!\w)%[A-Za-z_]{2,30}%?(?!\w)|\$\{?[A-Z_]{3,30}\}?(?![\w])"
    r"|(?<!\w)(?:TODO|TBD|TBC|TBA|FIXME|N\.?T\.?B\.?|lorem ipsum)(?!\w)"
    r"|(?<!\w)(?:HH|hh|uu|UU)[:.](?:MM|mm)(?!\w)|(?<!\w)(?:dd|DD|jj)[-/](?:mm|MM)(?:[-/](?:yyyy"
    r"|YYYY|jjjj|JJJJ|yy|jj))?(?!\w)"
    r"|(?<!\w)(?:##+|\?\?[:.]\?\?|\?{3,}(?=\s\w)|[A-Z]{2}[#xX]{2,4}(?!\w)|x{1,2}[:.]x{2}(?!\w)"
    r"|(?:\u20ac|\u00a3|\$|(?<!\w)(?:EUR|eur|GBP|USD))\s?[xX]{2,}|(?<!\w)[xX]{2,}[-. ][xX]{3,}"
    r"|\.{2,}:\.{2,}|0?_:__)"
    r"|(?<!\w)\$[a-z][a-z_]{2,30}(?!\w)|(?<!\w)[A-Z]{2,20}(?:\s[A-Z]{2,20}){0,3}\s(?:INVULLEN|INSERT|EINTRAGEN)(?!\w)"
    r"|(?<!\w)(?:INSERT|ENTER|VUL IN|INVULLEN|EINFUEGEN|EINF\u00dcGEN)(?:\s[A-Z]{2,}){1,4}(?!\w)"
    r"|(?<!\w)(?:NAAM|NAME|DATUM|DATE|TIME|TIJD|LINK|FIRSTNAME|FIRST_NAME|CUSTOMER_NAME|BEDRAG"
    r"|AMOUNT)(?!\w)(?=[,.:!?\s]|$)"
)
_ALSO_FINE = re.compile(
    r"\[(?:\d{1,3}(?:\s?(?:/|of|van|von|sur|de)\s?(?:\d{1,3}|n))?"
    r"|sic|\.\.\.|\u2026|x|X| |[A-Za-z ]{0,12}\b(?:below|onder|beneden|hieronder"
    r"|follows|volgt))\]"
    r"|<\s?\d.*|<(?:https?://|mailto:|www\.)[^>]*>|<[\w.+-]+@[\w.-]+>|<3.*|</?(?:b|i|p|br|em"
    r"|strong|a)\b[^>]*>|\{\s*\}(?!.)"
)
_SHOUTED = frozenset({"NAME", "DATE", "TIME", "LINK", "AMOUNT"})


def find_placeholders(reading: Reading) -> Iterator[Finding]:
    """Yield every gap that nobody filled; `^XX` is a signature, `[1]` and addresses are no gaps."""
    text = reading.draft.text
    for found in _OPEN.finditer(text):
        words = found[0]
        if _ALSO_FINE.fullmatch(words) or _is_kiss(words, text, found.end()) or _is_shout(words, text):
            continue
        yield Finding(
            "unfilled_placeholder",
            "block",
            *found.span(),
            f"'{words[:40]}' was not filled in. Put the real words in its place, or take it out.",
        )


def _is_kiss(words: str, text: str, end: int) -> bool:
    """Return whether this is the xxx with which people close."""
    return words.islower() and set(words) == {"x"} and not text[end:].strip(" .!^")


def _is_shout(words: str, text: str) -> bool:
    """Return whether the whole text is in capitals, so that NAME is only a word."""
    return words in _SHOUTED and sum(map(str.isupper, text)) * 2 > sum(map(str.isalpha, text))
