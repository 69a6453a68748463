"""What a cache is to Python, beside the behaviour that all bindings share. Run in plain Python too."""

from __future__ import annotations

import gc
import sys
import threading
import time
import weakref
from typing import Any

import pytest

import boardkit_grid as grid

Events = list[tuple[str, str]]


def noted(cache: grid.Cache, *events: Any) -> Events:
    """What listeners are told from now on."""
    told: Events = []
    for event in events or ("evicted", "expired"):
        cache.on(event, lambda events, _dropped: told.extend((each.key, each.reason) for each in events))
    return told


def test_a_cache_counts_entries() -> None:
    cache = grid.Cache(max_entries=2)
    assert len(cache) == 0
    cache.set("a", "1")
    assert len(cache) == 1
    assert "a" in cache
    assert "b" not in cache
    assert list(cache) == ["a"]
    assert repr(cache) == f"<boardkit_grid.Cache: 1 of 2 entries, 82 of 8388608 bytes, {cache.kind}>"


def test_values_come_back_as_they_were() -> None:
    cache = grid.Cache()
    for value in ("", "日本 🦀\0", b"", b"\xff\0"):
        cache.set("k", value)
        got = cache.get("k")
        assert got == value
        assert type(got) is type(value)
    cache.set("k", "ä")
    assert cache.get_buffer("k") == b"\xc3\xa4"
    for given in (bytearray(b"xy"), memoryview(b"axyb")[1:3]):
        cache.set("k", given)
        assert cache.get("k") == b"xy"


def test_a_value_that_changes_later_is_not_changed_in_here() -> None:
    cache, value = grid.Cache(), bytearray(b"before")
    cache.set("k", value)
    value[:] = b"after!"
    assert cache.get("k") == b"before"


def test_defaults() -> None:
    cache = grid.Cache()
    assert cache.get("k") is None
    assert cache.get("k", 7) == 7
    assert cache.get_buffer("k", 7) == 7
    assert cache.peek("k", 7) == 7
    assert cache.take("k", 7) == 7
    assert cache.get_json("k", 7) == 7
    assert cache.ttl("k") is grid.UNDEFINED


@pytest.mark.parametrize("key", [None, 1, b"k", "\ud800", ["k"]])
def test_keys_are_checked(key: Any) -> None:
    cache = grid.Cache()
    calls: list[Any] = [cache.get, cache.get_buffer, cache.peek, cache.has, cache.delete, cache.take, cache.touch, cache.ttl, cache.incr]
    for call in calls:
        with pytest.raises(grid.ArgumentError, match="the key"):
            call(key)
    for call in (lambda: cache.set(key, "x"), lambda: cache.get_many([key]), lambda: key in cache):
        with pytest.raises(grid.ArgumentError, match="the key"):
            call()


@pytest.mark.parametrize("value", [None, 1, 1.5, ["x"], object()])
def test_values_are_checked(value: Any) -> None:
    cache = grid.Cache()
    for call in (cache.set, cache.get_or_insert):
        with pytest.raises(grid.ArgumentError, match="must be str or bytes"):
            call("k", value)
    with pytest.raises(grid.ArgumentError, match="half of a surrogate pair"):
        cache.set("k", "\ud800")
    assert len(cache) == 0


@pytest.mark.parametrize("ttl", ["1", True, [], 10**400])
def test_times_are_checked(ttl: Any) -> None:
    cache = grid.Cache()
    for call in (lambda: cache.set("k", "v", ttl_ms=ttl), lambda: cache.expire("k", ttl), lambda: grid.Cache(ttl_ms=ttl)):
        with pytest.raises(grid.ArgumentError):
            call()


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"max_entry": 1}, "there is no option max_entry"),
        ({"max_entries": "1"}, "max_entries must be a number; got str"),
        ({"max_entries": True}, "max_entries must be a number; got bool"),
        ({"policy": "fifo"}, "lru"),
        ({"policy": 1}, "policy must be a str"),
        ({"keep": 1}, "keep must be a bool"),
        ({"sliding_ttl": None}, "sliding_ttl must be a bool"),
    ],
)
def test_options_are_checked(options: dict[str, Any], text: str) -> None:
    with pytest.raises(grid.ArgumentError, match=text):
        grid.Cache(**options)


