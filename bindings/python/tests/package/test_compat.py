"""The original's examples and unit tests, from its documentation."""

from __future__ import annotations

import time

import pytest

import boardkit_grid as grid
from boardkit_grid import compat
from boardkit_grid.compat import RUST_AVAILABLE, OPACompilationError, RustCache, RustOPAEngine


def test_the_extension_is_there() -> None:
    assert RUST_AVAILABLE is True


def test_basic_policy() -> None:
    engine = RustOPAEngine()
    engine.load_policy("test", 'package test\n\ndefault allow = false\n\nallow {\n    input.user == "admin"\n}')
    assert engine.evaluate("data.test.allow", {"user": "admin"}) is True


def test_policy_with_input() -> None:
    engine = RustOPAEngine()
    engine.load_policy("authz", 'package authz\n\nallow {\n    input.role == "admin"\n}')
    assert engine.evaluate("data.authz.allow", {"role": "admin"}) is True
    # No default: undefined is False here.
    assert engine.evaluate("data.authz.allow", {"role": "guest"}) is False
    assert engine.evaluate("data.authz.alow", {"role": "admin"}) is False


def test_a_rule_that_is_asked_as_deny_allows_where_its_name_is_a_typo() -> None:
    policy = 'package authz\n\ndeny {\n    input.user == "eve"\n}'
    engine = RustOPAEngine()
    engine.load_policy("authz", policy)
    allowed = not engine.evaluate("data.authz.denied", {"user": "eve"})
    assert allowed
    # The advice of the text.
    new = grid.Engine(rego_version="v0")
    new.load_policy("authz", policy)
    assert new.test("data.authz.deny", {"user": "eve"}) is True
    with pytest.raises(grid.EvaluationError, match=r"data\.authz\.denied is undefined"):
        new.test("data.authz.denied", {"user": "eve"})


AUTHZ = """
package authz

default allow = false

allow {
    input.method == "GET"
    input.user.role == "viewer"
}

allow {
    input.user.role == "admin"
}
"""


def test_authz_example() -> None:
    engine = RustOPAEngine()
    engine.load_policy("authz", AUTHZ)
    request = {"method": "GET", "path": "/api/users", "user": {"id": "1", "role": "viewer"}}
    assert engine.evaluate("data.authz.allow", request) is True
    assert engine.evaluate("data.authz.allow", {**request, "method": "DELETE"}) is False
    assert engine.evaluate("data.authz.allow", {"method": "DELETE", "user": {"role": "admin"}}) is True


def test_policies_are_listed_and_cleared() -> None:
    engine = RustOPAEngine()
    assert engine.loaded_policies() == []
    engine.load_policy("one", "package one\nx = 1")
    engine.load_policy("two", "package two\nx := 2")
    assert sorted(engine.loaded_policies()) == ["one", "two"]
    assert engine.has_policy("one")
    assert not engine.has_policy("three")
    engine.clear_policies()
    assert engine.loaded_policies() == []
    assert not engine.has_policy("one")


def test_errors_are_those_of_the_original() -> None:
    engine = RustOPAEngine()
    with pytest.raises(OPACompilationError):
        engine.load_policy("bad", "package bad\nallow {")
    with pytest.raises(ValueError, match="set is not"):
        engine.evaluate("data.x", {"a": {1}})
    with pytest.raises(RuntimeError):
        engine.evaluate("count(numbers.range(1, 100000000))", {})
    assert issubclass(compat.CompileError, OPACompilationError)
    assert issubclass(compat.InputError, ValueError)
    assert issubclass(compat.InternalError, RuntimeError)
    assert issubclass(compat.ExtensionError, ImportError)


def test_basic_operations_of_the_cache() -> None:
    cache = RustCache(max_size=100, ttl_secs=300)
    cache.set("key1", "value1")
    cache.set("key2", "value2")
    assert cache.get("key1") == "value1"
    assert cache.get("missing") is None
    assert cache.size() == 2
    assert cache.delete("key1") is True
    assert cache.delete("key1") is False
    cache.clear()
    assert cache.size() == 0


def test_times_to_live_are_seconds() -> None:
    cache = RustCache(max_size=10, ttl_secs=300)
    cache.set("long", "x", ttl=600)
    cache.set("short", "x", ttl=0.02)
    cache.set("own", "x")
    time.sleep(0.05)
    assert cache.get("short") is None
    cache.set("short", "x", ttl=0.02)
    time.sleep(0.05)
    assert cache.cleanup_expired() == 1
    assert cache.size() == 2
    for wrong in ("1", True, -1, 0):
        with pytest.raises(ValueError, match=r"time to live|TTL"):
            cache.set("k", "v", ttl=wrong)  # type: ignore[arg-type]


def test_the_least_recently_used_leaves() -> None:
    cache = RustCache(max_size=2)
    cache.set("a", "1")
    cache.set("b", "2")
    cache.get("a")
    cache.set("c", "3")
    assert cache.get("b") is None
    assert "a" in cache
    assert len(cache) == 2
    with pytest.raises(ValueError, match="entry cap"):
        RustCache(max_size=0)
