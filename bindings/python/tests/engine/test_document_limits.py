"""Documents that are too deep or too long, or change while they are read."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given

import boardkit_grid as grid
from json_values import JSON


def nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


def test_depth_has_a_limit(engine: grid.Engine) -> None:
    assert engine.evaluate("input", nested(127)) == nested(127)
    for depth in (128, 1000, 100_000):
        with pytest.raises(grid.LimitError, match=r"input\[0\]\[0\].*nests deeper than 127 levels") as raised:
            engine.evaluate("input", nested(depth))
        assert (raised.value.kind, raised.value.limit, raised.value.option) == ("nesting", 127, None)


def test_what_holds_itself_is_too_deep(engine: grid.Engine) -> None:
    circle: dict[str, Any] = {}
    circle["me"] = circle
    ring: list[Any] = []
    ring.append(ring)
    for value in (circle, ring, {"a": [circle]}):
        with pytest.raises(grid.LimitError, match="holds itself"):
            engine.evaluate("input", value)
        with pytest.raises(grid.LimitError, match="holds itself"):
            engine.set_data({"a": value})


def test_length_has_a_limit() -> None:
    engine = grid.Engine(max_input_bytes=100, max_data_bytes=50)
    assert engine.evaluate("count(input)", "x" * 98) == 98
    with pytest.raises(grid.LimitError, match=r"longer than 100 bytes of JSON.*max_input_bytes") as raised:
        engine.evaluate("input", "x" * 99)
    assert (raised.value.kind, raised.value.limit, raised.value.option) == ("input-size", 100, "max_input_bytes")
    with pytest.raises(grid.LimitError) as raised:
        engine.set_data({"x": "y" * 50})
    assert (raised.value.kind, raised.value.option) == ("data-size", "max_data_bytes")


def test_what_holds_itself_many_times_comes_to_an_end(engine: grid.Engine) -> None:
    laughs: Any = "lol"
    for _ in range(100):
        laughs = [laughs, laughs]
    with pytest.raises(grid.LimitError, match="max_input_bytes"):
        engine.evaluate("input", laughs)


def test_the_counted_length_is_never_more_than_that_of_the_text(engine: grid.Engine) -> None:
    @given(JSON)
    def check(value: Any) -> None:
        length = len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())
        limited = grid.Engine(max_input_bytes=max(length, 1))
        limited.evaluate("1", value)

    check()


def test_a_dict_that_another_thread_changes_is_read_whole(engine: grid.Engine) -> None:
    class Slow(list):  # type: ignore[type-arg]
        def __iter__(self) -> Iterator[Any]:
            # The other thread runs, and has changed the dict by then.
            changed.clear()
            assert changed.wait(10)
            return iter(())

    changed, stop = threading.Event(), threading.Event()
    shared: dict[str, Any] = {"first": 0, "slow": Slow(), "last": 0}

    def change() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            # Both in one step: who reads the dict has both of one number.
            shared.update(first=number, last=number)
            changed.set()

    thread = threading.Thread(target=change)
    thread.start()
    try:
        for _ in range(50):
            got = engine.evaluate("input", shared)
            assert got["first"] == got["last"]
    finally:
        stop.set()
        thread.join()
    assert shared["last"] > 50
