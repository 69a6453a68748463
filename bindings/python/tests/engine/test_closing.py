"""Several threads may close an object at once, and while others use it. The tests of the cache run in plain Python too."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from functools import partial
from typing import Callable

import pytest

import boardkit_grid as grid

ROUNDS = 300


@pytest.fixture(autouse=True)
def _threads_take_turns_often() -> Iterator[None]:
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


def at_once(*calls: Callable[[], object]) -> list[BaseException]:
    """Call each on its own thread; return their exceptions, except that the object is closed."""
    raised: list[BaseException] = []
    start = threading.Barrier(len(calls))

    def work(call: Callable[[], object]) -> None:
        start.wait()
        try:
            call()
        except grid.ArgumentError as error:
            if "closed" not in str(error):
                raised.append(error)
        except BaseException as error:
            raised.append(error)

    threads = [threading.Thread(target=work, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


def use(*calls: Callable[[], object]) -> None:
    """Call all of them many times."""
    for call in calls * 20:
        call()


def test_cache_that_threads_close_at_once_is_closed_once() -> None:
    for number in range(ROUNDS):
        name = f"closing-{number}"
        # A user that never closes it, so that it stays unless others are counted twice.
        grid.Cache.open(name).set("k", "v")
        cache = grid.Cache.open(name).on("evicted", print)
        assert at_once(*[cache.close] * 4) == []
        assert cache.closed
        with grid.Cache.open(name) as other:
            assert other.get("k") == "v"
        assert grid.Cache.forget(name) is True


def test_cache_that_is_closed_while_threads_use_it() -> None:
    for _ in range(ROUNDS // 3):
        cache = grid.Cache(max_entries=2)
        uses = [
            partial(use, partial(cache.set, "a", "b"), partial(cache.get, "a"), partial(len, cache)),
            partial(use, partial(cache.on, "evicted", print), partial(cache.off, "evicted", print)),
            partial(use, partial(cache.fetch, "c", str), partial(repr, cache), cache.stats),
        ]
        assert at_once(*uses, cache.close, cache.close) == []
        assert repr(cache) == "<boardkit_grid.Cache: closed>"


def test_engine_that_is_closed_while_threads_use_it() -> None:
    for _ in range(ROUNDS // 3):
        engine = grid.Engine()
        engine.load_policy("p", "package p\nx := input")
        ask = partial(use, partial(engine.evaluate, "data.p.x", 1), partial(repr, engine))
        change = partial(use, partial(engine.load_policy, "q", "package q"), partial(len, engine))
        assert at_once(ask, ask, change, engine.close, engine.close) == []
        assert repr(engine) == "<boardkit_grid.Engine: closed>"
        with pytest.raises(grid.ArgumentError, match="closed"):
            engine.evaluate("1")
