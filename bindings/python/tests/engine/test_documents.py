"""Values of Python on their way in and out."""

from __future__ import annotations

import json
import sys
from collections import Counter, OrderedDict, UserDict, defaultdict, namedtuple
from collections.abc import Iterator
from decimal import Decimal
from enum import IntEnum
from typing import Any

import pytest
from hypothesis import given

import boardkit_grid as grid
from json_values import JSON, LARGEST

Point = namedtuple("Point", ["x", "y"])  # noqa: PYI024 -- That it is untyped is the point.


class Role(IntEnum):
    ADMIN = 7


@given(JSON)
def test_what_json_says_comes_back_as_it_was(value: Any) -> None:
    engine = grid.Engine()
    answer = engine.evaluate("input", value)
    assert answer == value
    assert json.dumps(answer, sort_keys=True) == json.dumps(value, sort_keys=True)


@pytest.mark.parametrize(
    ("value", "answer"),
    [
        (True, True),
        (1, 1),
        (1.0, 1.0),
        (0.1, 0.1),
        (-0.0, 0),
        ((1, (2,)), [1, [2]]),
        (Point(1, 2), [1, 2]),
        (OrderedDict(b=1, a=2), {"a": 2, "b": 1}),
        (defaultdict(list, a=[1]), {"a": [1]}),
        (Counter("aab"), {"a": 2, "b": 1}),
        (Role.ADMIN, 7),
        (2**64, 2**64),
        (-(2**127), -(2**127)),
        (LARGEST, LARGEST),
        (Decimal("12.50"), 12.5),
        (Decimal("1E+3"), 1000),
        (Decimal(2**100), 2**100),
        ("", ""),
        ("日本 🦀\0", "日本 🦀\0"),
        ({"": {"a.b": None}}, {"": {"a.b": None}}),
    ],
)
def test_kinds_that_convert(engine: grid.Engine, value: Any, answer: Any) -> None:
    got = engine.evaluate("input", value)
    assert got == answer
    assert type(got) is type(answer)


class Shifting(int):
    """An int that returns another number when its parts are read."""

    def __rshift__(self, by: int) -> int:
        return 5

    __int__ = __index__ = __pos__ = lambda self: 7


@pytest.mark.parametrize("value", [3, -(2**63), 2**63, 2**100, -(2**90)])
def test_a_subclass_of_int_is_the_number_that_it_holds(engine: grid.Engine, value: int) -> None:
    assert engine.evaluate("input", Shifting(value)) == value


def test_a_bool_is_no_number(engine: grid.Engine) -> None:
    assert engine.evaluate("[type_name(x) | some x in input]", [True, 1, 1.5, None, "1"]) == [
        "boolean",
        "number",
        "number",
        "null",
        "string",
    ]


class Broken(UserDict):  # type: ignore[type-arg]
    pass


class BrokenItems(dict):  # type: ignore[type-arg]
    def items(self) -> Any:
        raise KeyError("gone")


class BrokenIteration(list):  # type: ignore[type-arg]
    def __iter__(self) -> Iterator[Any]:
        raise ZeroDivisionError("no")


class Apart(str):
    """A key that equals no other."""

    __eq__ = object.__eq__
    __hash__ = object.__hash__


class Twice(dict):  # type: ignore[type-arg]
    def items(self) -> Any:
        return [("a", 1), ("b", 2), ("a", 3)]


@pytest.mark.parametrize(
    "value",
    [{Apart("a"): 1, Apart("a"): 2}, {"a": 1, Apart("a"): 2}, {Apart("a"): 1, "b": 2, "a": 3}, {"b": 1, "a": 2, Apart("a"): 3}, Twice()],
)
def test_two_keys_with_one_text_are_refused(engine: grid.Engine, value: Any) -> None:
    with pytest.raises(grid.InputError, match=r"input\[0\]\.a: two keys have this text"):
        engine.evaluate("input", [value])


def test_keys_of_subclasses_are_texts(engine: grid.Engine) -> None:
    assert engine.evaluate("input", {"a": 1, Apart("b"): 2, "c": {Apart("a"): 3}}) == {"a": 1, "b": 2, "c": {"a": 3}}


class Lazy(dict):  # type: ignore[type-arg]
    """A dict whose `__getitem__` fails, which must not be called."""

    def __getitem__(self, key: Any) -> Any:
        raise RuntimeError(key)


