"""What must not lie about in logs and chat is hidden: in every spelling, once and for all, and quickly."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webcare.domain.masking import mask, snippet


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("card 4111 1111 1111 1111 thanks", "card •••• 1111 thanks"),
        ("4111-1111-1111-1111, 12 34", "•••• 1111, 12 34"),
        ("x378282246310005y", "x•••• 0005y"),
        ("order 12 4111111111111111", "order 12 •••• 1111"),
        ("IBAN NL91 ABNA 0417 1643 00 and more", "IBAN NL••••4300 and more"),
        ("iban:de89370400440532013000.", "iban:de••••3000."),
        ("mail eve.long@example.com now", "mail e••••@example.com now"),
        ("bel 06 12 34 56 78 of +31 6 12345678", "bel 06 ••••78 of +31••••78"),
        ("paspoort nr NX1234567", "paspoort nr ••••"),
        ("Reisepassnummer: C01X00T47", "Reisepassnummer: ••••"),
        ("mon passeport 12AB34567", "mon passeport ••••"),
        ("DNI 12345678Z", "DNI ••••"),
        ("booking number QXKJHZ for ZZ123", "booking number •••• for ZZ123"),
        ("Boekingscode: ab12cd", "Boekingscode: ••••"),
        ("Buchungsnummer AB12CD", "Buchungsnummer ••••"),
        ("mi reserva es AB12CD", "mi reserva es ••••"),
        ("geboren op 3 mei 1980", "geboren op ••••"),
        ("date of birth: 1980-05-03", "date of birth: ••••"),
        ("née le 3/5/1980, nacida el 3 de mayo de 1980", "née le ••••, nacida el ••••"),
        ("P<NLDDE<BRUIJN<<WILLEKE<LISELOTTE<<<<<<<<<<<", "••••"),
        ("SPECI20142NLD6503101F2403096999999990<<<<<84", "••••"),
    ],
)
def test_hides_what_could_harm(text: str, masked: str) -> None:
    assert mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "Flight ZZ123 on 01-02-2025 10:00 is late",
        "4111 1111 1111 1112 fails the check",
        "Ich habe nie Flug ZZ1234 gebucht",
        "NL92 ABNA 9417 1643 99",
        "a @ b, 3.14, 24/7, #123456",
        "",
    ],
)
def test_leaves_the_rest_alone(text: str) -> None:
    assert mask(text) == text


def luhn(digits: str) -> bool:
    values = [int(digit) for digit in reversed(digits)]
    return (sum(values[::2]) + sum(sum(divmod(2 * value, 10)) for value in values[1::2])) % 10 == 0


@st.composite
def cards(draw: st.DrawFn) -> str:
    body = draw(st.text("0123456789", min_size=12, max_size=18))
    return next(body + digit for digit in "0123456789" if luhn(body + digit))


@st.composite
def ibans(draw: st.DrawFn) -> str:
    country = draw(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=2, max_size=2))
    account = draw(st.text("ABCDEFGHIJ0123456789", min_size=11, max_size=30))
    number = int("".join(str(int(character, 36)) for character in f"{account}{country}00"))
    return f"{country}{98 - number % 97:02d}{account}"


AROUND = st.text(max_size=12) | st.sampled_from(
    ["12 ", "•••• ", " 4111111111111111", "+31 ", "passport ", " 0", "-"]
)


@given(AROUND, cards(), AROUND, st.sampled_from(["", " ", "-", ". "]))
def test_no_card_survives(before: str, card: str, after: str, gap: str) -> None:
    spelled = gap.join(re.findall(".{1,4}", card))
    masked = mask(f"{before}|{spelled}|{after}")
    assert spelled not in masked
    assert card[:-4] not in re.sub(r"\D", "", masked.split("|")[1])


@given(AROUND, ibans(), AROUND, st.sampled_from(["", " "]), st.booleans())
def test_no_account_survives(before: str, iban: str, after: str, gap: str, is_lower: bool) -> None:
    spelled = gap.join(re.findall(".{1,4}", iban.lower() if is_lower else iban))
    assert spelled not in mask(f"{before}{spelled} {after}")


PIECES = st.lists(st.text(max_size=8) | cards() | ibans() | AROUND | st.text("0123456789 -+.", max_size=30))


@given(st.text() | PIECES.map("".join))
def test_masking_twice_changes_nothing(text: str) -> None:
    assert mask(mask(text)) == mask(text)


@given(st.text() | PIECES.map(" ".join), st.integers(min_value=2, max_value=100))
def test_a_snippet_is_short_and_on_one_line(text: str, limit: int) -> None:
    found = snippet(text, limit)
    assert len(found) <= limit
    assert "\n" not in found


def test_a_snippet_is_cut_at_a_word_and_masked_first() -> None:
    assert snippet("I smell  gas\nin the kitchen", 20) == "I smell gas in the…"
    assert snippet("card 4111 1111 1111 1111", 14) == "card •••• 1111"
    assert snippet("x" * 200, 10) == "x" * 9 + "…"


@pytest.mark.parametrize(
    "piece", ["1 ", "AA11", "a", "0 ", "booking ", "passport", "4111111111111111 ", "a@", "a.", "P<", "geb "]
)
def test_takes_linear_time(piece: str) -> None:
    text = piece * (100_000 // len(piece))
    start = time.perf_counter()
    mask(text)
    assert time.perf_counter() - start < 4
