"""The extension module: PyO3 over the crates grid-opa and grid-cache.

Names that are private to the package begin with an underscore, or the package does not export them.
"""

from collections.abc import Iterable
from typing import Any, Literal, TypeVar, final, overload

from typing_extensions import Self, TypeAlias, disjoint_base

from ._errors import GridError
from ._undefined import Undefined

__all__ = [
    "Cache",
    "Engine",
    "Handle",
    "Store",
    "Subscription",
    "capabilities",
    "coverage",
    "explain",
    "features",
    "format",
    "inspect",
    "load_bundle",
    "loaded_bundles",
    "remove_bundle",
    "run_tests",
    "trace",
    "trace_all_json",
    "validate",
]

_T = TypeVar("_T")
_Bytes: TypeAlias = bytes | bytearray | memoryview
_Value: TypeAlias = str | bytes | bytearray | memoryview

@final
class Handle:
    """An engine without an object."""

    @staticmethod
    def make(options: dict[str, object], builtins: list[tuple[str, int, bool]]) -> Handle: ...
    @staticmethod
    def open(name: str, options: dict[str, object] | None, defaults: dict[str, object]) -> Handle: ...
    @staticmethod
    def forget(name: str) -> bool: ...

@disjoint_base
class Engine:
    """The calls of `boardkit_grid.Engine`, which inherits them."""

    def __new__(cls, handle: Handle) -> Self: ...
    @property
    def revision(self) -> int:
        """The number of changes of policies and data: it identifies the serving set."""

    def load_policy(self, name: str, source: str) -> None:
        """Load a policy, or replace the one of that name in one step. Whatever it raises, the old set serves on.

        Args:
            name: names the policy in errors, by custom its path: 1 to 1024 bytes without control characters.
            source: Rego source text.

        Raises:
            CompileError: the source does not compile; `file`, `line` and `column` say where.
            LimitError: the source is longer than `max_policy_bytes` or nests deeper than `max_nesting`.
            ArgumentError: the name is not allowed.

        """

    def load_policies(self, policies: dict[str, str]) -> None:
        """Load several policies, each under its name: all of them serve at once, or none does.

        Raises:
            CompileError: as `load_policy`; `file` names the policy.

        """

    def remove_policy(self, name: str) -> bool:
        """Remove a policy; return whether it was there.

        Raises:
            CompileError: the other policies do not compile without it; the old set stays in use.

        """

    def has_policy(self, name: str) -> bool:
        """Whether a policy of that name is loaded."""

    def loaded_policies(self) -> list[str]:
        """Return the names of the loaded policies, sorted."""

    def clear_policies(self) -> None:
        """Remove all policies; data stays. Those of bundles go too, which are forgotten: their data is then as if set by `set_data`."""

    def set_data(self, value: object) -> None:
        """Replace the data document (`data` in Rego); what bundles own of it stays and is not to be given.

        If it raises, the old data stays.

        Args:
            value: a dict.

        Raises:
            InputError: the value is not a dict, JSON cannot represent it, or it has the path of a rule, package or bundle.
            LimitError: the document is longer than `max_data_bytes` or nests deeper than 127 levels.

        """

    def set_data_json(self, text: str | _Bytes) -> None:
        """As `set_data`, from JSON text: a file is read without a dict of it between."""

    def merge_data(self, value: object) -> None:
        """Merge a dict into the data document: objects merge level by level, all else is added.

        Raises:
            InputError: as `set_data`, or both have a value at one path and the values differ; then nothing is merged.
            LimitError: as `set_data`.

        """

    def merge_data_json(self, text: str | _Bytes) -> None:
        """As `merge_data`, from JSON text."""

    def patch_data(self, operations: object) -> None:
        """Change the data document by a JSON Patch (RFC 6902), a list: all of its operations, or none.

        Raises:
            InputError: the value is not a patch, an operation is not possible, or as `set_data` for the result.

        """

    def get_data(self, pointer: str = ...) -> Any:
        """Return what the data document holds at a JSON Pointer (RFC 6901), `/users/ann` say; `UNDEFINED` where there is nothing.

        Raises:
            ArgumentError: the text is not a pointer.

        """

    def evaluate(self, rule_or_query: str, input: object = ...) -> Any:
        """Evaluate a rule (`data.authz.allow`) or a query.

        Integers are never rounded: up to 128 bits are allowed, and larger ones are an error. Rego sets are sorted lists, and an integral
        float is an int.

        Args:
            rule_or_query: the path of a rule or package, or a query of one expression.
            input: the input document: dict, list, tuple, str, int, float, bool, None and Decimal. Left out or `UNDEFINED`: there is no
                `input`; None is an input.

        Returns:
            The value, or `UNDEFINED` if Rego's answer is undefined, which is not False but falsy too: for a deny rule `not evaluate(...)`
            then allows, also if its name has a typo. `test` raises in that case.

        Raises:
            InputError: JSON cannot represent the input (NaN, a set, bytes, ...); the message names the place.
            EvaluationError: the evaluation failed, with `file`, `line` and `column` if known; or a builtin of your own raised, and its
                exception is the `__cause__`.
            CompileError: the query does not compile.
            ArgumentError: the query has several answers.
            LimitError: a limit was reached.

        """

    @overload
    def evaluate_json(self, rule_or_query: str, input_text: str | Undefined = ...) -> str | Undefined: ...
    @overload
    def evaluate_json(self, rule_or_query: str, input_text: _Bytes) -> bytes | Undefined:
        """As `evaluate`, with JSON text in and out: bytes where the input is bytes. Numbers keep their digits.

        Raises:
            InputError: the text is not valid JSON; `line` and `column` say where.

        """

    def test(self, rule_or_query: str, input: object = ..., *, undefined: bool | None = None) -> bool:
        """Ask a rule or query that is true or false.

        Args:
            rule_or_query: as of `evaluate`.
            input: as of `evaluate`.
            undefined: the result for undefined; left out: it is an error.

        Raises:
            EvaluationError: the answer is neither, or as `evaluate`.

        """

    def query(self, query: str, input: object = ...) -> list[dict[str, Any]]:
        """Evaluate a query with any number of expressions and answers, for example `some user in data.users; user.admin`.

        Returns:
            The variables of each answer. A query without variables has one empty answer if it holds; one that does not hold has no answer.

        """

    def close(self) -> None:
        """Close this object: all calls but this one raise. The policies of a named engine stay until the name is forgotten.

        The memory of an engine without a name is freed at once, except what running evaluations on other threads use.
        """

    def __sizeof__(self) -> int:
        """Tell what the object takes, with about what the engine holds, which counts in each object that has the engine open."""

    def _check_query(self, query: str) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(self, *_why: object) -> None: ...
    def __len__(self) -> int: ...
    def __bool__(self) -> Literal[True]: ...
    def __contains__(self, name: str, /) -> bool: ...

