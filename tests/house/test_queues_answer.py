"""Every bell resolves to a job, every queue is consumed, and every job is heard."""

from __future__ import annotations

import inspect

import pytest

from webcare import queues


@pytest.mark.parametrize("bell", queues.BELLS)
def test_every_job_name_resolves(bell: str) -> None:
    job = queues.resolve(queues.BELLS[bell][1])
    assert callable(job)
    assert f'queues.hear("{bell}")' in inspect.getsource(inspect.getmodule(job) or job), (
        "a job takes its flag down"
    )


def test_every_queue_has_a_bell_and_every_bell_a_queue() -> None:
    assert {queue for queue, _ in queues.BELLS.values()} == set(queues.QUEUES)


def test_every_queue_is_consumed_by_the_whole_program() -> None:
    from webcare.commands.up import children

    names = {child.name for child in children()}
    assert {f"worker {queue}" for queue in queues.QUEUES} <= names