async def coroutine() -> int:
    return 1


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"user": {"roles": [1, 2, 3, {"a"}]}}, r"input\.user\.roles\[3\]: set is not a value that JSON can say; give a list"),
        ({1, 2}, r"input: set is not"),
        ([frozenset()], r"input\[0\]: frozenset is not"),
        (b"x", r"input: bytes is not .*decode it to a str"),
        ([bytearray(b"x")], r"input\[0\]: bytearray is not .*decode"),
        ((x for x in [1]), r"input: generator is not .*give a list of what it yields"),
        ({"n": float("nan")}, r"input\.n: float is nan"),
        ({"n": float("inf")}, r"input\.n: float is inf"),
        ({"n": -float("inf")}, r"input\.n: float is -inf"),
        ({"n": Decimal("NaN")}, r"input\.n: Decimal is NaN"),
        ({"n": Decimal("sNaN")}, r"input\.n: Decimal is sNaN"),
        ({"n": Decimal("-Infinity")}, r"input\.n: Decimal is -Infinity"),
        ({"n": Decimal("0.1234567890123456789")}, r"input\.n: Decimal has more digits"),
        ({"n": Decimal("1E+1000000")}, r"input\.n: Decimal is beyond 128 bits"),
        ({"n": Decimal("1E-1000000")}, r"input\.n: Decimal has more digits"),
        ({"n": Decimal(2**128)}, r"input\.n: int is beyond 128 bits"),
        ({"n": 2**127}, r"input\.n: int is beyond 128 bits"),
        ({"n": 10**10_000}, r"input\.n: int is beyond 128 bits"),
        ({"n": 1e300}, r"input\.n: a number is beyond 64 bits"),
        ({"s": "\ud800"}, r"input\.s: holds half of a surrogate pair"),
        ({"a": {"\udfff": 1}}, r"input\.a \(a key\): holds half of a surrogate pair"),
        ({"a": {1: 2}}, r"input\.a: a key is int; all keys must be str"),
        ({None: 1}, r"input: a key is NoneType"),
        (object(), r"input: object is not"),
        (1 + 2j, r"input: complex is not"),
        (range(3), r"input: range is not"),
        ([grid.UNDEFINED], r"input\[0\]: Undefined is not"),
        (Broken(a=1), r"input: Broken is not .*give a dict"),
        ({"x": BrokenItems(a=1)}, r"input\.x: it could not be read: .*gone"),
        ([BrokenIteration([1])], r"input\[0\]: it could not be read: .*no"),
        ({"k" * 500: {1}}, r"^input\.k{199}…: set is not"),
    ],
)
def test_kinds_that_do_not_convert(engine: grid.Engine, value: Any, text: str) -> None:
    with pytest.raises(grid.InputError, match=text) as raised:
        engine.evaluate("input", value)
    assert raised.value.code == "GRID_INPUT"
    assert isinstance(raised.value, ValueError)


def test_a_coroutine_is_told_to_be_awaited(engine: grid.Engine) -> None:
    value = coroutine()
    with pytest.raises(grid.InputError, match="await it"):
        engine.evaluate("input", value)
    value.close()


def test_what_the_callers_code_raised_is_the_cause(engine: grid.Engine) -> None:
    with pytest.raises(grid.InputError) as raised:
        engine.evaluate("input", {"x": BrokenItems()})
    assert isinstance(raised.value.__cause__, KeyError)


def test_what_ends_a_program_goes_on_as_it_is(engine: grid.Engine) -> None:
    class Exiting(dict):  # type: ignore[type-arg]
        def items(self) -> Any:
            sys.exit(3)

    with pytest.raises(SystemExit):
        engine.evaluate("input", Exiting())


def test_getitem_is_never_asked(engine: grid.Engine) -> None:
    assert engine.evaluate("input", Lazy(a=1)) == {"a": 1}


def test_none_is_an_input_and_undefined_is_none(echo: grid.Engine) -> None:
    assert echo.evaluate("data.p.got") is grid.UNDEFINED
    assert echo.evaluate("data.p.got", grid.UNDEFINED) is grid.UNDEFINED
    assert echo.evaluate("data.p.got", None) is None


def test_json_text_goes_in_and_out_as_it_came(echo: grid.Engine) -> None:
    assert echo.evaluate_json("data.p.got", ' {"a": [1, 2.50]} ') == '{"a":[1,2.50]}'
    assert echo.evaluate_json("data.p.got", b'"\xc3\xa4"') == b'"\xc3\xa4"'
    assert echo.evaluate_json("data.p.got", bytearray(b"1")) == b"1"
    assert echo.evaluate_json("data.p.got", memoryview(b"1")) == b"1"
    assert echo.evaluate_json("data.p.got") is grid.UNDEFINED
    with pytest.raises(grid.InputError, match="not UTF-8 at byte 1"):
        echo.evaluate_json("data.p.got", b'"\xff"')
    with pytest.raises(grid.InputError) as raised:
        echo.evaluate_json("data.p.got", "[1,\n}")
    assert (raised.value.line, raised.value.column) == (2, 1)
    with pytest.raises(grid.ArgumentError, match="the input text must be a str; got int"):
        echo.evaluate_json("data.p.got", 1)  # type: ignore[call-overload]


def test_data_as_values_and_as_text(engine: grid.Engine) -> None:
    engine.set_data({"n": 2**100, "users": {"ann": [1]}})
    assert engine.get_data("/n") == 2**100
    engine.merge_data({"users": {"bob": []}})
    engine.patch_data([{"op": "remove", "path": "/n"}])
    assert engine.get_data() == {"users": {"ann": [1], "bob": []}}
    engine.set_data_json(b'{"a": 1}')
    engine.merge_data_json('{"b": 2}')
    assert engine.get_data() == {"a": 1, "b": 2}
    assert engine.get_data("/c") is grid.UNDEFINED
    with pytest.raises(grid.InputError, match=r"data\.x: set is not"):
        engine.set_data({"x": set()})
    with pytest.raises(grid.InputError, match=r"the patch\[0\]: set is not"):
        engine.patch_data([set()])


def test_numbers_beyond_64_bits_compute(engine: grid.Engine) -> None:
    assert engine.evaluate("input.a + 1", {"a": 2**100}) == 2**100 + 1
    assert engine.evaluate("input.a == input.b", {"a": 2**100, "b": 2**100 + 1}) is False
    with pytest.raises(grid.EvaluationError, match="128 bits"):
        engine.evaluate("input.a * input.a", {"a": 2**100})
