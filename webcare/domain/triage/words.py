"""Cuts a text into folded words that remember where they stood and in which sentence."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache

# What is read of a very long text: people put the need first, and what they ask last.
HEAD = 8_000
TAIL = 4_000

# Marks that people (and attackers) leave inside words: accents apart, soft hyphens, zero-width joints.
_INSIDE = "\u0300-\u036f\u00ad\u200b-\u200d\u2060\ufeff"
_APOSTROPHES = "'\u2019\u02bc\u00b4`"
_PIECE = re.compile(
    # A plain word, which nothing that belongs inside a word follows; most are.
    rf"([A-Za-z][A-Za-z0-9]*+(?![^\W_]|[{_INSIDE}]|[{_APOSTROPHES}][^\W_]))"
    rf"|(\d{{1,2}}[:.]\d{{2}}(?![\d\w])|[^\W_](?:[^\W_]|[{_INSIDE}])*(?:[{_APOSTROPHES}][^\W_]+)*)"
    r"|([.!?\u2026;\n:]+)"
)
_PLAIN, _WORD = 1, 2
_ELIDED = frozenset({"l", "d", "j", "n", "m", "t", "s", "c", "qu", "jusqu", "lorsqu", "puisqu"})
_JOINED = frozenset({"it", "that", "what", "he", "she", "there", "who", "let", "here", "where"})
_LONGEST_WORD = 40


@dataclass(slots=True)
class Words:
    """The words of a text: folded form, character span and sentence number, all of one length.

    `asking` holds the numbers of the words that a question mark follows.
    """

    folded: list[str] = field(default_factory=list)
    spans: list[tuple[int, int]] = field(default_factory=list)
    sentences: list[int] = field(default_factory=list)
    asking: list[int] = field(default_factory=list)

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Return the characters from word `first` up to and including word `last`."""
        return self.spans[first][0], self.spans[last][1]

    def number_up_to_here(self, sentence: int) -> None:
        """Give the words that have no sentence yet the number `sentence`."""
        self.sentences += [sentence] * (len(self.folded) - len(self.sentences))


def excerpts(text: str) -> tuple[tuple[int, str], ...]:
    """Return what is read of `text` as (offset, piece): all of it, or head and tail of a long one."""
    if len(text) <= HEAD + TAIL:
        return ((0, text),)
    return (0, text[:HEAD]), (len(text) - TAIL, text[-TAIL:])


def cut(pieces: tuple[tuple[int, str], ...]) -> Words:
    """Return the words of all pieces; a gap between pieces starts a new sentence."""
    words = Words()
    folded, spans = words.folded, words.spans
    sentence = 0
    for offset, piece in pieces:
        start = len(spans)
        for match in _PIECE.finditer(piece):
            kind = match.lastindex
            if kind == _PLAIN:
                folded.append(match[1].lower()[:_LONGEST_WORD])
                spans.append(match.span())
            elif kind == _WORD:
                forms = _fold(match[2])
                folded += forms
                spans += [match.span()] * len(forms)
            else:
                words.number_up_to_here(sentence)
                sentence += _ends(piece, match)
                if folded and "?" in match[3]:
                    words.asking.append(len(folded) - 1)
        words.number_up_to_here(sentence)
        sentence += 2
        if offset:
            spans[start:] = [(first + offset, last + offset) for first, last in spans[start:]]
    return words


def _ends(piece: str, match: re.Match[str]) -> bool:
    """Tell whether these marks end a sentence: not the dot inside "example.com" or a colon in a label."""
    mark = match.group()
    if mark == ":":
        return False
    after = piece[match.end() : match.end() + 1]
    return "\n" in mark or not after or not after.isalnum()


@lru_cache(maxsize=8_192)
def _fold(word: str) -> tuple[str, ...]:
    """Return lower-case, accent-free forms; French elisions come apart, an English 's falls off."""
    if word.isascii() and "'" not in word and "`" not in word:
        return (word.lower()[:_LONGEST_WORD],)
    plain = unicodedata.normalize("NFKD", word.casefold())
    plain = "".join(char for char in plain if char.isalnum() or char in _APOSTROPHES)
    parts = [part for part in re.split(f"[{_APOSTROPHES}]", plain) if part]
    if not parts:
        return (plain[:_LONGEST_WORD] or word[:_LONGEST_WORD],)
    if len(parts) > 1 and parts[0] in _ELIDED and len(parts[1]) > 1:
        return tuple(part[:_LONGEST_WORD] for part in parts)
    if len(parts) > 1 and parts[-1] == "s" and parts[0] not in _JOINED:
        parts.pop()
    return ("".join(parts)[:_LONGEST_WORD],)
