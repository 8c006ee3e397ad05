"""The words with which five languages say when: days, parts of the day, months, numbers, units."""

from __future__ import annotations


def _table(*rows: tuple[int, str]) -> dict[str, int]:
    return {word: value for value, words in rows for word in words.split()}


DAYS = _table(
    (0, "today vandaag heute aujourdhui hoy"),
    (1, "tomorrow tmrw tmr tomorow morgen demain manana morgenvroeg"),
    (2, "overmorgen ubermorgen"),
)
# Said with "tomorrow" inside: two days away, not one.
AFTER_TOMORROW = frozenset({("day", "after"), ("apres",), ("pasado",)})

# Part of the day -> the hour it is taken to begin to bite, in local time.
PART_HOURS = {"morning": 8, "noon": 12, "afternoon": 14, "evening": 20, "night": 23, "midnight": 24}
PARTS = {
    word: part
    for part, words in {
        "morning": "morning ochtend morgens vroeg fruh vormittag matin temprano early madrugada",
        "noon": "noon mittag midi mediodia",
        "afternoon": "afternoon middag nachmittag apresmidi midi tarde",
        "evening": "evening avond abend soir soiree",
        "night": "night nacht nuit noche",
        "midnight": "midnight middernacht mitternacht minuit medianoche",
    }.items()
    for word in words.split()
}
# One word that names both today and the part.
TODAY_PARTS = {
    "tonight": "night",
    "tonite": "night",
    "2nite": "night",
    "vannacht": "night",
    "vanavond": "evening",
    "vanmiddag": "afternoon",
    "vanochtend": "morning",
    "vanmorgen": "morning",
}
# "this evening", "ce soir", "heute Abend", "esta noche": the part belongs to today.
THIS = frozenset({"this", "deze", "ce", "cet", "cette", "heute", "esta", "hoy", "diesen", "diese"})

WEEKDAYS = _table(
    (0, "monday maandag montag lundi lunes"),
    (1, "tuesday dinsdag dienstag mardi martes"),
    (2, "wednesday woensdag mittwoch mercredi miercoles"),
    (3, "thursday donderdag donnerstag jeudi jueves"),
    (4, "friday vrijdag freitag vendredi viernes"),
    (5, "saturday zaterdag samstag sonnabend samedi sabado"),
    (6, "sunday zondag sonntag dimanche domingo"),
)
MONTHS = _table(
    (1, "january januari januar janvier enero"),
    (2, "february februari februar fevrier febrero"),
    (3, "march maart marz mars marzo"),
    (4, "april avril abril apr"),
    (5, "may mei mai mayo"),
    (6, "june juni juin junio"),
    (7, "july juli juillet julio"),
    (8, "august augustus aout agosto aug"),
    (9, "september septembre septiembre sept"),
    (10, "october oktober octobre octubre"),
    (11, "november novembre noviembre nov"),
    (12, "december dezember decembre diciembre dec"),
)
NUMBERS = _table(
    (1, "a an one een een1 ein eine einer einem un une una uno"),
    (2, "two twee zwei deux dos couple paar"),
    (3, "three drie drei trois tres"),
    (4, "four vier quatre cuatro"),
    (5, "five vijf funf cinq cinco"),
    (6, "six zes sechs seis"),
    (7, "seven zeven sieben sept siete"),
    (8, "eight acht huit ocho"),
    (9, "nine negen neun neuf nueve"),
    (10, "ten tien zehn dix diez"),
    (11, "eleven elf onze once"),
    (12, "twelve twaalf zwolf douze doce"),
    (20, "twenty twintig zwanzig vingt veinte"),
    (24, "twentyfour"),
    (30, "thirty dertig dreissig trente treinta"),
    (48, "fortyeight"),
)
# Unit -> minutes.
UNITS = _table(
    (1, "minute minutes min mins minuut minuten minuutjes minuto minutos"),
    (60, "hour hours hr hrs uur uurtje uren stunde stunden heure heures hora horas h"),
    (1440, "day days dag dagen tag tage tagen jour jours dia dias"),
    (10080, "week weeks weken woche wochen semaine semaines semana semanas"),
)
# Words before "2 hours" that make it a moment to come and not a time already waited.
AHEAD = frozenset(
    {"in", "within", "over", "binnen", "dans", "innerhalb", "en", "nog", "noch", "another", "next", "encore"}
    | {"komende", "nachsten", "prochaines", "proximas", "only", "slechts", "nur", "maar", "pour", "voor"}
)
# Words after "2 hours" that do the same.
STILL = frozenset({"left", "remaining", "more", "over", "restantes", "resterend"})
# Words before a time that make it past, or a plain statement of the present.
SINCE = frozenset(
    {"since", "sinds", "seit", "depuis", "desde", "last", "vorige", "afgelopen", "letzten", "letzte"}
)
WAITED = frozenset(
    {"al", "already", "schon", "bereits", "deja", "llevo", "for", "sitting", "waiting", "bijna"}
)
AFTERWARDS = frozenset({"ago", "geleden", "late", "later", "delay", "vertraging", "passe", "dernier"})
NOW = frozenset({"now", "nu", "jetzt"})
IT_IS = frozenset({"its", "is", "ist", "est", "es", "son"})
BEFORE_CLOCK = frozenset(
    {"at", "om", "um", "a", "las", "la", "by", "until", "till", "til", "tot", "bis", "before", "voor", "vor"}
    | {"around", "rond", "gegen", "vers", "avant", "antes", "from", "vanaf", "ab", "about", "is", "deadline"}
)
CLOCK_UNITS = frozenset({"uur", "uhr", "h", "u", "oclock", "am", "pm", "heures", "horas", "hrs", "hours"})
EN_NEXT_WEEK = frozenset(
    {("next", "week"), ("volgende", "week"), ("nachste", "woche"), ("nachster", "woche")}
)
