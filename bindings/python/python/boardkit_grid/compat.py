"""The names and the behaviour of the service that this package takes the place of: change the import, and leave the rest as it is.

>>> from boardkit_grid.compat import RustOPAEngine, RustCache, RUST_AVAILABLE

What differs from `boardkit_grid`: policies of the classic v0 syntax load too, and **undefined is False**, so a typo in the name of a rule
tells nothing. Asked for what it allows it denies; a rule that is asked as deny then allows:

>>> if not engine.evaluate("data.authz.denied", request): ...  # the rule is named deny

New code asks with `boardkit_grid.Engine.test`, which raises where no rule says anything.
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
"""Whether the extension could be loaded. Without it RustCache is of plain Python, and RustOPAEngine() raises an ImportError."""


class RustOPAEngine:
    """Policies by name, and rules to ask.

    Raises:
        ExtensionError: an ImportError; the extension could not be loaded.

    """

    def __init__(self) -> None:
        self._engine = Engine(rego_version="auto")

    def load_policy(self, name: str, policy: str) -> None:
        """Load a policy, or replace the one of that name.

        Raises:
            OPACompilationError: it does not compile; the old one serves on.
            ValueError: the name cannot be one.

        """
        self._engine.load_policy(name, policy)

    def evaluate(self, rule: str, input_data: object = UNDEFINED) -> Any:
        """Return the value of a rule, `data.authz.allow` say, for an input; undefined is False, and so is a rule that does not exist.

        So ask for what is allowed, never for what is denied: a typo in the name of a rule that is asked as deny allows.

        Raises:
            ValueError: the input holds what JSON cannot say.
            RuntimeError: the evaluation failed, or took more than its limits.

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
        """Store a value; `ttl` is in seconds, that of the cache where it is left out.

        Raises:
            ValueError: the key is no text, the value is neither text nor bytes, or the time is out of its range.

        """
        if ttl is None:
            self._cache.set(key, value)
        else:
            self._cache.set(key, value, ttl_ms=_millis(ttl))

    def get(self, key: str) -> Any:
        """Return the value of a key; None where it is not there or has expired."""
        return self._cache.get(key)

    def delete(self, key: str) -> bool:
        """Remove an entry; return whether it was there."""
        return self._cache.delete(key)

    def size(self) -> int:
        """Return how many entries are held, expired ones that were not removed yet among them."""
        return len(self._cache)

    def cleanup_expired(self) -> int:
        """Remove the expired entries; return how many."""
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
