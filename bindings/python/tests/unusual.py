"""Unusual arguments, for tests of their errors."""

from __future__ import annotations

from typing import Any

NAN, INF = float("nan"), float("inf")
HUGE = 10**5000
"""More digits than Python writes, for example in a message."""


class Liar:
    """Raises in every conversion."""

    def _lie(self, *_: object) -> Any:
        raise ZeroDivisionError

    __bool__ = __float__ = __index__ = __int__ = __iter__ = __len__ = __repr__ = __str__ = _lie


NO_TEXTS: list[Any] = [None, 1, HUGE, NAN, True, b"x", ["x"], {}, object(), Liar(), "\ud800"]
NO_NUMBERS: list[Any] = ["x", "1", True, b"1", [1], {}, 1j, object(), Liar()]
NO_COUNTS: list[Any] = [*NO_NUMBERS, -1, -HUGE, HUGE, 1.5, NAN, INF, -INF]
NO_FLAGS: list[Any] = [1, 0, "x", [], object(), Liar()]


def label(value: Any) -> str:
    """Return the name of a test with that argument."""
    name = type(value).__name__
    return f"{name}-{value}" if isinstance(value, (bool, float)) else name