def test_many() -> None:
    cache = grid.Cache()
    cache.set_many({"a": "1", "b": b"2"})
    cache.set_many([("c", "3"), ["d", "4", None], ("e", "5", 60_000)], ttl_ms=1000)
    assert cache.get_many(key for key in "abcx") == ["1", b"2", "3", None]
    assert cache.ttl("a") is None
    assert 0 < cache.ttl("c") <= 1000  # type: ignore[operator]
    assert cache.ttl("d") is None
    assert cache.delete_many({"a", "x"}) == 1
    assert sorted(cache.entries()) == [("b", b"2"), ("c", "3"), ("d", "4"), ("e", "5")]
    for wrong in ("abc", 1, [("a",)], [1], [("a", "b", None, None)]):
        with pytest.raises(grid.ArgumentError):
            cache.set_many(wrong)  # type: ignore[arg-type]
    for keys in ("abc", b"abc", 1):
        with pytest.raises(grid.ArgumentError, match="the keys must be"):
            cache.get_many(keys)  # type: ignore[arg-type]


def test_json() -> None:
    cache = grid.Cache()
    cache.set_json("k", {"a": [1, 2.5, None, "ä"]}, ttl_ms=1000)
    assert cache.get("k") == '{"a":[1,2.5,null,"ä"]}'
    assert cache.get_json("k") == {"a": [1, 2.5, None, "ä"]}
    for value in ({1, 2}, float("nan"), b"x"):
        with pytest.raises(grid.InputError, match="cannot be said in JSON"):
            cache.set_json("k", value)
    circle: list[Any] = []
    circle.append(circle)
    with pytest.raises(grid.InputError):
        cache.set_json("k", circle)
    cache.set("k", "{")
    with pytest.raises(grid.InputError, match="no JSON text"):
        cache.get_json("k")


def test_a_loop_over_keys_stands_what_changes_meanwhile() -> None:
    cache = grid.Cache()
    stay = {f"stay{number}" for number in range(1000)}
    cache.set_many(dict.fromkeys([*stay, *(f"go{number}" for number in range(1000))], "x"))
    seen = []
    for number, key in enumerate(cache):
        seen.append(key)
        if number < 1000:
            cache.delete(f"go{number}")
            cache.set(f"new{number}", "x")
    assert stay <= set(seen)
    assert len(seen) == len(set(seen))


def test_with_closes_a_cache() -> None:
    with grid.Cache() as cache:
        cache.set("k", "v")
    assert cache.closed
    calls = [lambda: cache.get("k"), lambda: len(cache), lambda: list(cache), cache.stats, cache.snapshot, cache.clear]
    for call in calls:
        with pytest.raises(grid.ArgumentError, match="closed"):
            call()
    cache.close()
    assert repr(cache) == "<boardkit_grid.Cache: closed>"


def test_a_named_cache_lives_until_it_is_closed_and_not_until_it_is_collected() -> None:
    grid.Cache.open("lives", max_entries=5).set("k", "v")
    gc.collect()
    with grid.Cache.open("lives") as cache:
        assert cache.get("k") == "v"
        with pytest.raises(grid.ArgumentError, match="already open with entry cap 5"):
            grid.Cache.open("lives", max_entries=6)
    # The first one was never closed.
    assert grid.Cache.forget("lives") is True
    with grid.Cache.open("lives") as cache:
        assert cache.get("k") is None
    assert grid.Cache.forget("lives") is False


def test_closing_twice_counts_once() -> None:
    one, other = grid.Cache.open("twice"), grid.Cache.open("twice")
    other.set("k", "v")
    one.close()
    one.close()
    assert grid.Cache.open("twice").get("k") == "v"
    grid.Cache.forget("twice")


def test_listeners_are_told_before_the_call_returns() -> None:
    cache = grid.Cache(max_entries=2)
    told = noted(cache)
    cache.set("a", "1")
    cache.set("b", "2", ttl_ms=0.001)
    time.sleep(0.005)
    cache.set("c", "3")
    assert told == [("b", "expired")]
    cache.set("d", "4")
    cache.resize(max_entries=1)
    assert told == [("b", "expired"), ("a", "entries"), ("c", "resize")]
    cache.delete("d")
    cache.clear()
    assert len(told) == 3


