"""Which words of a mail are shown: plain text first, HTML made readable, files listed and never opened."""

from __future__ import annotations

import hashlib

import pytest

from tests.channels.email.samples import mail, multipart
from webcare.channels.email import markup
from webcare.channels.email.attachments import file_name

PLAIN = "Content-Type: text/plain\r\n\r\nplain words"
HTML = "Content-Type: text/html\r\n\r\n<p>rich <b>words</b></p>"
FILE = 'Content-Type: image/png\r\nContent-Disposition: attachment; filename="../a\u202eb.png"\r\n\r\nPNG'


def test_plain_text_wins_over_html() -> None:
    assert mail(**multipart(HTML, PLAIN, kind="alternative")).text == "plain words"


def test_html_is_shown_when_the_plain_part_is_empty() -> None:
    assert (
        mail(**multipart("Content-Type: text/plain\r\n\r\n \r\n", HTML, kind="alternative")).text
        == "rich words"
    )


def test_lists_files_with_clean_names() -> None:
    found = mail(**multipart(PLAIN, FILE))
    assert found.text == "plain words"
    digest = hashlib.sha256(b"PNG").hexdigest()
    assert found.attachments == (
        {"name": "ab.png", "content_type": "image/png", "size": 3, "sha256": digest},
    )


def test_a_mail_of_files_says_so() -> None:
    found = mail(**multipart(FILE))
    assert found.text == ""
    assert "only files" in found.notices[0]


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("C:\\temp\\..\\a.txt", "a.txt"),
        (".htaccess\u200b", "htaccess"),
        ("a\r\nb\x00.pdf", "a b\ufffd.pdf"),
        ("..", ""),
        ("x" * 300 + ".pdf", "x" * 146 + ".pdf"),
        ('a<b>"c|?.txt', "a_b__c__.txt"),
    ],
)
def test_file_names_hold_no_folder_and_no_trick(given_name: str, kept: str) -> None:
    assert file_name(given_name) == kept


def test_flowed_lines_are_joined_again() -> None:
    found = mail(
        "A long \r\nsentence.\r\n> quoted \r\n> words\r\nEnd\r\n", Content_Type="text/plain; format=flowed"
    )
    assert found.text == "A long sentence.\n> quoted words\nEnd"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One</p><p>Two<br>three</p>", "One\n\nTwo\nthree"),
        ("<ul><li>a</li><li>b</li></ul>", "- a\n- b"),
        ('<a href="https://example.com/x">here</a>', "here (https://example.com/x)"),
        ('<a href="https://example.com/">example.com</a>', "example.com"),
        ('<a href="javascript:alert(1)">here</a>', "here"),
        ("<blockquote>old<blockquote>older</blockquote></blockquote>new", "> old\n\n>> older\n\nnew"),
        ("<title>t</title><style>p{}</style><script>x</script><!-- c -->a&nbsp;&lt;b&gt;", "a <b>"),
        ("<svg onload=x><p>kept</p></svg>", "kept"),
        ("a  \n  b", "a b"),
    ],
)
def test_reduces_html_to_what_a_person_reads(html: str, text: str) -> None:
    assert markup.reduce(html) == text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<!-- never closed <p>help", "help"),
        ("<!-->one<!--->two", "onetwo"),
        ("<style>p{}<p>help", "p{}\n\nhelp"),
        ("a < b <c", "a < b <c"),
        ("<p title='a > b'>c</p>", "c"),
        ("<p title='a > b", "b"),
        ("<a title='href=http://x' HREF=http://example.com/y>here", "here (http://example.com/y)"),
        ("<a href='java\nscript:alert(1)'>here</a><a href='//example.com/z'>there</a>", "herethere"),
        ("&#" + "9" * 5000 + ";&#65;&eacute;&#xD800;", "\ufffdA\u00e9\ufffd"),
        ("</blockquote></pre>a\nb", "a b"),
    ],
)
def test_broken_html_hides_no_words(html: str, text: str) -> None:
    assert markup.reduce(html) == text


def test_a_long_mail_is_read_from_its_beginning_and_says_so() -> None:
    part = "Content-Type: text/html; charset=utf-8\r\n\r\n<b>caf\u00e9</b>" + "<i>\u20ac</i>" * 300_000
    found = mail(**multipart(part, part))
    assert found.text.startswith("caf\u00e9\u20ac")
    assert len([one for one in found.notices if "very long" in one]) == 1
    assert not any("letters may be wrong" in one for one in found.notices)
