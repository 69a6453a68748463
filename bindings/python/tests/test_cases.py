"""The behaviour that all bindings share."""

from __future__ import annotations

from typing import Any

import pytest

import boardkit_grid as grid
from cases import read_cases, run_case

ENGINE = dict(read_cases("engine"))
CACHE = dict(read_cases("cache"))


def test_there_are_cases() -> None:
    assert len(ENGINE) > 100
    assert len(CACHE) > 100


# Python's int has all digits.
LARGE_INTEGER = "values: an integer of an answer beyond 64 bits is an error where the language has none"


def test_a_large_integer_is_one(engine: grid.Engine) -> None:
    (step,) = ENGINE[LARGE_INTEGER]["steps"]
    assert engine.evaluate(*step["evaluate"]) == 18446744073709551615 * 4


@pytest.mark.parametrize("name", [name for name in ENGINE if name != LARGE_INTEGER])
def test_engine(name: str) -> None:
    case = ENGINE[name]
    lacking = set(case.get("needs", [])) - set(grid.features())
    if lacking:
        pytest.skip(f"this build lacks {' and '.join(sorted(lacking))}")
    run_case("engine", case)


@pytest.mark.parametrize("name", CACHE)
def test_cache(name: str) -> None:
    run_case("cache", CACHE[name])


def test_a_case_that_does_not_hold_fails() -> None:
    wrong: list[dict[str, Any]] = [
        {"get": ["a"], "returns": "x"},
        {"has": ["a"], "returns": 0},
        {"set": ["a", "x"], "error": {"code": "GRID_LIMIT"}},
        {"set": ["a", "x", {"ttl_ms": 0}]},
    ]
    for step in wrong:
        with pytest.raises(Exception, match="step 1"):
            run_case("cache", {"name": "wrong", "steps": [step]})
