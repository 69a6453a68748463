"""Listeners of a cache, and what several threads compute once. Run in plain Python too."""

from __future__ import annotations

import gc
import re
import subprocess
import sys
import threading
import time
import weakref
from typing import Any

import pytest

import boardkit_grid as grid

Events = list[tuple[str, str]]


def noted(cache: grid.Cache, *events: Any) -> Events:
    """The events that listeners get from now on."""
    received: Events = []
    for event in events or ("evicted", "expired"):
        cache.on(event, lambda events, _dropped: received.extend((each.key, each.reason) for each in events))
    return received


def test_listeners_are_called_before_the_call_returns() -> None:
    cache = grid.Cache(max_entries=2)
    received = noted(cache)
    cache.set("a", "1")
    cache.set("b", "2", ttl_ms=0.001)
    time.sleep(0.005)
    cache.set("c", "3")
    assert received == [("b", "expired")]
    cache.set("d", "4")
    cache.resize(max_entries=1)
    assert received == [("b", "expired"), ("a", "entries"), ("c", "resize")]
    cache.delete("d")
    cache.clear()
    assert len(received) == 3


def test_a_listener_is_called_no_more_when_it_is_taken_off() -> None:
    cache, received = grid.Cache(max_entries=1), []

    def listener(events: list[grid.CacheEvent], dropped: int) -> None:
        received.append((len(events), dropped))

    cache.on("evicted", listener).on("evicted", listener)
    cache.set_many({"a": "", "b": "", "c": ""})
    cache.off("evicted", listener)
    cache.set("d", "")
    assert received == [(2, 0)]
    for wrong in ("Evicted", None):
        with pytest.raises(grid.ArgumentError, match="evicted or expired"):
            cache.on(wrong, listener)  # type: ignore[arg-type]
    with pytest.raises(grid.ArgumentError, match="callable"):
        cache.on("evicted", 1)  # type: ignore[arg-type]


def test_a_listener_may_use_the_cache() -> None:
    cache, received = grid.Cache(max_entries=2), []

    def listener(events: list[grid.CacheEvent], _dropped: int) -> None:
        for event in events:
            received.append(event.key)
            if len(received) < 10:
                cache.set(f"of-{len(received)}", "x")

    cache.on("evicted", listener)
    cache.set_many({"a": "", "b": "", "c": ""})
    assert len(received) >= 10
    assert len(cache) == 2


def test_events_beyond_the_queue_are_counted() -> None:
    cache = grid.Cache(max_entries=1)
    counts: list[tuple[int, int]] = []
    cache.on("evicted", lambda events, dropped: counts.append((len(events), dropped)))
    cache.set_many([(f"k{number}", "") for number in range(6001)])
    assert sum(count for count, _ in counts) == 4096
    assert sum(dropped for _, dropped in counts) == 6000 - 4096


