"""Cutting a webhook body: exact bytes, keys that tell messages apart, one item for what can't be cut."""

from __future__ import annotations

import hashlib
import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webcare.channels import webhook
from webcare.errors import Refused


@pytest.mark.parametrize(
    ("body", "slices"),
    [
        (b' {"id": 1, "text": "a"} ', [b' {"id": 1, "text": "a"} ']),
        (b'[{"id":1 } ,\n{"id": 2}]', [b'{"id":1 }', b'{"id": 2}']),
        (b'{"messages": [ {"id":"x"}, 7 ], "id": 9}', [b'{"id":"x"}', b"7"]),
        (b'{"messages": "none", "id": 9}', [b'{"messages": "none", "id": 9}']),
    ],
)
def test_cuts_exact_bytes(body: bytes, slices: list[bytes]) -> None:
    items = webhook.split(body)
    assert [item.body for item in items] == slices
    assert [item.sha256 for item in items] == [hashlib.sha256(one).digest() for one in slices]


@pytest.mark.parametrize(
    ("given_id", "key"),
    [
        ('"m-1"', "id:m-1"),
        ("17", "id:17"),
        ('"' + "x" * 200 + '"', "id:" + "x" * 200),
        ('"' + "x" * 201 + '"', None),
        ('""', None),
        ('" "', None),
        ('"a\\nb"', None),
        ('"\\u0000"', None),
        ('"\\ud800"', None),
        ("true", None),
        ("1.5", None),
        ("null", None),
        ("[1]", None),
        ("9" * 5000, None),
    ],
)
def test_keys_by_a_usable_id_and_else_by_the_digest(given_id: str, key: str | None) -> None:
    body = f'{{"id": {given_id}}}'.encode()
    (item,) = webhook.split(body)
    assert item.dedupe_key == (key or f"sha256:{hashlib.sha256(body).hexdigest()}")
    assert item.external_id == (key and key[3:])


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b'{"id": 1',
        b'{"id": NaN}',
        b"[" * 200_000,
        b'{"a":' * 65 + b"1" + b"}" * 65,
        '{"id": 1}'.encode("utf-16"),
        b'\xff{"id": 1}',
        b'"text"',
        b'[{"id":1}] []',
    ],
)
def test_keeps_what_cannot_be_cut_in_one_piece(body: bytes) -> None:
    (item,) = webhook.split(body)
    assert item.body == body
    assert item.dedupe_key.startswith("sha256:")


def test_half_an_emoji_hides_neither_its_batch_nor_another_message() -> None:
    body = rb'[{"id":"\ud83d","text":"cut \ud83d"}, {"id":"\ud83c"},{"id":"b","text":"\\ud83d \ud83d\ude00"}]'
    items = webhook.split(body)
    assert b"[" + items[0].body + b", " + items[1].body + b"," + items[2].body + b"]" == body
    assert [item.external_id for item in items] == [None, None, "b"]
    assert len({item.dedupe_key for item in items}) == 3


def test_takes_a_thousand_and_refuses_one_more() -> None:
    assert len(webhook.split(b"[" + b",".join([b"{}"] * 1000) + b"]")) == 1000
    with pytest.raises(Refused, match="1,001 messages"):
        webhook.split(b'{"messages": [' + b",".join([b"{}"] * 1001) + b"]}")


@pytest.mark.parametrize("body", [b"[]", b'{"messages": [ ]}'])
def test_refuses_an_empty_batch(body: bytes) -> None:
    with pytest.raises(Refused, match="no message"):
        webhook.split(body)


@pytest.mark.parametrize("piece", [b'"\\"', b"[]", b'[{"a":"b"}', b'\\"', b'{"a":"\\\\"},'])
def test_reads_a_megabyte_of_anything_within_a_second(piece: bytes) -> None:
    start = time.perf_counter()
    webhook.split((piece * 1_000_000)[:1_000_000])
    assert time.perf_counter() - start < 1


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)


@given(st.binary(max_size=200) | JSON.map(lambda value: json.dumps(value).encode()))
def test_raises_nothing_but_refused(body: bytes) -> None:
    try:
        items = webhook.split(body)
    except Refused:
        return
    assert items
    assert all(item.body in body for item in items)
