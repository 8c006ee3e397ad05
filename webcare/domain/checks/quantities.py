"""Finds times, dates, amounts and durations in folded text, in whatever notation."""

from __future__ import annotations

import re
from functools import lru_cache

from webcare.domain.checks import notations
from webcare.domain.checks.notations import Quantity, Read
from webcare.domain.checks.number_words import (
    AT,
    DAYS,
    END_OF,
    HALF,
    MONTHS,
    NUMBER,
    RELATIVE,
    SIGN,
    UNIT,
    UNITS,
    WORDS,
    ZONE,
)
from webcare.domain.checks.spoken_times import CLOCK_RANGE, SPOKEN, WRITTEN, WRITTEN_DATE
from webcare.domain.checks.worded import WORDED

__all__ = ["Quantity", "quantities"]


@lru_cache(maxsize=4096)
def quantities(folded: str) -> tuple[Quantity, ...]:
    """Return what a folded text says in numbers, in order; no character counts twice."""
    has_digits = any(map(str.isdigit, folded))
    is_wordy = has_digits or _WORDY.search(folded) is not None
    found: list[Quantity] = []
    for pattern, reader in _READERS:
        if (reader in _OF_DIGITS and not has_digits) or (reader not in _OF_DIGITS and not is_wordy):
            continue
        for match in pattern.finditer(folded):
            for one in reader(match):
                if not any(one.start < other.end and other.start < one.end for other in found):
                    found.append(one)
    return tuple(sorted(found, key=lambda one: one.start))


