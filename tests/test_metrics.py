"""Metrics add up over processes, survive dead ones, and say what waits at the moment of the scrape."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from tests import outgoing
from webcare import db, metrics

_COUNT = """
import sys
from pathlib import Path
from webcare import metrics_folder
metrics_folder.prepare(Path(sys.argv[1]))
from webcare import metrics
metrics.ALERTS.labels("sent").inc(int(sys.argv[2]))
metrics.SECONDS.labels("webhook").observe(0.2)
"""
_READ = """
import sys
from pathlib import Path
from webcare import metrics_folder
metrics_folder.prepare(Path(sys.argv[1]))
from webcare import metrics
sys.stdout.buffer.write(metrics.exposition()[0])
"""


def run(program: str, folder: Path, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program, str(folder), *words], capture_output=True, check=True, env=os.environ
    )
    return done.stdout.decode()


@pytest.mark.usefixtures("clean_database")
def test_what_dead_processes_counted_is_kept_in_one_file(tmp_path: Path) -> None:
    for number in ("2", "3"):
        run(_COUNT, tmp_path, number)
    said = run(_READ, tmp_path)
    assert 'webcare_alerts_total{result="sent"} 5.0' in said
    assert 'webcare_delivery_seconds_count{channel="webhook"} 2.0' in said
    assert 'webcare_delivery_seconds_bucket{channel="webhook",le="0.1"} 0.0' in said
    assert 'webcare_alerts_total{result="sent"} 5.0' in run(_READ, tmp_path)
    left = {file.name for file in (tmp_path / "metrics").glob("*_0.db")}
    assert {"counter_0.db", "histogram_0.db"} <= left


@pytest.mark.usefixtures("clean_database")
def test_a_file_that_a_kill_left_half_written_stops_nothing(tmp_path: Path) -> None:
    run(_COUNT, tmp_path, "2")
    (tmp_path / "metrics" / "counter_999999.db").write_bytes(b"\x10\x00\x00\x00\x00\x00\x00\x00half")
    assert 'webcare_alerts_total{result="sent"} 2.0' in run(_READ, tmp_path)


@pytest.mark.usefixtures("clean_database")
def test_a_scrape_reads_what_waits() -> None:
    with db.transaction() as session:
        fill(session)
    said = metrics.exposition()[0].decode()
    assert 'webcare_backlog{urgency="U1"} 1.0' in said
    assert 'webcare_backlog{urgency="U0"} 0.0' in said
    assert 'webcare_deliveries{state="queued"} 1.0' in said
    assert "webcare_database_up 1.0" in said


def fill(session: Session) -> None:
    outgoing.reply(session, state="open", urgency=1)


def test_with_the_database_away_a_scrape_says_so(
    database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    away = db.make_engine(f"postgresql://nobody@/nothing?host={tmp_path}")
    monkeypatch.setattr(db._Holder, "engine", away)
    said = metrics.exposition()[0].decode()
    assert "webcare_database_up 0.0" in said
    assert "webcare_backlog" not in said
