"""A cache in Python, in addition to the behaviour cases. Run in plain Python too."""

from __future__ import annotations

import gc
import importlib.util
import subprocess
import sys
import threading
from typing import Any

import pytest

import boardkit_grid as grid


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
        with pytest.raises(grid.InputError, match="JSON cannot represent"):
            cache.set_json("k", value)
    circle: list[Any] = []
    circle.append(circle)
    with pytest.raises(grid.InputError):
        cache.set_json("k", circle)
    cache.set("k", "{")
    with pytest.raises(grid.InputError, match="not JSON text"):
        cache.get_json("k")


def test_a_loop_over_keys_survives_changes() -> None:
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


COLLECTED = """
import gc, sys, types, warnings
if sys.argv[1] == "fallback":
    sys.modules["boardkit_grid._native"] = None
    warnings.simplefilter("ignore", ImportWarning)
import boardkit_grid as grid
from boardkit_grid import _cache
from boardkit_grid._fallback import store as fallback

class Owner:
    def __init__(self):
        self.me, self.cache = self, grid.Cache.open("owned")
    def __del__(self):
        self.cache.close()

def collecting(call):
    def collect(*given):
        made = call(*given)
        owners.clear()
        gc.collect()
        return made
    return collect

gc.disable()
owners = []
implementation = _cache._implementation
_cache._implementation = types.SimpleNamespace(Store=types.SimpleNamespace(open=collecting(implementation.Store.open)))
for name in ("owned", "other"):
    owners.append(Owner())
    one = grid.Cache.open(name)
    one.set("k", "v")
    other = grid.Cache.open(name)
    print(name, other.get("k"))
    one.close()
    other.close()
_cache._implementation = implementation
if sys.argv[1] == "fallback":
    # Under the lock of its map of names too.
    owners.append(Owner())
    fallback.settings_of = collecting(fallback.settings_of)
    grid.Cache.open("other").close()
print(grid.Cache.forget("owned"), grid.Cache.forget("other"))
"""


def test_a_collection_may_close_a_named_cache_while_one_is_opened() -> None:
    argv = [sys.executable, "-c", COLLECTED, grid.Cache().kind]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=20, check=False)
    assert done.stdout == "owned v\nother v\nFalse False\n", done.stderr


def test_an_entry_of_plain_python_lives_for_ever_on_a_machine_of_32_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    found = importlib.util.find_spec("boardkit_grid._fallback.limits")
    assert found is not None
    assert found.loader is not None
    limits = importlib.util.module_from_spec(found)
    monkeypatch.setattr(sys, "maxsize", 2**31 - 1)
    found.loader.exec_module(limits)
    assert limits.NEVER > limits.LONGEST_TTL + 2**60


@pytest.mark.parametrize("name", ["\ud800", None, 1, b"name"])
def test_names_are_checked(name: Any) -> None:
    for call in (grid.Cache.open, grid.Cache.forget):
        with pytest.raises(grid.ArgumentError, match="the cache's name"):
            call(name)


def test_counts_are_texts_of_whole_numbers() -> None:
    cache = grid.Cache()
    for text, count in (("0", 1), ("-0", 1), ("+41", 42), ("-007", -6), ("0" * 5000 + "1", 2)):
        cache.set("n", text)
        assert cache.incr("n") == count
    for text in ("9" * 5000, "1_0", " 1", "1.0", "", "-", "\uff19"):
        cache.set("n", text)
        with pytest.raises(grid.ArgumentError, match="not the text of a whole number"):
            cache.incr("n")


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
