"""An argument of the wrong type or out of its range is an `ArgumentError`. Run in plain Python too."""

from __future__ import annotations

from typing import Any, Callable

import pytest

import boardkit_grid as grid
from boardkit_grid.compat import RustCache
from unusual import INF, NAN, NO_COUNTS, NO_FLAGS, NO_NUMBERS, NO_TEXTS, Liar, label

# The types do not allow these calls.
Cache: Any = grid.Cache
NO_VALUES: list[Any] = [None, 1, 1.5, True, ["x"], {}, object(), Liar(), "\ud800"]
NO_TIMES: list[Any] = [*NO_NUMBERS, 0, -1, -0.0, 10**5000, -(10**5000), NAN, INF, -INF, 1e300]
NO_CALLABLES: list[Any] = [None, 1, "x", [], object(), Liar()]
# The fallback refuses all bytes: test_fallback.py.
NO_SNAPSHOTS: list[Any] = [] if grid.Cache().kind == "fallback" else [b"", b"x"]
NO_LISTS: list[Any] = [None, 1, "abc", b"abc", object()]

# Each call is made with each value; its other arguments are right.
CALLS: list[tuple[str, Callable[[grid.Cache, Any], object], list[Any]]] = [
    ("Cache(max_entries)", lambda _, value: grid.Cache(max_entries=value), [*NO_COUNTS, None, 0, 2**31]),
    ("Cache(max_bytes)", lambda _, value: grid.Cache(max_bytes=value), [*NO_COUNTS, None, 0, 2**63]),
    ("Cache(ttl_ms)", lambda _, value: grid.Cache(ttl_ms=value), NO_TIMES),
    ("Cache(policy)", lambda _, value: grid.Cache(policy=value), [*NO_TEXTS, "", "fifo"]),
    ("Cache(sliding_ttl)", lambda _, value: grid.Cache(sliding_ttl=value), [*NO_FLAGS, None]),
    ("Cache(keep)", lambda _, value: grid.Cache(keep=value), [*NO_FLAGS, None]),
    ("Cache(profile)", lambda _, value: grid.Cache(profile=value), [*(value for value in NO_TEXTS if value is not None), "", "huge"]),
    ("Cache(memory_limit)", lambda _, value: Cache(memory_limit=value), ["x", 1]),
    ("Cache(a surrogate)", lambda _, value: Cache(**{value: 1}), ["\ud800"]),
    ("open", lambda _, value: grid.Cache.open(value), NO_TEXTS),
    ("open(max_entries)", lambda _, value: grid.Cache.open("unusual", max_entries=value), NO_COUNTS),
    ("forget", lambda _, value: grid.Cache.forget(value), NO_TEXTS),
    ("resize(max_entries)", lambda cache, value: cache.resize(max_entries=value), [*NO_COUNTS, 0]),
    ("resize(max_bytes)", lambda cache, value: cache.resize(max_bytes=value), [*NO_COUNTS, 0]),
    ("get", lambda cache, value: cache.get(value), NO_TEXTS),
    ("get_buffer", lambda cache, value: cache.get_buffer(value), NO_TEXTS),
    ("get_json", lambda cache, value: cache.get_json(value), NO_TEXTS),
    ("peek", lambda cache, value: cache.peek(value), NO_TEXTS),
    ("has", lambda cache, value: cache.has(value), NO_TEXTS),
    ("in", lambda cache, value: value in cache, NO_TEXTS),
    ("set", lambda cache, value: cache.set(value, "x"), NO_TEXTS),
    ("set(value)", lambda cache, value: cache.set("k", value), NO_VALUES),
    ("set(ttl_ms)", lambda cache, value: cache.set("k", "x", ttl_ms=value), NO_TIMES),
    ("set_json", lambda cache, value: cache.set_json(value, 1), NO_TEXTS),
    ("set_json(ttl_ms)", lambda cache, value: cache.set_json("k", 1, ttl_ms=value), NO_TIMES),
    ("set_many", lambda cache, value: cache.set_many(value), [*NO_LISTS, ["ab"], [("k",)], [1], [("k", "x", None, None)]]),
    ("set_many(key)", lambda cache, value: cache.set_many([(value, "x")]), NO_TEXTS),
    ("set_many(value)", lambda cache, value: cache.set_many({"k": value}), NO_VALUES),
    ("set_many(ttl_ms)", lambda cache, value: cache.set_many({"k": "x"}, ttl_ms=value), NO_TIMES),
    ("set_many(a ttl_ms)", lambda cache, value: cache.set_many([("k", "x", value)]), NO_TIMES),
    ("get_many", lambda cache, value: cache.get_many(value), NO_LISTS),
    ("get_many(key)", lambda cache, value: cache.get_many([value]), NO_TEXTS),
    ("delete_many", lambda cache, value: cache.delete_many(value), NO_LISTS),
    ("delete_many(key)", lambda cache, value: cache.delete_many([value]), NO_TEXTS),
    ("delete", lambda cache, value: cache.delete(value), NO_TEXTS),
    ("take", lambda cache, value: cache.take(value), NO_TEXTS),
    ("get_or_insert", lambda cache, value: cache.get_or_insert(value, "x"), NO_TEXTS),
    ("get_or_insert(value)", lambda cache, value: cache.get_or_insert("k", value), NO_VALUES),
    ("get_or_insert(ttl_ms)", lambda cache, value: cache.get_or_insert("k", "x", ttl_ms=value), NO_TIMES),
    ("incr", lambda cache, value: cache.incr(value), NO_TEXTS),
    ("incr(by)", lambda cache, value: cache.incr("k", value), [*NO_NUMBERS, None, 1.0, NAN, INF, 2**63, -(10**5000), 10**5000]),
    ("incr(ttl_ms)", lambda cache, value: cache.incr("k", ttl_ms=value), NO_TIMES),
    ("touch", lambda cache, value: cache.touch(value), NO_TEXTS),
    ("expire", lambda cache, value: cache.expire(value, 1), NO_TEXTS),
    ("expire(ttl_ms)", lambda cache, value: cache.expire("k", value), NO_TIMES),
    ("ttl", lambda cache, value: cache.ttl(value), NO_TEXTS),
    ("fetch", lambda cache, value: cache.fetch(value, str), NO_TEXTS),
    ("fetch(compute)", lambda cache, value: cache.fetch("k", value), NO_CALLABLES),
    ("fetch(its answer)", lambda cache, value: cache.fetch("k", lambda _: value), NO_VALUES),
    ("fetch(ttl_ms)", lambda cache, value: cache.fetch("k", str, ttl_ms=value), NO_TIMES),
    ("fetch(lease_ms)", lambda cache, value: cache.fetch("k", str, lease_ms=value), [*NO_TIMES, None]),
    ("restore", lambda cache, value: cache.restore(value), [None, 1, "x", *NO_SNAPSHOTS, [1], object(), Liar()]),
    ("on", lambda cache, value: cache.on(value, print), [*NO_TEXTS, "gone"]),
    ("on(listener)", lambda cache, value: cache.on("evicted", value), NO_CALLABLES),
    ("off", lambda cache, value: cache.off(value, print), [*NO_TEXTS, "gone"]),
    ("RustCache(max_size)", lambda _, value: RustCache(max_size=value), [*NO_COUNTS, None, 0]),
    ("RustCache(ttl_secs)", lambda _, value: RustCache(ttl_secs=value), NO_TIMES),
    ("RustCache.set", lambda _, value: RustCache().set(value, "x"), NO_TEXTS),
    ("RustCache.set(value)", lambda _, value: RustCache().set("k", value), NO_VALUES),
    ("RustCache.set(ttl)", lambda _, value: RustCache().set("k", "x", ttl=value), NO_TIMES),
    ("RustCache.get", lambda _, value: RustCache().get(value), NO_TEXTS),
]


@pytest.mark.parametrize(
    ("call", "value"),
    [pytest.param(call, value, id=f"{name}-{label(value)}") for name, call, values in CALLS for value in values],
)
def test_an_unusual_argument(call: Callable[[grid.Cache, Any], object], value: Any) -> None:
    cache = grid.Cache()
    with pytest.raises(grid.ArgumentError) as raised:
        call(cache, value)
    assert isinstance(raised.value, ValueError)
    assert len(str(raised.value)) < 1000
    assert len(cache) == 0
    assert grid.Cache.forget("unusual") is False


@pytest.mark.parametrize(
    "call",
    [
        lambda cache: cache.set(),
        lambda cache: cache.set("k"),
        lambda cache: cache.set("k", "x", 1),
        lambda cache: cache.set("k", "x", ttl=1),
        lambda cache: cache.get(),
        lambda cache: cache.resize(5),
        lambda cache: Cache(5),
    ],
)
def test_a_call_of_another_shape_is_a_type_error_as_of_any_function(call: Callable[[Any], object]) -> None:
    with pytest.raises(TypeError):
        call(grid.Cache())
