"""History below an answer is parted only when its mark is certain; it is never thrown away."""

from __future__ import annotations

import pytest

from tests.channels.email.samples import mail
from webcare.channels.email import quotes

OWN = "Still no answer.\n\nEve"
WROTE = [
    "On Sat, 1 Mar 2025 at 12:00, Polder Air <inbox@example.org> wrote:",
    "On Sat, 1 Mar 2025 at 12:00, Polder Air <\ninbox@example.org> wrote:",
    "Op za 1 mrt. 2025 om 12:00 schreef Polder Air <inbox@example.org>:",
    "Op 1 maart 2025 heeft Polder Air het volgende geschreven:",
    "Am 1. März 2025 um 12:00 schrieb Polder Air <inbox@example.org>:",
    "Le 1 mars 2025 à 12:00, Polder Air <inbox@example.org> a écrit :",
    "El 1 mar 2025, a las 12:00, Polder Air <inbox@example.org> escribió:",
]
BLOCKS = [
    "-----Original Message-----\nFrom: Polder Air\nSent: 1 March\nSubject: Help",
    "-----Oorspronkelijk bericht-----\nVan: Polder Air\nVerzonden: 1 maart\nOnderwerp: Help",
    "________________________________\nFrom: Polder Air\nSent: 1 March\nTo: Eve\nSubject: Help",
    "Van: Polder Air\nVerzonden: 1 maart\nAan: Eve\nOnderwerp: Help",
    "Von: Polder Air\nGesendet: 1. März\nAn: Eve\nBetreff: Help",
    "De : Polder Air\nEnvoyé : 1 mars\nÀ : Eve\nObjet : Help",
    "De: Polder Air\nEnviado el: 1 marzo\nPara: Eve\nAsunto: Help",
]


@pytest.mark.parametrize("mark", WROTE)
def test_parts_history_below_an_attribution(mark: str) -> None:
    history = f"{mark}\n\n> Thank you\n>\n> Bram\n"
    assert quotes.split(f"{OWN}\n\n{history}") == (OWN, history)


@pytest.mark.parametrize("block", BLOCKS)
def test_parts_history_below_a_block_of_labels(block: str) -> None:
    own, quoted = quotes.split(f"{OWN}\n\n{block}\n\nThank you\nBram")
    assert own == OWN
    assert quoted.endswith("Thank you\nBram")


@pytest.mark.parametrize(
    "text",
    [
        f"{OWN}\n{WROTE[0]}\n> question\n\nMy answer stands below it.",
        f"{WROTE[0]}\n\n> only history",
        f"{OWN}\nOn Monday I wrote:\n> that letter",
        f"{OWN}\n{WROTE[0]}\nno quote marks here",
        f"{OWN}\n> a line I quote\nand answer",
        "From: the bottom of my heart\nTo: all of you\nthanks",
        f"{OWN}\n--\nEve\nSent from my phone",
    ],
)
def test_leaves_the_text_whole_in_doubt(text: str) -> None:
    assert quotes.split(text) == (text, "")


@pytest.mark.parametrize(
    "subject", ["Fwd: Help", "FW: Help", "Doorst: Help", "WG: Help", "TR: Help", "RV: Help"]
)
def test_never_cuts_what_was_forwarded(subject: str) -> None:
    text = f"See below\n\n{BLOCKS[2]}\n\nThe letter"
    assert quotes.split(text, subject) == (text, "")


def test_the_history_stays_reachable_in_html_too() -> None:
    html = f"<div>{OWN}</div><div>{WROTE[0].replace('<', '&lt;')}<br></div><blockquote>Thank you</blockquote>"
    found = mail(html, Content_Type="text/html")
    assert found.text == "Still no answer. Eve"
    assert found.quoted.endswith("> Thank you")


def test_a_bounce_is_shown_whole() -> None:
    found = mail(f"Not delivered:\n\n{BLOCKS[2]}\n", Auto_Submitted="auto-replied")
    assert "Subject: Help" in found.text
