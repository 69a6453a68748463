"""An argument of the wrong type or out of its range is an `ArgumentError`, whatever it is. Run in plain Python too."""

from __future__ import annotations

from typing import Any, Callable

import pytest

import boardkit_grid as grid
from boardkit_grid.compat import RustCache
from odd import INF, NAN, NO_COUNTS, NO_FLAGS, NO_NUMBERS, NO_TEXTS, Liar, label

# Whose calls here are none that types allow.
Cache: Any = grid.Cache
NO_VALUES: list[Any] = [None, 1, 1.5, True, ["x"], {}, object(), Liar(), "\ud800"]
NO_TIMES: list[Any] = [*NO_NUMBERS, 0, -1, -0.0, 10**5000, -(10**5000), NAN, INF, -INF, 1e300]
NO_CALLABLES: list[Any] = [None, 1, "x", [], object(), Liar()]
# The fallback refuses all bytes: test_fallback.py.
NO_SNAPSHOTS: list[Any] = [] if grid.Cache().kind == "fallback" else [b"", b"x"]
NO_LISTS: list[Any] = [None, 1, "abc", b"abc", object()]

# What is called with each of the values; all else about the call is right.
CALLS: list[tuple[str, Callable[[grid.Cache, Any], object], list[Any]]] = [
    ("Cache(max_entries)", lambda _, odd: grid.Cache(max_entries=odd), [*NO_COUNTS, None, 0, 2**31]),
    ("Cache(max_bytes)", lambda _, odd: grid.Cache(max_bytes=odd), [*NO_COUNTS, None, 0, 2**63]),
    ("Cache(ttl_ms)", lambda _, odd: grid.Cache(ttl_ms=odd), NO_TIMES),
    ("Cache(policy)", lambda _, odd: grid.Cache(policy=odd), [*NO_TEXTS, "", "fifo"]),
    ("Cache(sliding_ttl)", lambda _, odd: grid.Cache(sliding_ttl=odd), [*NO_FLAGS, None]),
    ("Cache(keep)", lambda _, odd: grid.Cache(keep=odd), [*NO_FLAGS, None]),
    ("Cache(profile)", lambda _, odd: grid.Cache(profile=odd), [*(odd for odd in NO_TEXTS if odd is not None), "", "huge"]),
    ("Cache(memory_limit)", lambda _, odd: Cache(memory_limit=odd), ["x", 1]),
    ("Cache(a surrogate)", lambda _, odd: Cache(**{odd: 1}), ["\ud800"]),
    ("open", lambda _, odd: grid.Cache.open(odd), NO_TEXTS),
    ("open(max_entries)", lambda _, odd: grid.Cache.open("odd", max_entries=odd), NO_COUNTS),
    ("forget", lambda _, odd: grid.Cache.forget(odd), NO_TEXTS),
    ("resize(max_entries)", lambda cache, odd: cache.resize(max_entries=odd), [*NO_COUNTS, 0]),
    ("resize(max_bytes)", lambda cache, odd: cache.resize(max_bytes=odd), [*NO_COUNTS, 0]),
    ("get", lambda cache, odd: cache.get(odd), NO_TEXTS),
    ("get_buffer", lambda cache, odd: cache.get_buffer(odd), NO_TEXTS),
    ("get_json", lambda cache, odd: cache.get_json(odd), NO_TEXTS),
    ("peek", lambda cache, odd: cache.peek(odd), NO_TEXTS),
    ("has", lambda cache, odd: cache.has(odd), NO_TEXTS),
    ("in", lambda cache, odd: odd in cache, NO_TEXTS),
    ("set", lambda cache, odd: cache.set(odd, "x"), NO_TEXTS),
    ("set(value)", lambda cache, odd: cache.set("k", odd), NO_VALUES),
    ("set(ttl_ms)", lambda cache, odd: cache.set("k", "x", ttl_ms=odd), NO_TIMES),
    ("set_json", lambda cache, odd: cache.set_json(odd, 1), NO_TEXTS),
    ("set_json(ttl_ms)", lambda cache, odd: cache.set_json("k", 1, ttl_ms=odd), NO_TIMES),
    ("set_many", lambda cache, odd: cache.set_many(odd), [*NO_LISTS, ["ab"], [("k",)], [1], [("k", "x", None, None)]]),
    ("set_many(key)", lambda cache, odd: cache.set_many([(odd, "x")]), NO_TEXTS),
    ("set_many(value)", lambda cache, odd: cache.set_many({"k": odd}), NO_VALUES),
    ("set_many(ttl_ms)", lambda cache, odd: cache.set_many({"k": "x"}, ttl_ms=odd), NO_TIMES),
    ("set_many(a ttl_ms)", lambda cache, odd: cache.set_many([("k", "x", odd)]), NO_TIMES),
    ("get_many", lambda cache, odd: cache.get_many(odd), NO_LISTS),
    ("get_many(key)", lambda cache, odd: cache.get_many([odd]), NO_TEXTS),
    ("delete_many", lambda cache, odd: cache.delete_many(odd), NO_LISTS),
    ("delete_many(key)", lambda cache, odd: cache.delete_many([odd]), NO_TEXTS),
    ("delete", lambda cache, odd: cache.delete(odd), NO_TEXTS),
    ("take", lambda cache, odd: cache.take(odd), NO_TEXTS),
    ("get_or_insert", lambda cache, odd: cache.get_or_insert(odd, "x"), NO_TEXTS),
    ("get_or_insert(value)", lambda cache, odd: cache.get_or_insert("k", odd), NO_VALUES),
    ("get_or_insert(ttl_ms)", lambda cache, odd: cache.get_or_insert("k", "x", ttl_ms=odd), NO_TIMES),
    ("incr", lambda cache, odd: cache.incr(odd), NO_TEXTS),
    ("incr(by)", lambda cache, odd: cache.incr("k", odd), [*NO_NUMBERS, None, 1.0, NAN, INF, 2**63, -(10**5000), 10**5000]),
    ("incr(ttl_ms)", lambda cache, odd: cache.incr("k", ttl_ms=odd), NO_TIMES),
    ("touch", lambda cache, odd: cache.touch(odd), NO_TEXTS),
    ("expire", lambda cache, odd: cache.expire(odd, 1), NO_TEXTS),
    ("expire(ttl_ms)", lambda cache, odd: cache.expire("k", odd), NO_TIMES),
    ("ttl", lambda cache, odd: cache.ttl(odd), NO_TEXTS),
    ("fetch", lambda cache, odd: cache.fetch(odd, str), NO_TEXTS),
    ("fetch(compute)", lambda cache, odd: cache.fetch("k", odd), NO_CALLABLES),
    ("fetch(its answer)", lambda cache, odd: cache.fetch("k", lambda _: odd), NO_VALUES),
    ("fetch(ttl_ms)", lambda cache, odd: cache.fetch("k", str, ttl_ms=odd), NO_TIMES),
    ("fetch(lease_ms)", lambda cache, odd: cache.fetch("k", str, lease_ms=odd), [*NO_TIMES, None]),
    ("restore", lambda cache, odd: cache.restore(odd), [None, 1, "x", *NO_SNAPSHOTS, [1], object(), Liar()]),
    ("on", lambda cache, odd: cache.on(odd, print), [*NO_TEXTS, "gone"]),
    ("on(listener)", lambda cache, odd: cache.on("evicted", odd), NO_CALLABLES),
    ("off", lambda cache, odd: cache.off(odd, print), [*NO_TEXTS, "gone"]),
    ("RustCache(max_size)", lambda _, odd: RustCache(max_size=odd), [*NO_COUNTS, None, 0]),
    ("RustCache(ttl_secs)", lambda _, odd: RustCache(ttl_secs=odd), NO_TIMES),
    ("RustCache.set", lambda _, odd: RustCache().set(odd, "x"), NO_TEXTS),
    ("RustCache.set(value)", lambda _, odd: RustCache().set("k", odd), NO_VALUES),
    ("RustCache.set(ttl)", lambda _, odd: RustCache().set("k", "x", ttl=odd), NO_TIMES),
    ("RustCache.get", lambda _, odd: RustCache().get(odd), NO_TEXTS),
]


@pytest.mark.parametrize(
    ("call", "odd"),
    [pytest.param(call, odd, id=f"{name}-{label(odd)}") for name, call, all_odd in CALLS for odd in all_odd],
)
def test_an_odd_argument(call: Callable[[grid.Cache, Any], object], odd: Any) -> None:
    cache = grid.Cache()
    with pytest.raises(grid.ArgumentError) as raised:
        call(cache, odd)
    assert isinstance(raised.value, ValueError)
    assert len(str(raised.value)) < 1000
    assert len(cache) == 0
    assert grid.Cache.forget("odd") is False


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
