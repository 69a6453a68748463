"""Engines beside other threads, in asyncio and after a fork."""

from __future__ import annotations

import asyncio
import contextvars
import multiprocessing
import threading
import time
from typing import Any

import pytest

import boardkit_grid as grid

SLOW = "package slow\nslow := count([1 | some a in numbers.range(1, 3000); some b in numbers.range(1, 3000); a == b])"


def test_other_threads_run_during_an_evaluation() -> None:
    engine = grid.Engine(max_evaluation_ms=500)
    engine.load_policy("slow", SLOW)
    ended = threading.Event()

    def ask() -> None:
        with pytest.raises(grid.LimitError):
            engine.evaluate("data.slow.slow")
        ended.set()

    thread = threading.Thread(target=ask)
    thread.start()
    ticks = 0
    while not ended.is_set():
        time.sleep(0.001)
        ticks += 1
    thread.join()
    assert ticks > 50


def test_an_evaluation_in_asyncio_blocks_no_other() -> None:
    engine = grid.Engine(max_evaluation_ms=300)
    engine.load_policy("slow", SLOW)

    async def both() -> int:
        slow = asyncio.ensure_future(engine.evaluate_async("data.slow.slow"))
        ticks = 0
        while not slow.done():
            await asyncio.sleep(0.001)
            ticks += 1
        with pytest.raises(grid.LimitError):
            await slow
        return ticks

    assert asyncio.run(both()) > 30


def test_an_evaluation_in_asyncio_has_the_context_of_its_caller() -> None:
    user = contextvars.ContextVar("user", default="nobody")
    engine = grid.Engine(builtins={"acme.user": grid.Builtin(args=0, fn=user.get)})

    async def ask() -> Any:
        user.set("ann")
        return await engine.evaluate_async("acme.user()")

    assert asyncio.run(ask()) == "ann"


def test_threads_change_and_ask_at_once(engine: grid.Engine) -> None:
    engine.load_policy("p", "package p\nx := 0")
    failures: list[BaseException] = []

    def work(change: bool) -> None:
        try:
            for number in range(100):
                if change:
                    engine.load_policy("p", f"package p\nx := {number}")
                else:
                    assert 0 <= engine.evaluate("data.p.x") < 100
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number == 0,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures


def _ask_in_child(engine: grid.Engine, cache: grid.Cache, queue: Any) -> None:
    engine.load_policy("q", "package q\ny := 2")
    cache.set("child", "1")
    queue.put((engine.evaluate("data.p.x"), engine.evaluate("data.q.y"), cache.get("parent")))


def test_a_fork_has_an_engine_of_its_own(engine: grid.Engine) -> None:
    engine.load_policy("p", "package p\nx := 1")
    cache = grid.Cache()
    cache.set("parent", "there")
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    child = context.Process(target=_ask_in_child, args=(engine, cache, queue))
    child.start()
    assert queue.get(timeout=20) == (1, 2, "there")
    child.join(20)
    assert child.exitcode == 0
    assert engine.loaded_policies() == ["p"]
    assert cache.get("child") is None
