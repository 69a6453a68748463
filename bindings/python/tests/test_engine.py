"""What an engine is to Python, beside the behaviour that all bindings share."""

from __future__ import annotations

import asyncio
import contextvars
import copy
import gc
import multiprocessing
import pickle
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Callable
from typing import Any

import pytest

import boardkit_grid as grid

SLOW = "package slow\nslow := count([1 | some a in numbers.range(1, 3000); some b in numbers.range(1, 3000); a == b])"


def test_undefined_is_one_and_falsy() -> None:
    assert not grid.UNDEFINED
    assert grid.UNDEFINED is not None
    falsy: list[Any] = [False, None, 0, ""]
    assert grid.UNDEFINED not in falsy
    assert repr(grid.UNDEFINED) == "UNDEFINED"
    assert grid.Undefined() is grid.UNDEFINED
    assert copy.deepcopy([grid.UNDEFINED])[0] is grid.UNDEFINED
    assert pickle.loads(pickle.dumps(grid.UNDEFINED)) is grid.UNDEFINED


def test_an_engine_counts_policies(engine: grid.Engine) -> None:
    assert len(engine) == 0
    assert engine
    engine.load_policies({"a.rego": "package a", "b.rego": "package b"})
    assert len(engine) == 2
    assert "a.rego" in engine
    assert "c.rego" not in engine
    assert repr(engine) == "<boardkit_grid.Engine: 2 policies, revision 1>"


def test_with_closes_an_engine() -> None:
    with grid.Engine() as engine:
        engine.load_policy("p", "package p")
    for call in (engine.loaded_policies, lambda: engine.evaluate("1"), lambda: len(engine), engine.__enter__):
        with pytest.raises(grid.ArgumentError, match="closed"):
            call()
    assert repr(engine) == "<boardkit_grid.Engine: closed>"
    engine.close()


CALLS: dict[str, Callable[[grid.Engine], object]] = {
    "revision": lambda engine: engine.revision,
    "load_policy": lambda engine: engine.load_policy("q", "package q"),
    "load_policies": lambda engine: engine.load_policies({}),
    "remove_policy": lambda engine: engine.remove_policy("q"),
    "has_policy": lambda engine: engine.has_policy("p"),
    "loaded_policies": lambda engine: engine.loaded_policies(),
    "load_bundle": lambda engine: engine.load_bundle(b""),
    "remove_bundle": lambda engine: engine.remove_bundle(),
    "loaded_bundles": lambda engine: engine.loaded_bundles(),
    "clear_policies": lambda engine: engine.clear_policies(),
    "set_data": lambda engine: engine.set_data({}),
    "merge_data": lambda engine: engine.merge_data({}),
    "patch_data": lambda engine: engine.patch_data([]),
    "set_data_json": lambda engine: engine.set_data_json("{}"),
    "merge_data_json": lambda engine: engine.merge_data_json("{}"),
    "get_data": lambda engine: engine.get_data(),
    "evaluate": lambda engine: engine.evaluate("1"),
    "evaluate_json": lambda engine: engine.evaluate_json("1"),
    "evaluate_async": lambda engine: asyncio.run(engine.evaluate_async("1")),
    "test": lambda engine: engine.test("true"),
    "query": lambda engine: engine.query("1"),
    "prepare": lambda engine: engine.prepare("1"),
    "validate": lambda engine: engine.validate("package q"),
    "trace": lambda engine: engine.trace("1"),
    "run_tests": lambda engine: engine.run_tests(),
    "coverage": lambda engine: engine.coverage("1"),
}


@pytest.mark.parametrize("name", CALLS)
def test_a_call_of_a_closed_engine_says_so(name: str) -> None:
    engine = grid.Engine()
    engine.close()
    engine.close()
    with pytest.raises(grid.ArgumentError, match=r"^the engine is closed; ") as raised:
        CALLS[name](engine)
    assert raised.value.code == "GRID_ARGUMENT"


def test_no_call_is_left_out_above() -> None:
    made = {"open", "forget", "close"}
    assert {name for name in dir(grid.Engine) if not name.startswith("_")} - made == set(CALLS)


