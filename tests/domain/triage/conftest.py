"""The rules that the tests of triage judge by: base, and volcanic ash on top of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from webcare.domain.triage.cues import CueSet, merged

PLAYBOOKS = Path(__file__).resolve().parents[3] / "playbooks"


def cues_of(slug: str) -> dict[str, Any]:
    data = yaml.load((PLAYBOOKS / slug / "cues.yaml").read_bytes(), Loader=yaml.CSafeLoader)
    assert isinstance(data, dict)
    return data


@pytest.fixture(scope="session")
def rules() -> CueSet:
    return CueSet.model_validate(merged(cues_of("base"), cues_of("volcanic-ash")))
