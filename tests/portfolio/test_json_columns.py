"""The column of a value is where the value starts, in any JSON document however it is spaced."""

import json

from hypothesis import given
from hypothesis import strategies as st

from portfolio.columns import deeper_than, layout
from portfolio.file import walk

documents = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=20,
)


@given(documents, st.sampled_from([None, 1]), st.booleans())
def test_each_pointer_leads_to_its_value(document, indent, ascii_only):
    text = json.dumps(document, ensure_ascii=ascii_only, indent=indent, separators=(" ,", " : "))
    columns = layout(text).columns
    found = dict(walk(document))
    assert columns.keys() == found.keys()
    for pointer, value in found.items():
        assert json.JSONDecoder().raw_decode(text, columns[pointer] - 1)[0] == value


def test_a_missing_value_is_placed_at_the_object_around_it():
    held = layout('{"a": [{"b": 1}]}')
    assert held.column("/a/0/c/d") == held.column("/a/0") == 8


def test_a_member_given_twice_is_found_with_its_column():
    assert layout('{"a": {"b": 1, "b": 2}}').repeated == (("/a/b", 16),)


def test_depth_is_measured_without_recursion():
    assert deeper_than("[" * 100_000 + "]" * 100_000, 16) == 17
    assert deeper_than('"' + "[" * 100 + '"', 16) is None