def test_a_prepared_query_is_closed_with_its_engine() -> None:
    engine = grid.Engine()
    query = engine.prepare("1")
    engine.close()
    for call in (query.evaluate, lambda: query.evaluate_many([]), lambda: query.evaluate_json("1"), query.test):
        with pytest.raises(grid.ArgumentError, match=r"^the engine is closed; "):
            call()


def test_sizes_tell_what_is_held() -> None:
    engine, cache = grid.Engine(), grid.Cache()
    empty = sys.getsizeof(engine), sys.getsizeof(cache)
    engine.set_data({"users": [{"id": number} for number in range(10_000)]})
    cache.set("k", "v" * 1_000_000)
    assert sys.getsizeof(engine) > empty[0] + 1_000_000
    assert sys.getsizeof(cache) > empty[1] + 1_000_000
    engine.close()
    cache.close()
    assert sys.getsizeof(engine) <= empty[0]
    assert sys.getsizeof(cache) <= empty[1]


@pytest.mark.parametrize("made", [grid.Engine, grid.Cache])
def test_pickling_is_refused(made: type[Any]) -> None:
    for refused in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match=f"a boardkit_grid.{made.__name__} cannot be pickled"):
            refused(made())


def test_errors_know_their_place(engine: grid.Engine) -> None:
    with pytest.raises(grid.CompileError) as raised:
        engine.load_policy("a.rego", "package a\nallow if {")
    error = raised.value
    assert (error.code, error.file, error.line) == ("GRID_COMPILE", "a.rego", 2)
    assert str(error).startswith("a.rego:2:")
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), again.line) == (grid.CompileError, str(error), 2)
    with pytest.raises(grid.EvaluationError, match="1:1"):
        grid.Engine(strict_builtin_errors=True).evaluate("1 / 0")


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"max_deepness": 1}, "max_nesting"),
        ({"max_nesting": "9"}, "max_nesting is a number of levels"),
        ({"strict_builtin_errors": 1}, "strict_builtin_errors"),
        ({"profile": "huge"}, "the option profile must be tiny"),
        ({"profile": 1}, "must be a str"),
        ({"max_evaluation_ms": None}, "max_evaluation_ms"),
        ({"max_evaluation_ms": 10**400}, "whole number of milliseconds"),
        ({"builtins": []}, "must be a dict"),
        ({"builtins": {"acme.f": len}}, "must be a Builtin"),
        ({"builtins": {"acme.f": grid.Builtin(args=-1, fn=len)}}, "from 0 to 8"),
        ({"builtins": {"acme.f": grid.Builtin(args=9, fn=len)}}, "the most is 8"),
        ({"builtins": {"count": grid.Builtin(args=1, fn=len)}}, "name that policies can call"),
    ],
)
def test_options_are_checked(options: dict[str, Any], text: str) -> None:
    with pytest.raises(grid.ArgumentError, match=text):
        grid.Engine(**options)


@pytest.mark.parametrize("name", [None, 1, b"p", "\ud800", "", "a\nb", "x" * 1025])
def test_names_are_checked(engine: grid.Engine, name: Any) -> None:
    with pytest.raises(grid.ArgumentError):
        engine.load_policy(name, "package p")
    with pytest.raises(grid.ArgumentError):
        engine.remove_policy(name) if not isinstance(name, str) else engine.load_policies({name: "package p"})


def test_named_engines_are_one() -> None:
    one = grid.Engine.open("test-engine", rego_version="auto")
    one.load_policy("p", "package p\nx { true }")
    other = grid.Engine.open("test-engine")
    assert other.evaluate("data.p.x") is True
    with pytest.raises(grid.ArgumentError):
        grid.Engine.open("test-engine", max_depth=10)
    with pytest.raises(grid.ArgumentError, match="builtins"):
        grid.Engine.open("other", builtins={"acme.f": grid.Builtin(args=0, fn=int)})
    assert grid.Engine.forget("test-engine") is True
    assert grid.Engine.forget("test-engine") is False
    assert len(grid.Engine.open("test-engine")) == 0
    grid.Engine.forget("test-engine")


