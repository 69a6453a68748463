"""The names and the behaviour of the service that this package replaces: change the import, and nothing else.

>>> from boardkit_grid.compat import RustOPAEngine, RustCache, RUST_AVAILABLE

It differs from `boardkit_grid` in two ways: policies of the classic v0 syntax load too, and **undefined is False**, so a typo in the name
of a rule is not an error. A query for an allow rule then denies; a query for a deny rule allows:

>>> if not engine.evaluate("data.authz.denied", request): ...  # the rule is named deny

New code uses `boardkit_grid.Engine.test`, which raises if no rule applies.
"""

from __future__ import annotations

from typing import Any

from ._cache import Cache
from ._engine import Engine
from ._errors import (
    ArgumentError,
    CompileError,
    EvaluationError,
    ExtensionError,
    GridError,
    InputError,
    InternalError,
    LimitError,
    OPACompilationError,
)
from ._extension import native
from ._undefined import UNDEFINED

__all__ = [
    "RUST_AVAILABLE",
    "ArgumentError",
    "CompileError",
    "EvaluationError",
    "ExtensionError",
    "GridError",
    "InputError",
    "InternalError",
    "LimitError",
    "OPACompilationError",
    "RustCache",
    "RustOPAEngine",
]

RUST_AVAILABLE: bool = native is not None
"""Whether the extension could be loaded. Without it RustCache is in plain Python, and RustOPAEngine() raises an ImportError."""


class RustOPAEngine:
    """Policies by name, and queries.

    Raises:
        ExtensionError: an ImportError; the extension could not be loaded.

    """

    def __init__(self) -> None:
        self._engine = Engine(rego_version="auto")

    def load_policy(self, name: str, policy: str) -> None:
        """Load a policy, or replace the one of that name.

        Raises:
            OPACompilationError: it does not compile; the old one stays in use.
            ValueError: the name is not allowed.

        """
        self._engine.load_policy(name, policy)

    def evaluate(self, rule: str, input_data: object = UNDEFINED) -> Any:
        """Return the value of a rule, such as `data.authz.allow`, for an input; undefined is False, and so is a rule that does not exist.

        So query allow rules, never deny rules: a typo in the name of a deny rule allows.

        Raises:
            ValueError: JSON cannot represent the input.
            RuntimeError: the evaluation failed, or reached a limit.

        """
        value = self._engine.evaluate(rule, input_data)
        return False if value is UNDEFINED else value

    def loaded_policies(self) -> list[str]:
        """Return the names of the policies, sorted."""
        return self._engine.loaded_policies()

    def has_policy(self, name: str) -> bool:
        """Whether a policy of that name is loaded."""
        return self._engine.has_policy(name)

    def clear_policies(self) -> None:
        """Remove all policies."""
        self._engine.clear_policies()

    def __repr__(self) -> str:
        return f"RustOPAEngine(policies={self.loaded_policies()!r})"


class RustCache:
    """A bounded LRU cache with a time to live in seconds."""

    def __init__(self, max_size: int = 10_000, ttl_secs: float | None = None) -> None:
        self._cache = Cache(max_entries=max_size, ttl_ms=_millis(ttl_secs))

    def set(self, key: str, value: str | bytes, ttl: float | None = None) -> None:
        """Store a value; `ttl` is in seconds, by default that of the cache.

        Raises:
            ValueError: the key is not a text, the value is neither text nor bytes, or the time is out of its range.

        """
        if ttl is None:
            self._cache.set(key, value)
        else:
            self._cache.set(key, value, ttl_ms=_millis(ttl))

    def get(self, key: str) -> Any:
        """Return the value of a key; None if it is not there or has expired."""
        return self._cache.get(key)

    def delete(self, key: str) -> bool:
        """Remove an entry; return whether it was there."""
        return self._cache.delete(key)

    def size(self) -> int:
        """Return the number of entries, with expired ones that are not removed yet."""
        return len(self._cache)

    def cleanup_expired(self) -> int:
        """Remove the expired entries; return their number."""
        return self._cache.cleanup_expired()

    def clear(self) -> None:
        """Remove all entries."""
        self._cache.clear()

    def __len__(self) -> int:
        return len(self._cache)

    def __contains__(self, key: str) -> bool:
        return key in self._cache

    def __repr__(self) -> str:
        return f"RustCache({self._cache!r})"


def _millis(seconds: float | None) -> float | None:
    if seconds is None:
        return None
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)):
        raise ArgumentError(f"a time to live must be a number of seconds; got {type(seconds).__name__}")
    return seconds * 1000