def test_an_error_of_a_listener_is_reported_and_the_others_are_called(monkeypatch: pytest.MonkeyPatch) -> None:
    cache = grid.Cache(max_entries=1)
    unraisable: list[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", unraisable.append)
    cache.on("evicted", lambda *_: 1 / 0)
    received = noted(cache)
    cache.set("a", "1")
    cache.set("b", "2")
    assert received == [("a", "entries")]
    assert [type(each.exc_value) for each in unraisable] == [ZeroDivisionError]
    assert cache.get("b") == "2"


def test_the_hook_of_python_itself_prints_what_a_listener_raises() -> None:
    program = """
import boardkit_grid as grid
cache = grid.Cache(max_entries=1)
received = []
def fails(events, dropped):
    raise ValueError("of the listener")
cache.on("evicted", fails)
cache.on("evicted", lambda events, dropped: received.extend(event.key for event in events))
cache.set("a", "1")
cache.set("b", "2")
assert received == ["a"] and cache.get("b") == "2"
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert re.search(r"Exception ignored in.*Traceback.*in fails\n.*ValueError: of the listener", done.stderr, re.DOTALL)
    assert len(re.findall("Traceback", done.stderr)) == 1


def test_sys_exit_in_a_listener_ends_the_program_after_the_call_is_done() -> None:
    cache = grid.Cache(max_entries=1)
    cache.on("evicted", lambda *_: sys.exit(4))
    cache.set("a", "1")
    with pytest.raises(SystemExit) as raised:
        cache.set("b", "2")
    assert raised.value.code == 4
    assert cache.get("b") == "2"
    # And the next events are passed on again.
    with pytest.raises(SystemExit):
        cache.set("c", "3")


def test_listeners_get_the_rest_of_the_events_too() -> None:
    cache, codes = grid.Cache(max_entries=1), iter(range(100))
    received: list[str] = []

    def leave(events: list[grid.CacheEvent], _dropped: int) -> None:
        received.extend(event.key for event in events)
        sys.exit(next(codes))

    cache.on("evicted", leave)
    others = noted(cache)
    with pytest.raises(SystemExit) as raised:
        # More than one batch.
        cache.set_many([(f"k{number}", "") for number in range(3000)])
    assert raised.value.code == 0
    with pytest.raises(SystemExit):
        cache.set("last", "")
    assert received == [f"k{number}" for number in range(3000)]
    assert [key for key, _ in others] == received


def test_a_thread_calls_listeners_for_its_own_removals() -> None:
    cache = grid.Cache(max_entries=1)
    threads: set[int] = set()
    cache.on("evicted", lambda *_: threads.add(threading.get_ident()))

    def work() -> None:
        for number in range(100):
            cache.set(f"{threading.get_ident()}-{number}", "")

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert threads <= {worker.ident for worker in workers}
    assert cache.stats().evicted_for_entries == 299


def test_a_cache_with_listeners_is_collected() -> None:
    def make() -> weakref.ref[grid.Cache]:
        cache = grid.Cache(max_entries=1)
        cache.on("evicted", lambda *_: len(cache))
        return weakref.ref(cache)

    gone = make()
    gc.collect()
    assert gone() is None


def test_fetch_computes_once_for_all_threads() -> None:
    cache, calls, got = grid.Cache(), [], []

    def compute(key: str) -> str:
        calls.append(key)
        time.sleep(0.05)
        return "value"

    begun = time.monotonic()
    threads = [threading.Thread(target=lambda: got.append(cache.fetch("k", compute))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # The value wakes the others, not the end of the lease.
    assert time.monotonic() - begun < 15
    assert calls == ["k"]
    assert got == ["value"] * 8
    assert cache.stats().leases == 0


def test_fetch_that_fails_lets_another_compute() -> None:
    cache, tries = grid.Cache(), []

    def compute(_key: str) -> str:
        tries.append(1)
        if len(tries) == 1:
            time.sleep(0.02)
            raise LookupError("first")
        return "second"

    failed: list[BaseException] = []

    def ask() -> None:
        try:
            cache.fetch("k", compute)
        except LookupError as error:
            failed.append(error)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(failed) == 1
    assert cache.get("k") == "second"


def test_fetch_that_takes_too_long_is_an_error() -> None:
    cache = grid.Cache()

    def slow(_key: str) -> str:
        time.sleep(0.05)
        return "late"

    with pytest.raises(grid.LimitError, match="lease_ms") as raised:
        cache.fetch("k", slow, lease_ms=10)
    assert (raised.value.kind, raised.value.option) == ("time", "lease_ms")
    assert cache.get("k") is None
    assert cache.fetch("k", lambda _: "soon", ttl_ms=1000) == "soon"
    assert cache.ttl("k") is not None


def test_fetch_does_not_store_over_what_was_set_meanwhile() -> None:
    cache = grid.Cache()

    def compute(key: str) -> str:
        cache.set(key, "set")
        return "computed"

    assert cache.fetch("k", compute) == "computed"
    assert cache.get("k") == "set"


def test_fetch_checks_what_it_gets() -> None:
    cache = grid.Cache()
    with pytest.raises(grid.ArgumentError, match="callable"):
        cache.fetch("k", "value")  # type: ignore[arg-type]
    with pytest.raises(grid.ArgumentError, match="must be str or bytes"):
        cache.fetch("k", lambda _: 1)
    with pytest.raises(grid.ArgumentError, match=r"lease_ms|TTL"):
        cache.fetch("k", lambda _: "x", lease_ms=0)
    with pytest.raises(grid.ArgumentError, match="lease_ms must be a number"):
        cache.fetch("k", lambda _: "x", lease_ms=None)  # type: ignore[arg-type]
    assert cache.stats().leases == 0
