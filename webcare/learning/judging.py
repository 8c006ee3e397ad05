"""Assesses examples as the desk would and judges the outcome; needs nothing that fits models."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from webcare.domain.triage import Model, assess
from webcare.learning import readers, report
from webcare.learning.examples import Example
from webcare.learning.report import Report


def judge(given: Sequence[Example], model: Model | None, root: Path, slug: str = readers.BASE) -> Report:
    """Return how well `model`, with the rules of playbook `slug`, assesses examples."""
    rules = readers.cues(slug, root)
    return report.judged(given, [assess(readers.text_of(one), rules, model) for one in given])
