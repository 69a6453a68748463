"""Rego's undefined."""

from __future__ import annotations

from typing import Final, Literal, final


@final
class Undefined:
    """The type of `UNDEFINED`, which is its one instance."""

    __slots__ = ()

    def __new__(cls) -> Undefined:
        """Return the one instance."""
        return UNDEFINED

    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return "UNDEFINED"

    def __reduce__(self) -> str:
        # Also for copy and deepcopy: it stays the one.
        return "UNDEFINED"


UNDEFINED: Final[Undefined] = object.__new__(Undefined)
"""The result of an evaluation if no rule applies. It is falsy, and neither False nor None, which are answers."""
