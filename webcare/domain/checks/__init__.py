"""Reads a reply before it leaves and names what is wrong with it, where, and how to mend it."""

from __future__ import annotations

from webcare.domain.checks.finding import CheckedDraft, Finding, GivenFact, Mend

__all__ = ["CheckedDraft", "Finding", "GivenFact", "Mend"]
