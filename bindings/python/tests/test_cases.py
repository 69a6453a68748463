"""The behaviour that all bindings share."""

from __future__ import annotations

from typing import Any

import pytest

import boardkit_grid as grid
from case_runner import LARGE_INTEGER, run_case
from cases import read_cases

ENGINE = dict(read_cases("engine"))
CACHE = dict(read_cases("cache"))


def test_there_are_cases() -> None:
    assert len(ENGINE) > 100
    assert len(CACHE) > 100


LARGE = f"values: {LARGE_INTEGER}"


def test_a_large_integer_is_one(engine: grid.Engine) -> None:
    (step,) = ENGINE[LARGE]["steps"]
    assert engine.evaluate(*step["evaluate"]) == 18446744073709551615 * 4


@pytest.mark.parametrize("name", [name for name in ENGINE if name != LARGE])
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
