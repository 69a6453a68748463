"""Values that JSON can say, for Hypothesis."""

from __future__ import annotations

from hypothesis import strategies as st

LARGEST = 2**127 - 1
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-LARGEST, LARGEST)
    | st.floats(-(2.0**62), 2.0**62).filter(lambda x: not x.is_integer())
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)
