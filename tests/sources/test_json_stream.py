import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmhub.errors import SourceError, Undecodable
from mmhub.places import json_stream

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


def items(text):
    stream = io.BytesIO(text if isinstance(text, bytes) else text.encode())
    return [(each.key, each.number, each.value) for each in json_stream.json_items(stream, "a.json")]


@given(content=st.dictionaries(st.text(max_size=3), VALUES, max_size=4), indent=st.sampled_from([None, 1]))
def test_whatever_the_size_of_chunks_the_items_are_those_of_the_file(content, indent):
    expected = []
    for key, value in content.items():
        expected += (
            [(key, n, each) for n, each in enumerate(value)]
            if isinstance(value, list) and value
            else [(key, None, value)]
        )
    text = json.dumps(content, indent=indent, ensure_ascii=False)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(json_stream, "_CHUNK", 1)
        assert items(text) == expected


def test_an_item_says_on_which_line_it_stands():
    stream = io.BytesIO(b'{"a": [1,\n2],\n"b": {}}')
    assert [each.place for each in json_stream.json_items(stream, "f.json")] == [
        "f.json:1 a[0]",
        "f.json:2 a[1]",
        "f.json:3 b",
    ]


@pytest.mark.parametrize(
    "text", ["", "[1]", '{"a"', '{"a": [1', '{"a": 1 "b": 2}', '{"a": tru}', '{"a": 1} x', "{1: 2}", "[" * 9999]
)
def test_what_is_no_object_is_an_error_with_its_line(text):
    with pytest.raises(SourceError, match=r"^a\.json:1: it is no JSON object, or is cut off \("):
        items(text)


def test_a_key_that_is_not_utf8_is_an_error_with_its_line():
    with pytest.raises(SourceError, match=r"^a\.json:2: a key is not UTF-8: save the file in UTF-8$"):
        items('{"images": [],\n"café": 1}'.encode("latin-1"))


def test_a_value_that_is_not_utf8_costs_itself():
    ((key, _, value),) = items('{"a": "café"}'.encode("latin-1"))
    assert isinstance(value, Undecodable)
    assert (key, value.reason) == ("a", "malformed")


def test_a_value_nested_too_deeply_is_an_error():
    with pytest.raises(SourceError, match="it is no JSON object"):
        items('{"a": ' + "[" * 200_000)
