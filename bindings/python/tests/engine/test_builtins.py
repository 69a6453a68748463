"""Builtins of the caller."""

from __future__ import annotations

import gc
import subprocess
import sys
import threading
import weakref
from typing import Any

import pytest

import boardkit_grid as grid


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
