"""A log line is one JSON object in UTC, masked, and no stranger can forge a second one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

_PROGRAM = """
import logging, structlog
from webcare import logs
logs.set_up()
{}
"""


def logged(program: str) -> list[dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM.format(program)], capture_output=True, check=True, env=os.environ
    )
    assert done.stderr.isascii()
    return [json.loads(line) for line in done.stderr.splitlines()]


@pytest.mark.parametrize(
    "call",
    [
        "structlog.get_logger('x').info('from %s', 'a\\r\\n{\"forged\": 1}\\u2028\\u202e')",
        "logging.getLogger('x').warning('from %s', 'a\\r\\n{\"forged\": 1}\\u2028\\u202e')",
    ],
)
def test_hostile_text_stays_within_its_line(call: str) -> None:
    (line,) = logged(call)
    assert "forged" not in line
    assert line["at"].endswith("Z")
    assert line["logger"] == "x"


def test_personal_data_is_masked_wherever_it_stands() -> None:
    call = "structlog.get_logger().info('pay 4111 1111 1111 1111', who={'a': ['4111111111111111']})"
    (line,) = logged(call)
    assert "1111 1111" not in json.dumps(line)
    assert "4111111111111111" not in json.dumps(line)


def test_bodies_and_secrets_are_left_out_whoever_logs_them() -> None:
    (line,) = logged("structlog.get_logger().info('x', text='words', deep={'body': 'words', 'n': 3})")
    assert "words" not in json.dumps(line)
    assert line["deep"]["n"] == 3


def test_a_failed_statement_does_not_tell_its_parameters() -> None:
    program = """
try:
    raise ValueError("boom [SQL: x]\\n[parameters: {'text': 'words of a contact'}]")
except ValueError:
    logging.getLogger("x").exception("failed")
"""
    (line,) = logged(program)
    assert "words of a contact" not in json.dumps(line)
    assert "ValueError: boom" in line["exception"]


def test_libraries_that_tell_all_are_kept_quiet() -> None:
    assert logged("logging.getLogger('slack_sdk.web.base_client').info('Authorization: Bearer x')") == []