def test_prepared_queries(engine: grid.Engine) -> None:
    engine.load_policy("p", "package p\nallow if input.n > 1")
    query = engine.prepare("data.p.allow")
    assert query.query == "data.p.allow"
    assert query.evaluate({"n": 2}) is True
    assert query.evaluate_json('{"n": 2}') == "true"
    assert query.evaluate_many([{"n": 1}, {"n": 2}]) == [grid.UNDEFINED, True]
    assert query.test({"n": 1}, undefined=False) is False
    assert asyncio.run(query.evaluate_async({"n": 2})) is True
    with pytest.raises(grid.CompileError):
        engine.prepare("data.p.allow == ")


def test_traces_keep_prints_of_what_fails(engine: grid.Engine) -> None:
    engine.load_policy("p", 'package p\nx if {\n\tprint("seen", input)\n\tinput.n > 1\n}')
    trace = engine.trace("data.p.x", {"n": 1})
    assert trace.value is grid.UNDEFINED
    assert [each.text for each in trace.prints] == ['seen {"n": 1}']
    strict = grid.Engine(strict_builtin_errors=True)
    strict.load_policy("p", 'package p\nx := y if {\n\tprint("before")\n\ty := 1 / input.n\n}')
    with pytest.raises(grid.EvaluationError) as raised:
        strict.trace("data.p.x", {"n": 0})
    assert [each.text for each in raised.value.prints] == ["before"]


def test_decisions_are_cached_for_values_too() -> None:
    engine = grid.Engine(decision_cache_bytes=1 << 20)
    engine.load_policy("p", "package p\nx := input.n + 1\nlarge := input.n * 18446744073709551615")
    uses = [engine.trace("data.p.x", {"n": 1}).metrics.decision_cache for _ in range(2)]
    assert uses == ["miss", "hit"]
    assert [engine.evaluate("data.p.x", {"n": 1}) for _ in range(2)] == [2, 2]
    assert [engine.evaluate("data.p.large", {"n": 4}) for _ in range(2)] == [73786976294838206460] * 2
    assert [engine.evaluate("data.p.x", {}) for _ in range(2)] == [grid.UNDEFINED] * 2


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


class OwnError(Exception):
    pass


def builtins() -> dict[str, grid.Builtin]:
    def fail(value: Any) -> Any:
        raise OwnError(value)

    return {
        "acme.double": grid.Builtin(args=1, fn=lambda value: value * 2, pure=True),
        "acme.none": grid.Builtin(args=0, fn=lambda: grid.UNDEFINED),
        "acme.fail": grid.Builtin(args=1, fn=fail),
        "acme.exit": grid.Builtin(args=0, fn=lambda: sys.exit(5)),
        "acme.wrong": grid.Builtin(args=0, fn=lambda: {1}),
        "acme.ident": grid.Builtin(args=0, fn=threading.get_ident),
    }


def test_builtins_are_functions_of_the_caller() -> None:
    engine = grid.Engine(builtins=builtins())
    engine.load_policy("p", "package p\nx := acme.double(input)\ny if not acme.fail(1)")
    assert engine.evaluate("data.p.x", 21) == 42
    assert engine.evaluate("data.p.x", 2**62) == 2**63
    assert engine.evaluate("data.p.x", 2**64) == 2**65
    assert engine.evaluate("data.p.x", "ab") == "abab"
    assert engine.evaluate("acme.none()") is grid.UNDEFINED
    assert engine.evaluate("acme.ident()") == threading.get_ident()
    with pytest.raises(grid.EvaluationError, match=r"acme\.fail failed") as raised:
        engine.evaluate("data.p.y")
    assert isinstance(raised.value.__cause__, OwnError)
    with pytest.raises(grid.EvaluationError, match="set is not"):
        engine.evaluate("acme.wrong()")
    with pytest.raises(SystemExit):
        engine.evaluate("acme.exit()")
    with pytest.raises(grid.CompileError):
        engine.evaluate("acme.double(1, 2, 3)")


