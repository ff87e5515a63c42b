"""The quick way to canonical bytes and the library's way write the same."""

from __future__ import annotations

import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from turnup.canonical import canonical_bytes

TEXT = st.text(st.characters(exclude_categories=("Cs",)))
SCALARS = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXT | st.text('\x00\x1f"\\/\b\t\n\x7f<&a')
CONTENT = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(TEXT | st.text("ab_9"), inner))


@given(CONTENT)
def test_canonical_bytes_are_those_of_the_standard(content):
    assert canonical_bytes(content) == rfc8785.dumps(content)
