"""Twice as much of anything takes about twice as long: no mail can keep triage busy."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

import pytest

from tests.channels.conftest import inbox
from tests.channels.email.samples import mail
from webcare.channels import email
from webcare.channels.email import markup
from webcare.domain.utterances import Raw

# Below this a clock on a busy machine measures the machine.
NOTHING_S = 0.1
WHOLE = 26_000_000

PIECES = [
    *("<div>", "<b>", "<p>x", "<blockquote>", "<table><tr><td>", "</a>", "<li>", "<br>", "<b a=1>"),
    *("<a href='http://a/'>", "<a href='http://a/'>x</a>", "<a href='", '<a =">"', "<a x ", "<a\n", "="),
    *("&", "&amp;", "&#9", "&abcdefghijklmnopqrstuvwxyzabcdefgh ", "<", "</", "<!", "<!--", "<!-- -->"),
    *("<style>", "<script></script>", "<title>", "<pre>\n", "x<i>", "\n"),
]
AROUND = [("", ""), ("", ">"), ("<a href='http://x'>", "</a>"), ("<img src='", "'>"), ("<pre>", "")]


def _spent(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def _is_bounded(longer: Callable[[], object], shorter: Callable[[], object]) -> bool:
    """Return whether the longer work takes less than three times as long; asks twice on a busy machine."""
    return any(_spent(longer) < 3 * max(_spent(shorter), NOTHING_S) for _ in range(2))


@pytest.mark.parametrize("piece", PIECES)
def test_twice_the_html_takes_less_than_three_times_as_long(piece: str) -> None:
    # Odd numbers both, so that quotes pair up in the same way.
    half = 200_000 // len(piece) | 1
    for before, after in AROUND:
        short, long = (before + piece * count + after for count in (half, 2 * half + 1))
        assert len(long) < markup.MAX_HTML
        assert _is_bounded(partial(markup.reduce, long), partial(markup.reduce, short)), before


@pytest.mark.parametrize("kind", ["text/html", "text/plain; format=flowed"])
@pytest.mark.parametrize("encoding", ["", "base64", "quoted-printable"])
@pytest.mark.parametrize("piece", ["&", "<div>", "\n", "\u00e9", "PGI+\n"])
def test_the_largest_mail_takes_no_longer_than_one_of_a_few_megabytes(
    kind: str, encoding: str, piece: str
) -> None:
    def read(size: int) -> Callable[[], object]:
        body = piece * (size // len(piece.encode()))
        return lambda: mail(body, Content_Type=kind, Content_Transfer_Encoding=encoding)

    assert _is_bounded(read(WHOLE), read(5_000_000))


def test_many_long_parts_cost_as_much_as_one() -> None:
    part = b"\n--cut\nContent-Type: text/html\n\n" + b"<p>" * 333_000
    head = b"From: eve@example.org\nContent-Type: multipart/mixed; boundary=cut\n"

    def read(parts: int) -> Callable[[], object]:
        raw = Raw(head + part * parts + b"\n--cut--\n")
        return lambda: email.parse(raw, inbox("email"))

    assert _is_bounded(read(26), read(2))


def test_a_large_mail_that_nests_deep_is_listed_instead_of_copied_again_and_again() -> None:
    deep = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(60))
    raw = Raw(f"From: eve@example.org\n{deep}\n".encode() + b"hi\n" * (WHOLE // 3))
    found = email.parse(raw, inbox("email"))
    assert len(found.attachments) == 1
    assert any("listed as a file" in notice for notice in found.notices)
