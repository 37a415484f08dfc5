"""Canonical JSON."""

import json
from decimal import Decimal
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auction.canonical import canonical, digest, is_canonical

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT, lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner)
)


def test_keys_are_sorted_and_nothing_stands_between():
    value = {"b": [1, None, True, "x y"], "a": {"债": "江苏", "B": 0}}
    assert canonical(value) == '{"a":{"B":0,"债":"江苏"},"b":[1,null,true,"x y"]}'.encode()


def test_tuples_and_read_only_mappings_are_lists_and_objects():
    assert canonical(MappingProxyType({"a": (1, 2)})) == b'{"a":[1,2]}'


@given(VALUES)
def test_canonical_json_says_what_it_was_made_from_and_is_canonical(value):
    assert json.loads(canonical(value)) == value
    assert is_canonical(canonical(value).decode())


@pytest.mark.parametrize("value", [1.0, float("nan"), [float("inf")], {"a": {"b": 0.1}}, Decimal("1.5"), b"x", {1, 2}])
def test_what_json_cannot_say_exactly_is_refused(value):
    with pytest.raises(TypeError):
        canonical(value)


@pytest.mark.parametrize("key", [1, None, True, 1.5, ("a",)])
def test_a_key_that_is_no_text_is_refused(key):
    with pytest.raises(TypeError):
        canonical({"inner": {key: "x"}})


@pytest.mark.parametrize(
    "text",
    ['{"a": 1}', '{"b":1,"a":2}', '{"a":1,"a":1}', "1.0", "NaN", '"\\u503a"', "1\n", "", "[" * 100_000, "9" * 5000],
)
def test_other_writings_are_not_canonical(text):
    assert not is_canonical(text)


def test_a_digest_is_sha_256_in_hex():
    assert digest(b"abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
