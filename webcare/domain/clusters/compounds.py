"""Takes Dutch and German words apart: "Strompreis" is about electricity and about a price."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from webcare.domain.triage.lexicon import Lexicon
from webcare.domain.triage.words import Words

LANGUAGES = frozenset({"nl", "de"})
_SHORTEST = 8
_SHORTEST_HALF = 4
# What stands between two halves and belongs to neither: "verbindingSprobleem", "strassENbeleuchtung".
_JOINTS = ("", "s", "en", "n", "e")
_THINGS = frozenset({"matters", "settings"})
_REMEMBERED = 20_000


class Compounds:
    """Remembers what the words are about that it took apart; takes the names' phrases and their kinds."""

    def __init__(self, lexicon: Lexicon, kinds: Mapping[str, str]) -> None:
        self._lexicon, self._kinds = lexicon, kinds
        self._seen: dict[tuple[str, str], frozenset[str]] = {}

    def about(self, word: str, language: str) -> frozenset[str]:
        """Return what both halves of a folded word are about; nothing when only one of them is known."""
        if language not in LANGUAGES or len(word) < _SHORTEST:
            return frozenset()
        key = word, language
        if key not in self._seen:
            if len(self._seen) >= _REMEMBERED:
                self._seen.clear()
            self._seen[key] = self._of_halves(word, language)
        return self._seen[key]

    def _of_halves(self, word: str, language: str) -> frozenset[str]:
        for first, second in _halves(word):
            mine = self._of(first, language)
            theirs = self._of(second, language) if mine else frozenset()
            if theirs:
                return mine | theirs
        return frozenset()

    def _of(self, half: str, language: str) -> frozenset[str]:
        hits = self._lexicon.find(Words([half], [(0, len(half))], [0]), frozenset({language}))
        return frozenset(name for name in hits if self._kinds[name] in _THINGS)


def _halves(word: str) -> Iterator[tuple[str, str]]:
    """Yield the ways to cut a word in two, the longest first half first."""
    for at in range(len(word) - _SHORTEST_HALF, _SHORTEST_HALF - 1, -1):
        for joint in _JOINTS:
            if word[:at].endswith(joint) and at - len(joint) >= _SHORTEST_HALF:
                yield word[: at - len(joint)], word[at:]
