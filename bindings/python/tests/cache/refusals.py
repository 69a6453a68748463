"""What a cache in plain Python refuses: an error that says why, never another behaviour. test_fallback.py runs it without the extension."""

from __future__ import annotations

from typing import Any, Callable

import pytest

import boardkit_grid as grid


def refused(call: Callable[[], object], feature: str) -> None:
    """Fail unless a call raises the error of the load, with the feature that needs the extension."""
    with pytest.raises(grid.ExtensionError) as raised:
        call()
    error = raised.value
    assert isinstance(error, ImportError)
    assert error.code == "GRID_ADDON"
    assert str(error).startswith(f"{feature} needs Grid's extension module, which could not be loaded: ")
    assert "pip install" in str(error)
    assert error.__cause__ is not None


@pytest.mark.parametrize("options", [{}, {"max_entries": 5}, {"max_bytes": 90}])
def test_cache_of_another_policy_is_refused(options: dict[str, Any]) -> None:
    refused(lambda: grid.Cache(policy="s3fifo", **options), "the policy s3fifo")
    refused(lambda: grid.Cache.open("refused-policy", policy="s3fifo", **options), "the policy s3fifo")
    assert grid.Cache.forget("refused-policy") is False


def test_cache_that_is_open_is_not_opened_under_another_policy() -> None:
    with grid.Cache.open("refused-open", policy="lru") as cache:
        cache.set("k", "v")
        refused(lambda: grid.Cache.open("refused-open", policy="s3fifo"), "the policy s3fifo")
        assert cache.get("k") == "v"


def test_cache_snapshots_are_refused_and_the_cache_stays() -> None:
    cache = grid.Cache()
    cache.set("k", "v")
    refused(cache.snapshot, "snapshot()")
    for given in (b"", b"x", b"GRIDSNAP"):
        refused(lambda given=given: cache.restore(given), "restore()")  # type: ignore[misc]
    assert dict(cache.entries()) == {"k": "v"}
