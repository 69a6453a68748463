"""The behaviour that all bindings share."""

from __future__ import annotations

from typing import Any

import pytest

import boardkit_grid as grid
from case_runner import LARGE_INTEGER, CaseError, run_case
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


NEEDING: list[dict[str, Any]] = [
    {"options": {"policy": "s3fifo"}, "steps": [{"get": ["a"], "returns": "x"}]},
    {"options": {"policy": "s3fifo", "max_bytes": 5}, "error": {"code": "GRID_ARGUMENT"}},
    {"steps": [{"open": ["h", "name", {"policy": "s3fifo"}]}, {"get": ["a"], "on": "h"}]},
    {"steps": [{"snapshot": ["taken"]}, {"get": ["a"], "returns": "x"}]},
    {"steps": [{"restore": [{"$base64": ""}], "error": {"code": "GRID_ARGUMENT"}}, {"size": [], "returns": 0}]},
]


class Refusing(grid.Cache):
    """A cache that refuses like the fallback."""

    kind = "fallback"

    def __new__(cls, **options: Any) -> Any:
        if "policy" in options:
            raise refusal()
        return super().__new__(cls, **options)

    @classmethod
    def open(cls, name: str, **options: Any) -> Any:
        raise refusal()

    def snapshot(self) -> Any:
        raise refusal()

    def restore(self, snapshot: Any) -> Any:
        raise refusal()


class Silent(grid.Cache):
    """A cache that says that it is the fallback, and does not refuse."""

    kind = "fallback"

    def __new__(cls, **options: Any) -> Any:
        return super().__new__(cls)

    @classmethod
    def open(cls, name: str, **options: Any) -> Any:
        return cls()

    def snapshot(self) -> Any:
        return b""

    def restore(self, snapshot: Any) -> Any:
        return grid.Restored(0, 0)


def refusal() -> grid.ExtensionError:
    return grid.ExtensionError("it needs Grid's extension module")


@pytest.mark.parametrize("case", NEEDING)
def test_cache_case_that_needs_the_extension_passes_only_if_the_call_is_refused(
    case: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grid, "Cache", Refusing)
    run_case("cache", {"name": "needing", **case})
    monkeypatch.setattr(grid, "Cache", Silent)
    with pytest.raises(CaseError, match="expected an ExtensionError"):
        run_case("cache", {"name": "needing", **case})


def test_cache_case_goes_on_after_a_refusal_that_is_an_error_anyway(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grid, "Cache", Refusing)
    steps = [{"restore": [{"$base64": ""}], "error": {"code": "GRID_ARGUMENT"}}, {"size": [], "returns": 1}]
    with pytest.raises(CaseError, match="step 2"):
        run_case("cache", {"name": "needing", "steps": steps})
