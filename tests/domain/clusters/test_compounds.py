"""Long words of Dutch and German: both halves known, or left whole."""

from __future__ import annotations

import pytest

from tests.domain.clusters.known import SHIPPED, reading
from webcare.domain.clusters import compounds
from webcare.domain.clusters.compounds import Compounds


@pytest.mark.parametrize(
    ("word", "language", "about"),
    [
        ("flugpreis", "de", {"flight", "price"}),
        ("verpflegungsgutscheine", "de", {"meal", "voucher"}),
        ("notenallergie", "nl", {"allergen"}),
        ("flugpreis", "en", set()),
        ("flugqwertz", "de", set()),
        ("preis", "de", set()),
    ],
)
def test_both_halves_must_be_known(word: str, language: str, about: set[str]) -> None:
    assert SHIPPED.compounds.about(word, language) == about


def test_a_message_is_about_the_halves() -> None:
    assert {"electricity", "price"} <= reading("Warum ist der Strompreis so hoch geworden?").about


def test_what_is_remembered_stays_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compounds, "_REMEMBERED", 3)
    known = Compounds(SHIPPED.lexicon, SHIPPED.kinds)
    for number in range(10):
        known.about("abcdefgh" + "i" * number, "de")
    assert len(known._seen) <= 3