_RANGE = r"\s?(?:-|\u2013|to|tot|bis|a|y|et|and|en|und|or|of|oder)\s?"
_READERS: tuple[tuple[re.Pattern[str], Read], ...] = (
    (
        re.compile(
            rf"(?P<before>{SIGN})\s?(?P<low>{NUMBER})(?:{_RANGE}(?:{SIGN}\s?)?(?P<high>{NUMBER}))?"
            rf"(?P<after>(?!))?"
        ),
        notations.amount,
    ),
    (
        re.compile(
            rf"(?<![\d.,:/-])(?P<before>(?!))?(?:(?P<low>{NUMBER}){_RANGE})?(?P<high>{NUMBER})"
            rf"(?:,-)?\s?(?P<after>{SIGN})(?!\w)"
        ),
        notations.amount,
    ),
    (re.compile(rf"(?<!\w)(?P<number>{WORDED})\s(?P<sign>{SIGN})(?!\w)"), notations.worded_amount),
    (
        re.compile(rf"(?<![\w.,])({NUMBER})\s?(?:%|percent\b|procent\b|prozent\b|pour cent\b|por ciento\b)"),
        notations.percent,
    ),
    (
        re.compile(rf"(?<!\w)(?P<number>{WORDED})\s(?P<sign>percent|procent|prozent|pour cent|por ciento)\b"),
        notations.worded_percent,
    ),
    (CLOCK_RANGE, notations.clock_range),
    (WRITTEN, notations.written),
    (WRITTEN_DATE, notations.numeric_date),
    (re.compile(r"(?<!\d)(?P<year>20\d\d)-(?P<month>\d\d)-(?P<day>\d\d)(?!\d)"), notations.numeric_date),
    (
        re.compile(r"(?<![\d.,:/-])(?P<day>\d{1,2})[-/.](?P<month>\d{1,2})[-/.](?:20)?\d\d(?!\d)"),
        notations.numeric_date,
    ),
    # "Until 30/4"; by itself that may as well be a part of something.
    (
        re.compile(
            r"\b(?:until|till|on|by|from|before|tot|op|vanaf|voor|bis|am|ab|au|le|hasta|el|del)\s"
            r"(?P<day>\d{1,2})/(?P<month>\d{1,2})(?![\d/])"
        ),
        notations.short_date,
    ),
    (
        re.compile(
            rf"(?<![\d.,:])(?P<day>\d{{1,2}})(?:st|nd|rd|th|e|de|ste|er|\.)?\s(?:of |de "
            rf")?(?P<day_after>(?!))?{MONTHS}"
        ),
        notations.named_date,
    ),
    (
        re.compile(
            rf"(?<![\d.,:/-])(?P<day>\d{{1,2}})(?:st|nd|rd|th|e|de|ste|er|\.)?(?=(?:{_RANGE}|\s?t/m\s"
            rf"|\stot en met\s|\sup to(?: and including)?\s)(?:\d{{1,2}}(?:st|nd|rd|th|e|de|ste|er|\.)?"
            rf"\s(?:of |de )?{MONTHS}))"
        ),
        notations.first_of_days,
    ),
    (
        re.compile(
            r"(?<![\d.,:/-])(?P<day>\d{1,2})(?:e|de|ste|st|nd|rd|th)(?!\w)(?!\s(?:floor|time|keer|verdieping|klas"
            r"|rang|platform|spoor|day|dag|week|jaar|year|birthday|verjaardag|etage|stock|graad|hands?))"
        ),
        notations.day_only,
    ),
    (
        re.compile(
            r"\b(?:the|de|le|el|on|op|am|den|der)\s(?P<day>\d{1,2})(?:st|nd|rd|th|e|de|ste"
            r"|\.)(?!\w)(?!\s(?:of |de )?[a-z]+\s20)"
        ),
        notations.day_only,
    ),
    (re.compile(rf"\b(?P<day>(?!))?(?P<day_after>(?!))?{END_OF}\s{MONTHS}"), notations.named_date),
    (
        re.compile(rf"\b(?P<day>(?!))?{MONTHS}\s(?P<day_after>\d{{1,2}})(?:st|nd|rd|th)?(?![\d:.])"),
        notations.named_date,
    ),
    (
        re.compile(
            rf"(?<![\w:.,-])(?P<hour>\d{{1,2}})(?:[:h.](?P<minute>\d\d))?\s?(?P<half_day>[ap]\.?m\b\.?){ZONE}"
        ),
        notations.clock,
    ),
    (
        re.compile(
            rf"(?<![\w:.,/-])(?P<hour>\d{{1,2}})(?:[:h]"
            rf"|\sh\s)(?P<minute>\d\d)(?P<half_day>(?!))?(?![\d:])(?:\s?(?:uur|uhr|hrs|h)\b)?{ZONE}"
        ),
        notations.clock,
    ),
    (
        re.compile(
            r"(?<![\w:.,/-])(?P<hour>\d{1,2})\.(?P<minute>\d\d)(?P<half_day>(?!))?\s?(?:uur|uhr"
            r"|hrs|h|cest|cet|utc|o'clock)\b"
        ),
        notations.clock,
    ),
    (
        re.compile(rf"{AT}\s(?P<hour>\d{{1,2}})\.(?P<minute>\d\d)(?P<half_day>(?!))?(?!\d|[.,]\d|\s?%)"),
        notations.clock,
    ),
    (
        re.compile(
            rf"{AT}\s(?P<hour>\d{{1,2}})(?P<minute>(?!))?(?P<half_day>(?!))?\s?(?:uur|uhr|o'clock"
            rf"|h|heures|hrs)\b(?!\s?\d){ZONE}"
        ),
        notations.clock,
    ),
    *((pattern, notations.spoken) for pattern in SPOKEN),
    (
        re.compile(rf"(?<!\w){HALF}(?=\s?(?:uur|uhr|\W|$))(?!\s(?:hour|uur|stunde|day|dag))"),
        notations.half_past,
    ),
    (
        re.compile(
            rf"(?<![\w.,:])(?:(?P<low>{NUMBER}|{WORDS}|{WORDED})\s?(?:-|\u2013|to|tot|bis|a|or|of"
            rf"|oder)\s?)?(?P<number>{NUMBER}|{WORDS}|{WORDED})[\s-]?(?P<whole>(?:full|whole|entire|extra"
            rf"|more|hele|volle|ganze[rn]?|volle[rn]?|weitere|entiere?|plein|entera?"
            rf"|further)\s)?(?:{UNIT})(?!\s?(?:ago|geleden|(?:a|per)\s(?:day|week|dag)))"
        ),
        notations.duration,
    ),
    (
        re.compile(
            rf"{AT}\s(?P<word>{WORDS}|\d{{1,2}})(?:\s?(?:o'clock|uur|uhr|sharp)\b"
            rf"|(?=\s*(?:[.,;!?)]|$|tonight|today|tomorrow|vanavond|vanmiddag|morgen|vandaag"
            rf"|latest|at the latest|at night|in the (?:morning|evening|afternoon)|'s (?:avonds|ochtends"
            rf"|middags|nachts|morgens)|abends|morgens|nachts|du soir|du matin"
            r"|de la (?:tarde|manana|noche))))"
        ),
        notations.bare_time,
    ),
    (re.compile(r"\b(?P<little>uurtje|kwartiertje|half uurtje|minuutje|dagje)\b"), notations.little),
    (
        re.compile(
            r"\b(?:noon|midday|mittags|midi|mediodia|midnight|middernacht|mitternacht|minuit|medianoche)\b"
        ),
        notations.named_time,
    ),
    *(
        (
            re.compile(rf"(?<!\w)(?:{words})s?(?:ochtend|middag|avond)?(?!\w)"),
            notations.relative(f"weekday {place}"),
        )
        for place, words in enumerate(DAYS)
    ),
    (
        re.compile(r"\b(?:weekdays?|working days only|werkdagen|doordeweeks|werktags|wochentags)\b"),
        notations.weekdays,
    ),
    *(
        (re.compile(rf"(?<!\w)(?:{words})(?!\w|'s)"), notations.relative(name))
        for name, words in RELATIVE.items()
    ),
)
_OF_DIGITS = frozenset(
    {
        notations.amount,
        notations.percent,
        notations.written,
        notations.numeric_date,
        notations.short_date,
        notations.day_only,
        notations.first_of_days,
        notations.clock,
    }
)
_WORDY = re.compile(
    rf"(?<!\w)(?:percent|procent|prozent|pour cent|por ciento|euros?|pounds?|dollars?|pond"
    rf"|uurtje|kwartier|minuutje|dagje|{'|'.join(DAYS)}"
    rf"|{'|'.join(RELATIVE.values())}"
    rf"|weekday|werkdag|doordeweeks|werktags|wochentags|noon|midday|mid|quarter|half|halb|kwart|viertel|demie|media|{END_OF}"
    rf"|{'|'.join(words for _, words in UNITS)})"
    rf"|\bo'clock|{AT}\s(?:{WORDS})\b"
    rf"|\b(?:{WORDS})\s(?:past|over|nach)\s"
)