def test_a_listener_is_called_no_more_when_it_is_taken_off() -> None:
    cache, told = grid.Cache(max_entries=1), []

    def listener(events: list[grid.CacheEvent], dropped: int) -> None:
        told.append((len(events), dropped))

    cache.on("evicted", listener).on("evicted", listener)
    cache.set_many({"a": "", "b": "", "c": ""})
    cache.off("evicted", listener)
    cache.set("d", "")
    assert told == [(2, 0)]
    for wrong in ("Evicted", None):
        with pytest.raises(grid.ArgumentError, match="evicted or expired"):
            cache.on(wrong, listener)  # type: ignore[arg-type]
    with pytest.raises(grid.ArgumentError, match="callable"):
        cache.on("evicted", 1)  # type: ignore[arg-type]


def test_a_listener_may_use_the_cache() -> None:
    cache, told = grid.Cache(max_entries=2), []

    def listener(events: list[grid.CacheEvent], _dropped: int) -> None:
        for event in events:
            told.append(event.key)
            if len(told) < 10:
                cache.set(f"of-{len(told)}", "x")

    cache.on("evicted", listener)
    cache.set_many({"a": "", "b": "", "c": ""})
    assert len(told) >= 10
    assert len(cache) == 2


def test_events_beyond_the_queue_are_counted() -> None:
    cache = grid.Cache(max_entries=1)
    counts: list[tuple[int, int]] = []
    cache.on("evicted", lambda events, dropped: counts.append((len(events), dropped)))
    cache.set_many([(f"k{number}", "") for number in range(6001)])
    assert sum(count for count, _ in counts) == 4096
    assert sum(dropped for _, dropped in counts) == 6000 - 4096


def test_what_a_listener_raises_is_told_and_the_others_are_called(monkeypatch: pytest.MonkeyPatch) -> None:
    cache = grid.Cache(max_entries=1)
    unraisable: list[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", unraisable.append)
    cache.on("evicted", lambda *_: 1 / 0)
    told = noted(cache)
    cache.set("a", "1")
    cache.set("b", "2")
    assert told == [("a", "entries")]
    assert [type(each.exc_value) for each in unraisable] == [ZeroDivisionError]
    assert cache.get("b") == "2"


def test_sys_exit_in_a_listener_ends_the_program_after_the_call_is_done() -> None:
    cache = grid.Cache(max_entries=1)
    cache.on("evicted", lambda *_: sys.exit(4))
    cache.set("a", "1")
    with pytest.raises(SystemExit) as raised:
        cache.set("b", "2")
    assert raised.value.code == 4
    assert cache.get("b") == "2"
    # And the next ones are told again.
    with pytest.raises(SystemExit):
        cache.set("c", "3")


def test_a_thread_is_told_of_what_its_own_calls_removed() -> None:
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

    threads = [threading.Thread(target=lambda: got.append(cache.fetch("k", compute))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
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


def test_fetch_that_takes_too_long_is_told() -> None:
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
    assert cache.stats().leases == 0


def test_counts_have_64_bits() -> None:
    cache = grid.Cache()
    assert cache.incr("n", 2**63 - 1) == 2**63 - 1
    with pytest.raises(grid.LimitError):
        cache.incr("n")
    for by in (2**63, 1.5, "1", None):
        with pytest.raises(grid.ArgumentError, match="what to add"):
            cache.incr("n", by)  # type: ignore[arg-type]


def test_threads_never_see_more_than_the_caps() -> None:
    cache = grid.Cache(max_entries=50, max_bytes=6000)
    over: list[int] = []

    def work(seed: int) -> None:
        for number in range(500):
            cache.set(f"{seed}-{number}", "x" * (number % 60))
            if len(cache) > 50 or cache.nbytes > 6000:
                over.append(len(cache))

    workers = [threading.Thread(target=work, args=(seed,)) for seed in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert not over
    assert cache.stats().peak_entries <= 50
    assert cache.stats().peak_bytes <= 6000
