"""Lists the words for numbers, months, days, units and currencies in our five languages."""

from __future__ import annotations

import re

ONES = {
    **dict.fromkeys(
        ("one", "een", "ein", "eine", "einem", "einer", "un", "une", "una", "uno", "a", "an"), 1.0
    ),
    **dict.fromkeys(("two", "twee", "zwei", "deux", "dos", "a couple of", "couple of", "paar"), 2.0),
    **dict.fromkeys(("three", "drie", "drei", "trois", "tres"), 3.0),
    **dict.fromkeys(("four", "vier", "quatre", "cuatro"), 4.0),
    **dict.fromkeys(("five", "vijf", "funf", "cinq", "cinco"), 5.0),
    **dict.fromkeys(("six", "zes", "sechs", "seis"), 6.0),
    **dict.fromkeys(("seven", "zeven", "sieben", "sept", "siete"), 7.0),
    **dict.fromkeys(("eight", "acht", "huit", "ocho"), 8.0),
    **dict.fromkeys(("nine", "negen", "neun", "neuf", "nueve"), 9.0),
    **dict.fromkeys(("ten", "tien", "zehn", "dix", "diez"), 10.0),
    **dict.fromkeys(("eleven", "elf", "onze", "once"), 11.0),
    **dict.fromkeys(("twelve", "twaalf", "zwolf", "douze", "doce"), 12.0),
    **dict.fromkeys(("fourteen", "veertien", "vierzehn", "quatorze", "catorce"), 14.0),
    **dict.fromkeys(("fifteen", "vijftien", "kwartier"), 15.0),
    **dict.fromkeys(("twenty", "twintig", "zwanzig", "vingt", "veinte"), 20.0),
    **dict.fromkeys(("thirty", "dertig", "dreissig", "trente", "treinta"), 30.0),
    **dict.fromkeys(("half an", "half a", "een half", "half", "eine halbe", "une demi", "media"), 0.5),
    **dict.fromkeys(("anderhalf", "anderhalve", "one and a half", "eineinhalb", "anderthalb"), 1.5),
    **dict.fromkeys(
        (
            "a few",
            "few",
            "several",
            "enkele",
            "een paar",
            "some",
            "mehrere",
            "einige",
            "quelques",
            "algunos",
            "unas",
            "unos",
        ),
        -1.0,
    ),
    **dict.fromkeys(("the", "het", "de", "the next", "l'", "la"), 1.0),
}
WORDS = "|".join(sorted(map(re.escape, ONES), key=len, reverse=True))
ENGLISH_HOURS = frozenset(
    ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
)
END_OF = r"(?:the )?(?:end of|last day of|einde? van|eind|ende|fin de|finales de)"
MONTH_ENDS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
MONTHS = (
    r"(?P<month>jan(?:uary|uari|uar|vier)?|enero|feb(?:ruary|ruari|ruar)?|fevrier|febrero"
    r"|mar(?:ch|s|zo)?|maart|marz|apr(?:il)?|avril|abril"
    r"|may|mei|mai|mayo|june?|juni|juin|junio|july?|juli|juillet|julio|aug(?:ust|ustus)?|aout"
    r"|agosto|sep(?:t|tember|tembre|tiembre)?"
    r"|o[ck]t(?:ober|obre|ubre)?|nov(?:ember|embre|iembre)?|de[cz](?:ember|embre|iembre)?)\b\.?"
)
MONTH_STARTS = (
    "ja|ene",
    "fe",
    "mar|maa",
    "ap|av|ab",
    "may|mei|mai",
    "jun|juin",
    "jul|juil",
    "au|ao|ag",
    "se",
    "oc|ok",
    "no",
    "de|di",
)
DAYS = (
    "monday|maandag|montag|lundi|lunes",
    "tuesday|dinsdag|dienstag|mardi|martes",
    "wednesday|woensdag|mittwoch|mercredi|miercoles",
    "thursday|donderdag|donnerstag|jeudi|jueves",
    "friday|vrijdag|freitag|vendredi|viernes",
    "saturday|zaterdag|samstag|samedi|sabado",
    "sunday|zondag|sonntag|dimanche|domingo",
)
RELATIVE = {
    "always": r"all night(?: long)?|day and night|(?:a)?round the clock|24/7|24 hours a day"
    r"|dag en nacht|de hele nacht"
    r"|hele nacht door|rund um die uhr|die ganze nacht|jour et nuit|toute la nuit|dia y noche|toda la noche",
    "tonight": "tonight|vanavond|vannacht|this evening|heute abend|heute nacht|ce soir|cette nuit|esta noche",
    "after": "overmorgen|ubermorgen|apres-demain|pasado manana|the day after tomorrow",
    "tomorrow": r"tomorrow|(?<!goede )(?<!goeie )(?<!guten )(?<!'s )(?<!am )morgen(?:ochtend|avond|middag"
    r"|vroeg)?|demain|(?<!la )(?<!de la )(?<!pasado )manana|by morning|the next morning",
    "today": (
        "today|vandaag|heute|aujourd'hui|hoy|this (?:afternoon|morning)|vanmiddag|vanochtend|end of "
        "(?:the |this )?(?:day|afternoon|evening|morning)|before (?:dinner|lunch|dark"
        "|bedtime)|in the course of the (?:day|afternoon|evening)|(?:in de )?loop van de "
        "(?:dag|middag|avond)|eind van de (?:avond|ochtend)|end of the day|end of "
        "(?:business|play)|eind van de (?:dag|middag)|einde van de (?:dag|middag)"
    ),
    "weekend": "this weekend|(?:het|dit) weekend|am wochenende|ce week-end|este fin de semana",
    "next week": "next week|volgende week|nachste woche|la semaine prochaine|la proxima semana|the week after"
    "|begin volgende week",
    "this week": "this week|deze week|diese woche|cette semaine|esta semana|end of the week|eind van de week"
    "|einde van de week",
}
CURRENCY = {
    "€": "eur",
    "eur": "eur",
    "euro": "eur",
    "euros": "eur",
    "euro's": "eur",
    "$": "usd",
    "usd": "usd",
    "dollar": "usd",
    "dollars": "usd",
    "£": "gbp",
    "gbp": "gbp",
    "pound": "gbp",
    "pounds": "gbp",
    "pond": "gbp",
    "chf": "chf",
    "sdr": "sdr",
}
SIGN = r"(?:€|eur(?:o'?s?)?|\$|usd|dollars?|£|gbp|pounds?|pond|chf|sdr)"
NUMBER = r"\d{1,3}(?:[.,]\d{3})+(?:[.,]\d{2})?|\d{1,7}(?:[.,]\d{1,2})?"
UNITS = (
    (1.0, r"min(?:ute[ns]?|uut|uten|utos?)?\b"),
    (
        60.0,
        r"(?:working |business )?hours?\b|uur\b|uren\b|uurtjes?\b|stunden?\b|heures?\b|horas?\b|hrs?\b|h\b",
    ),
    (
        0.1,
        (
            r"(?:working|business|office|werk)[ -]?da(?:ys?|gen|g)\b|werktage[n]?\b|arbeitstage[n]?\b"
            r"|jours? ouvr(?:es|ables)\b|dias? (?:habiles|laborables)\b"
        ),
    ),
    (1440.0, r"(?:calendar )?days?\b|dag(?:en)?\b|tage?n?\b|jours?\b|dias?\b|etmaal\b"),
    (10080.0, r"weeks?\b|weken\b|wochen?\b|semaines?\b|semanas?\b"),
    (43200.0, r"months?\b|maand(?:en)?\b|monate?n?\b|mois\b|mes(?:es)?\b"),
    (518400.0, r"years?\b|jaar\b|jahre?n?\b|ans?\b|anos?\b"),
    (0.2, r"nights?\b|nacht(?:en)?\b|nachte\b|nuits?\b|noches?\b"),
)
UNIT = "|".join(f"(?P<u{place}>{words})" for place, (_, words) in enumerate(UNITS))
AT = (
    r"\b(?:at|by|before|since|sinds|seit|depuis|until|till|around|about|from|after|om|tot|voor|rond"
    r"|vanaf|tegen|na|um|bis|ab"
    r"|gegen|vor|nach|a|a las|las|vers|jusqu'a|avant|des|hasta|antes de las|desde|between|tussen|and|en)"
)
ZONE = r"(?:\s?(?P<zone>cest|cet|utc|gmt|bst|local time|lokale tijd|z)\b)?"
ARTICLES = frozenset(
    [
        "a",
        "an",
        "the",
        "een",
        "het",
        "de",
        "ein",
        "eine",
        "einem",
        "einer",
        "un",
        "une",
        "una",
        "la",
        "l'",
        "one",
    ]
)
BOUNDS = re.compile(
    r"\b(?:within|in|for|over|after|about|under|innerhalb(?: von)?|binnen|dans|en|nach|na|another"
    r"|takes?|duurt|lasts?|only|maximaal|ongeveer|least|than|dan|through|half|further|nog|noch)\s$"
)
HALF = r"(?P<half>half|halb)\s(?P<hour_word>" + WORDS + r"|\d{1,2})\b"