@final
class Store:
    """A cache without an object."""

    @staticmethod
    def make(options: dict[str, object]) -> Store: ...
    @staticmethod
    def open(name: str, options: dict[str, object], defaults: dict[str, object]) -> Store: ...
    @staticmethod
    def forget(name: str) -> bool: ...
    def is_same(self, other: Store) -> bool: ...
    def release(self, _name: str) -> None: ...

@final
class Subscription:
    """A queue of events."""

    def end(self) -> None: ...

@disjoint_base
class Cache:
    """The calls of `boardkit_grid.Cache`, which inherits them."""

    def __new__(cls, store: Store) -> Self: ...
    @overload
    def get(self, key: str, default: None = None) -> str | bytes | None: ...
    @overload
    def get(self, key: str, default: _T) -> str | bytes | _T:
        """Return the value of a key, bytes as bytes of their own; the default if it is not there or has expired."""

    @overload
    def get_buffer(self, key: str, default: None = None) -> bytes | None: ...
    @overload
    def get_buffer(self, key: str, default: _T) -> bytes | _T:
        """Return the value of a key as bytes, those of a text being its UTF-8."""

    @overload
    def peek(self, key: str, default: None = None) -> str | bytes | None: ...
    @overload
    def peek(self, key: str, default: _T) -> str | bytes | _T:
        """Return the value of a key as `get` does, without a change: neither the order of use, nor a time to live, nor a count."""

    def has(self, key: str) -> bool:
        """Whether a key is there and has not expired; nothing changes."""

    def set(self, key: str, value: _Value, *, ttl_ms: float | None = ...) -> None:
        """Store a value, replacing the key's old one and its time to live.

        Expired entries, then those that the policy selects, make room for it.

        Args:
            key: the key.
            value: text, or bytes, which are copied.
            ttl_ms: how long it lives, in milliseconds, more than 0 and up to 100 years; None for ever. Left out: that of the cache. 0 is
                refused: the result of `expires_at - now` must not mean for ever.

        Raises:
            ArgumentError: the value is neither text nor bytes, or `ttl_ms` is out of its range.
            LimitError: the entry alone is larger than the cache; the old value stays.

        """

    def delete(self, key: str) -> bool:
        """Remove an entry; return whether it was there."""

    @overload
    def take(self, key: str, default: None = None) -> str | bytes | None: ...
    @overload
    def take(self, key: str, default: _T) -> str | bytes | _T:
        """Remove an entry and return its value. Of several threads one gets it."""

    def get_or_insert(self, key: str, value: _Value, *, ttl_ms: float | None = ...) -> str | bytes:
        """Return the value of a key; if there is none, this one is stored first. Of several threads one stores its own, and all get it."""

    def incr(self, key: str, by: int = ..., *, ttl_ms: float | None = ...) -> int:
        """Add to a count, the text of a whole number of 64 bits, and return the sum; a key that is not there counts as 0.

        The entry keeps its time to live; a new entry gets `ttl_ms`.

        Raises:
            ArgumentError: the value is not a count; it stays.
            LimitError: the sum is past 64 bits, and the value stays.

        """

    def touch(self, key: str) -> bool:
        """Make a key the most recently used, as a read does; return whether it is there. With `sliding_ttl` its time starts again."""

    def expire(self, key: str, ttl_ms: float | None) -> bool:
        """Give an entry another time to live from now on, or none (None); return whether it is there."""

    def ttl(self, key: str) -> float | Undefined | None:
        """Return how many milliseconds an entry has; None if it does not expire, `UNDEFINED` if it is not there. Nothing changes."""

    def get_many(self, keys: Iterable[str]) -> list[str | bytes | None]:
        """Return the values of many keys, each as `get` does, in the order of the keys."""

    def delete_many(self, keys: Iterable[str]) -> int:
        """Remove many entries; return how many of them were there."""

    @property
    def nbytes(self) -> int:
        """How many bytes the entries take against `max_bytes`."""

    def cleanup_expired(self) -> int:
        """Remove the expired entries; return how many."""

    def clear(self) -> None:
        """Remove all entries. It calls no listeners."""

    def resize(self, *, max_entries: float | None = None, max_bytes: float | None = None) -> int:
        """Change the caps, for all who have the cache open; return how many entries had to go.

        Raises:
            ArgumentError: a cap is out of its range; nothing changes then.

        """

    def snapshot(self) -> bytes:
        """Return all entries as bytes with a checksum: keys, values, the order of use and what is left of each time to live."""

    @property
    def closed(self) -> bool:
        """Whether this handle was closed."""

    def _set_many(self, entries: list[tuple[Any, ...]]) -> None: ...
    def _key_page(self, cursor: int, limit: int) -> tuple[list[str], int | None]: ...
    def _entry_page(self, cursor: int, limit: int) -> tuple[list[tuple[str, str | bytes]], int | None]: ...
    def _stats(self) -> dict[str, int]: ...
    def _restore(self, snapshot: _Bytes) -> tuple[int, int]: ...
    def _subscribe(self, capacity: int, listeners: object) -> Subscription: ...
    def _lease(self, key: str, term_ms: float) -> tuple[str | bytes | None, int]: ...
    def _fulfil(self, key: str, token: int, value: _Value, ttl_ms: float | None = ...) -> bool: ...
    def _abandon(self, key: str, token: int) -> bool: ...
    def _close(self) -> bool: ...
    def __len__(self) -> int: ...
    def __contains__(self, key: str, /) -> bool: ...

def features() -> list[str]: ...
def load_bundle(engine: Engine, bundle: _Bytes, options: str) -> None: ...
def remove_bundle(engine: Engine, name: str) -> bool: ...
def loaded_bundles(engine: Engine) -> list[tuple[str, str, list[str]]]: ...
def validate(engine: Engine, sources: dict[str, str]) -> list[dict[str, Any]]: ...
def trace(engine: Engine, query: str, input: object, decision_cache: bool) -> tuple[Any, GridError | None, dict[str, Any]]: ...
def trace_all_json(engine: Engine, query: str, input: str | None) -> tuple[str | None, GridError | None, dict[str, Any]]: ...
def run_tests(engine: Engine, filter: str | None, coverage: bool) -> dict[str, Any]: ...
def coverage(engine: Engine, query: str, input: object) -> dict[str, Any]: ...
def explain(engine: Engine, query: str, input: str | None, full: bool) -> tuple[str | None, GridError | None, dict[str, Any]]: ...
def inspect(engine: Engine) -> dict[str, Any]: ...
def capabilities(engine: Engine) -> dict[str, Any]: ...
def format(engine: Engine, source: str) -> str: ...
