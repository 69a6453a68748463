"""Calls of each kind take no memory that they do not give back."""

from __future__ import annotations

import gc
import itertools
import os
import sys
import tracemalloc
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

import boardkit_grid as grid

# Of each kind. `npm run test:deep` makes a million.
CALLS = int(os.environ.get("GRID_LEAK_CALLS", "20000"))
# Bytes that an allocator may take for this number of calls after a quarter of them has filled its pools: 13 per call for few calls, 0.3
# for a million.
ROOM = 256 * 1024
# What Python itself allocates is counted exactly, but slowly: in a tenth of the calls, after a twentieth.
TRACED_ROOM = 16_000
INPUT = {"user": {"name": "ann", "roles": ["admin", "dev"], "n": 2**70}, "path": "/a/b/c", "score": 0.5, "no": None}


def resident() -> int:
    """Bytes that the process has in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def grown(call: Callable[[], object], count: int) -> int:
    """Bytes that the process has more after so many calls."""
    gc.collect()
    before = resident()
    for _ in range(count):
        call()
    gc.collect()
    return resident() - before


class Raising(list[Any]):
    def __iter__(self) -> Any:
        raise ValueError("not now")


CIRCLE: list[Any] = []
CIRCLE.append(CIRCLE)
WRONG: list[Any] = [{"a": [{1}]}, {"a": float("nan")}, {1: 2}, "\ud800", b"x", {"a": {"b": 2**200}}, CIRCLE, {"a": Raising()}]


def refused(engine: grid.Engine, value: object) -> None:
    with suppress(grid.InputError, grid.LimitError):
        engine.evaluate("data.p.got", value)
        pytest.fail("it was taken")


def end(*_: object) -> None:
    raise SystemExit(1)


def ended(cache: grid.Cache, key: str) -> None:
    with suppress(SystemExit):
        cache.set(key, "x")
        pytest.fail("it did not end")


def set_and_get(cache: grid.Cache, key: str) -> None:
    cache.set(key, b"value")
    cache.get(key)
    cache.get("gone")


def load_and_remove(engine: grid.Engine) -> None:
    engine.load_policy("q", "package q\nx := data.p.got")
    engine.remove_policy("q")


def calls() -> dict[str, Callable[[], object]]:
    engine = grid.Engine(builtins={"acme.same": grid.Builtin(args=1, fn=lambda value: value)})
    engine.load_policy("p", "package p\ngot := input\nsame := acme.same(input.path)")
    cache = grid.Cache(max_entries=100)
    cache.on("evicted", lambda *_: None)
    ending = grid.Cache(max_entries=1).on("evicted", end)
    ending.set("first", "x")
    raising = grid.Cache(max_entries=1).on("evicted", lambda *_: 1 / 0)
    wrong = itertools.cycle(WRONG)
    number = itertools.count()
    return {
        "evaluate": lambda: engine.evaluate("data.p.got", INPUT),
        "evaluate undefined": lambda: engine.evaluate("data.p.nothing", INPUT),
        "evaluate_json": lambda: engine.evaluate_json("data.p.got", b'{"a": [1, 2, {"b": null}]}'),
        "inputs that do not convert": lambda: refused(engine, next(wrong)),
        "a builtin of Python": lambda: engine.evaluate("data.p.same", {"path": "/a/b/c"}),
        "load and remove a policy": lambda: load_and_remove(engine),
        "make and close an engine": lambda: grid.Engine().close(),
        "set and get": lambda: set_and_get(cache, f"k{next(number)}"),
        "a listener that ends the program": lambda: ended(ending, f"e{next(number)}"),
        "a listener that raises": lambda: raising.set(f"r{next(number)}", "x"),
        "fetch": lambda: cache.fetch(f"f{next(number)}", lambda _: "x"),
        "snapshot and restore": lambda: cache.restore(cache.snapshot()),
        "open and close": lambda: grid.Cache.open("leak").close(),
    }


@pytest.mark.parametrize("name", calls())
def test_calls_leak_nothing(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # The hook of pytest keeps its arguments.
    monkeypatch.setattr(sys, "unraisablehook", lambda _told: None)
    call = calls()[name]
    # A policy takes milliseconds to compile.
    count = CALLS // 100 if name == "load and remove a policy" else CALLS
    grown(call, count // 4)
    taken = grown(call, count)
    tracemalloc.start()
    try:
        # Objects that replace earlier, uncounted objects are not growth.
        grown(call, count // 20)
        before = tracemalloc.get_traced_memory()[0]
        grown(call, count // 10)
        traced = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    print(f"{name}: {taken >> 10} KiB more after {count:,} calls, and {traced} bytes traced after {count // 10:,}")
    assert taken < ROOM
    assert traced < TRACED_ROOM
