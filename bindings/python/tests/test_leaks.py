"""A million calls of each kind take no memory that they do not give back."""

from __future__ import annotations

import gc
import os
import tracemalloc
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

import boardkit_grid as grid

CALLS = int(os.environ.get("GRID_LEAK_CALLS", "20000"))
# What an allocator may take in the second of two equal windows, in bytes: 13 of a call. The first may fill what it has, or grow it.
ROOM = 256 * 1024
INPUT = {"user": {"name": "ann", "roles": ["admin", "dev"], "n": 2**70}, "path": "/a/b/c", "score": 0.5, "no": None}


def resident() -> int:
    """Bytes that the process has in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def grown(call: Callable[[], object], count: int) -> int:
    """Bytes that so many calls take."""
    gc.collect()
    before = resident()
    for _ in range(count):
        call()
    gc.collect()
    return resident() - before


def failing_inputs(engine: grid.Engine) -> Callable[[], None]:
    wrong = [{"a": [{1}]}, {"a": float("nan")}, {1: 2}, "\ud800", b"x", {"a": {"b": 2**200}}]

    def call() -> None:
        for value in wrong:
            with suppress(grid.InputError):
                engine.evaluate("data.p.got", value)

    return call


def set_and_get(cache: grid.Cache, key: str) -> None:
    cache.set(key, b"value")
    cache.get(key)
    cache.get("gone")


def calls() -> dict[str, Callable[[], object]]:
    engine = grid.Engine(builtins={"acme.same": grid.Builtin(args=1, fn=lambda value: value)})
    engine.load_policy("p", "package p\ngot := input\nbad if acme.same(input)")
    cache = grid.Cache(max_entries=100)
    cache.on("evicted", lambda *_: None)
    number = iter(range(1 << 60))
    return {
        "evaluate": lambda: engine.evaluate("data.p.got", INPUT),
        "evaluate undefined": lambda: engine.evaluate("data.p.nothing", INPUT),
        "evaluate_json": lambda: engine.evaluate_json("data.p.got", b'{"a": [1, 2, {"b": null}]}'),
        "inputs that do not convert": failing_inputs(engine),
        "set and get": lambda: set_and_get(cache, f"k{next(number)}"),
        "fetch": lambda: cache.fetch(f"f{next(number)}", lambda _: "x"),
        "snapshot and restore": lambda: cache.restore(cache.snapshot()),
        "open and close": lambda: grid.Cache.open("leak").close(),
    }


@pytest.mark.parametrize("name", calls())
def test_calls_leak_nothing(name: str) -> None:
    call = calls()[name]
    count = CALLS // 20 if name in ("snapshot and restore", "inputs that do not convert") else CALLS
    for _ in range(count // 4):
        call()
    taken = [grown(call, count) for _ in range(2)]
    assert taken[1] < ROOM, taken
    # And of what Python itself allocates, fewer objects, exactly.
    tracemalloc.start()
    try:
        call()
        traced = tracemalloc.get_traced_memory()[0]
        for _ in range(500):
            call()
        assert tracemalloc.get_traced_memory()[0] - traced < 20_000
    finally:
        tracemalloc.stop()
