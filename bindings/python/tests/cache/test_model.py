"""The cache of the extension and that of plain Python give the same results for any sequence of calls."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

import boardkit_grid as grid
from boardkit_grid._fallback import Cache as Model
from boardkit_grid._fallback import Store

KEYS = st.sampled_from(["", "a", "b", "c", "d", "ä", "e" * 30])
VALUES = st.sampled_from(["", "1", "-7", "x" * 40, b"", b"\xff\0", "9223372036854775807"])
# None, or so long that nothing expires.
TIMES = st.sampled_from([{}, {}, {"ttl_ms": None}, {"ttl_ms": 3_600_000}])
# Not compared: it depends on the clock.
UNEQUAL = ("leases",)


class Both(RuleBasedStateMachine):
    @initialize(
        entries=st.integers(1, 5),
        nbytes=st.integers(94, 500),
        sliding=st.booleans(),
    )
    def make(self, entries: int, nbytes: int, sliding: bool) -> None:
        options: dict[str, Any] = {"max_entries": entries, "max_bytes": nbytes, "sliding_ttl": sliding}
        self.cache = grid.Cache(**options)
        self.model = Model(Store.make(options))

    def both(self, call: Any) -> None:
        outcomes = []
        for cache in (self.cache, self.model):
            try:
                outcomes.append(("returned", call(cache)))
            except grid.GridError as error:
                outcomes.append((type(error).__name__, str(error)))
        assert outcomes[0] == outcomes[1]

    @rule(key=KEYS, value=VALUES, ttl=TIMES)
    def set(self, key: str, value: Any, ttl: Any) -> None:
        self.both(lambda cache: cache.set(key, value, **ttl))

    @rule(key=KEYS, name=st.sampled_from(["get", "get_buffer", "peek", "has", "delete", "take", "touch"]))
    def one(self, key: str, name: str) -> None:
        self.both(lambda cache: getattr(cache, name)(key))

    @rule(key=KEYS, value=VALUES, ttl=TIMES)
    def get_or_insert(self, key: str, value: Any, ttl: Any) -> None:
        self.both(lambda cache: cache.get_or_insert(key, value, **ttl))

    @rule(key=KEYS, by=st.sampled_from([1, -1, 2**62, -(2**63)]), ttl=TIMES)
    def incr(self, key: str, by: int, ttl: Any) -> None:
        self.both(lambda cache: cache.incr(key, by, **ttl))

    @rule(key=KEYS, ttl=st.sampled_from([None, 3_600_000]))
    def expire(self, key: str, ttl: Any) -> None:
        self.both(lambda cache: cache.expire(key, ttl))

    @rule(entries=st.lists(st.tuples(KEYS, VALUES), max_size=6))
    def set_many(self, entries: Any) -> None:
        self.both(lambda cache: cache._set_many(entries))

    @rule(keys=st.lists(KEYS, max_size=6))
    def many(self, keys: list[str]) -> None:
        self.both(lambda cache: cache.get_many(keys))
        self.both(lambda cache: cache.delete_many(keys[:2]))

    @rule(entries=st.none() | st.integers(1, 5), nbytes=st.none() | st.integers(94, 500))
    def resize(self, entries: Any, nbytes: Any) -> None:
        self.both(lambda cache: cache.resize(max_entries=entries, max_bytes=nbytes))

    @rule()
    def clear(self) -> None:
        self.both(lambda cache: cache.clear())

    @rule(key=KEYS, value=VALUES)
    def fetch(self, key: str, value: Any) -> None:
        def fetch(cache: Any) -> Any:
            found, token = cache._lease(key, 60_000)
            return cache._fulfil(key, token, value) if token else found

        self.both(fetch)

    @invariant()
    def same(self) -> None:
        if not hasattr(self, "cache"):
            return
        ours, model = self.cache._stats(), self.model._stats()
        assert ours == model
        assert sorted(self.cache.entries()) == sorted(self.model._entry_page(0, 0)[0])


TestModel = Both.TestCase
TestModel.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)


@pytest.mark.parametrize("sliding", [False, True])
def test_both_expire_alike(sliding: bool) -> None:
    options: dict[str, Any] = {"max_entries": 3, "sliding_ttl": sliding}
    caches: list[Any] = [grid.Cache(**options), Model(Store.make(options))]
    for cache in caches:
        for number, ttl in enumerate([30, None, 30, None]):
            cache.set(f"k{number}", "v", ttl_ms=ttl)
        time.sleep(0.06)
        cache.set("k4", "v")
        cache.get("k2")
    assert caches[0]._stats() == caches[1]._stats()
    assert sorted(caches[0].keys()) == sorted(caches[1]._key_page(0, 0)[0])