def test_what_ends_a_program_in_a_builtin_comes_out_of_every_call() -> None:
    called: list[str] = []

    def interrupt() -> None:
        called.append("interrupt")
        raise KeyboardInterrupt

    def fail() -> None:
        called.append("fail")
        raise OwnError

    functions = {"acme.interrupt": interrupt, "acme.fail": fail, "acme.exit": lambda: sys.exit(5)}
    engine = grid.Engine(builtins={name: grid.Builtin(args=0, fn=fn) for name, fn in functions.items()})
    engine.load_policy("p", "package p\ntest_a if acme.fail()\ntest_b if acme.interrupt()\ntest_c if acme.interrupt()")
    for call in (engine.run_tests, lambda: engine.trace("acme.interrupt()")):
        called.clear()
        with pytest.raises(KeyboardInterrupt):
            call()
        # Not again for the tests that are left.
        assert called.count("interrupt") == 1
    with pytest.raises(SystemExit) as raised:
        engine.trace("acme.exit()")
    assert raised.value.code == 5
    with pytest.raises(grid.EvaluationError):
        engine.trace("acme.fail()")
    assert engine.run_tests(filter="test_a").errors == 1


PANIC = """
import boardkit_grid as grid

def fail():
    raise panics[0]("of a function")

try:
    grid.Engine(max_depth=0)
except grid.ArgumentError:
    pass
panics = [each for each in BaseException.__subclasses__() if each.__name__ == "PanicException"]
try:
    grid.Engine(builtins={"acme.fail": grid.Builtin(args=0, fn=fail)}).evaluate("acme.fail()")
except BaseException as error:
    print(type(error).__name__, error)
"""


def test_a_panic_while_a_builtin_is_called_ends_the_call() -> None:
    # PyO3 makes a panic of its own exception, as of a fault in a builtin that is another extension of Rust.
    done = subprocess.run([sys.executable, "-c", PANIC], capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout == "PanicException of a function\n", done.stderr


def test_builtins_may_ask_their_engine() -> None:
    def ask(number: int) -> Any:
        return engine.evaluate("data.p.sum", number - 1)

    engine = grid.Engine(builtins={"acme.ask": grid.Builtin(args=1, fn=ask)})
    engine.load_policy("p", "package p\nsum := 0 if input == 0\nsum := input + acme.ask(input) if input > 0")
    assert engine.evaluate("data.p.sum", 10) == 55
    with pytest.raises(grid.EvaluationError) as raised:
        engine.evaluate("data.p.sum", 100)
    innermost: BaseException = raised.value
    while innermost.__cause__:
        innermost = innermost.__cause__
    assert "16 levels are the most" in str(innermost)


def test_an_engine_whose_builtins_use_it_is_collected() -> None:
    class Marked(grid.Engine):
        pass

    def make() -> weakref.ref[Marked]:
        engine = Marked(builtins={"acme.self": grid.Builtin(args=0, fn=lambda: len(engine))})
        assert engine.evaluate("acme.self()") == 0
        return weakref.ref(engine)

    gone = make()
    gc.collect()
    assert gone() is None


def test_profiles_set_what_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    text = " " * 40_000
    with pytest.raises(grid.LimitError, match="32768"):
        grid.Engine(profile="tiny").evaluate_json("1", text)
    with pytest.raises(grid.LimitError, match="50"):
        grid.Engine(profile="tiny", max_input_bytes=50).evaluate_json("1", text)
    monkeypatch.setenv("GRID_PROFILE", "tiny")
    with pytest.raises(grid.LimitError, match="32768"):
        grid.Engine().evaluate_json("1", text)
    assert grid.Cache().stats().max_entries == 1000
    assert grid.Cache(max_entries=7).stats().max_entries == 7
    monkeypatch.setenv("GRID_PROFILE", "huge")
    with pytest.raises(grid.ArgumentError, match="the variable GRID_PROFILE"):
        grid.Engine()
    monkeypatch.setenv("GRID_PROFILE", "auto")
    assert grid.Engine().evaluate("1") == 1
