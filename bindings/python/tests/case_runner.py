"""Runs the behaviour cases; ../../cases/README.md is their contract."""

from __future__ import annotations

import base64
import math
import time
from typing import Any, Callable

import boardkit_grid as grid

# Python's int has all digits.
LARGE_INTEGER = "an answer with an integer beyond 64 bits is an error in languages without such integers"
CASE_KEYS = {"name", "needs", "options", "steps", "error"}
EXPECTATIONS = {"returns", "undefined", "error"}
# What only the extension has: without it these calls must raise, and so must a policy other than lru.
EXTENSION_METHODS = {"snapshot", "restore"}
ERROR_KEYS = {"code", "message", "file", "line", "column", "kind", "option", "limit"}


class CaseError(Exception):
    """The outcome of a step differs from its case."""


def run_case(kind: str, case: dict[str, Any]) -> None:
    """Run one case; raise at its first step whose outcome differs from the case.

    In the fallback the case ends at the first call that needs the extension, which must raise an `ExtensionError`.
    """
    _only_keys(case, CASE_KEYS)
    made: Callable[..., Any] = grid.Engine if kind == "engine" else grid.Cache
    options = expand(case.get("options", {}))
    fallback = kind == "cache" and grid.Cache().kind == "fallback"
    if fallback and _is_s3fifo(options):
        _expect_refusal(lambda: made(**options))
        return
    if "error" in case:
        assert "steps" not in case
        _expect(lambda: made(**options), {"error": case["error"]})
        return
    subjects: dict[Any, Any] = {None: made(**options)}
    snapshots: dict[str, bytes] = {}
    for number, step in enumerate(case["steps"], 1):
        try:
            if _run_step(kind, dict(step), subjects, snapshots, fallback=fallback):
                return
        except CaseError as error:
            raise CaseError(f"step {number}, {str(step)[:300]}: {error}") from error.__cause__


def expand(value: Any) -> Any:
    """Replace the forms for values that YAML does not have: $repeat, $base64, $number."""
    if isinstance(value, list):
        return [expand(item) for item in value]
    if not isinstance(value, dict):
        return value
    if list(value) == ["$repeat"]:
        text, times = value["$repeat"]
        return text * times
    if list(value) == ["$base64"]:
        return base64.b64decode(value["$base64"])
    if list(value) == ["$number"]:
        return {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}[value["$number"]]
    return {key: expand(item) for key, item in value.items()}


def _run_step(kind: str, step: dict[str, Any], subjects: dict[Any, Any], snapshots: dict[str, bytes], *, fallback: bool) -> bool:
    """Run one step; return whether the case ends here."""
    subject = subjects[step.pop("on", None)]
    methods = [key for key in step if key not in EXPECTATIONS]
    assert len(methods) == 1
    assert len(step) <= 2
    args = expand(step[methods[0]])
    assert isinstance(args, list)
    calls = _engine_calls(subject) if kind == "engine" else _cache_calls(subject, subjects, snapshots)
    if fallback and (methods[0] in EXTENSION_METHODS or (methods[0] == "open" and _is_s3fifo(*args[2:]))):
        _expect_refusal(lambda: calls[methods[0]](*args))
        # A step that fails with the extension too leaves the cache as it is, so the next steps hold.
        return "error" not in step
    _expect(lambda: calls[methods[0]](*args), step)
    return False


def _is_s3fifo(options: Any = None) -> bool:
    return bool(options) and options.get("policy") == "s3fifo"


def _expect_refusal(call: Callable[[], Any]) -> None:
    """Fail unless a call raises the error of what needs the extension."""
    try:
        value = call()
    except grid.ExtensionError as error:
        if "needs Grid's extension module" not in str(error):
            raise CaseError(f"expected the name of what needs the extension: {error}") from error
    except grid.GridError as error:
        raise CaseError(f"expected an ExtensionError, got {error.code}: {error}") from error
    else:
        raise CaseError(f"returned {value!r}, expected an ExtensionError: only the extension has this")


def _expect(call: Callable[[], Any], expected: dict[str, Any]) -> None:
    try:
        value = call()
    except grid.GridError as error:
        if "error" not in expected:
            raise CaseError(f"{error.code}: {error}") from error
        _expect_error(error, expand(expected["error"]))
        return
    if "error" in expected:
        raise CaseError(f"returned {value!r}, expected an error")
    if "undefined" in expected and value is not grid.UNDEFINED:
        raise CaseError(f"returned {value!r}, expected UNDEFINED")
    if "returns" in expected:
        wanted = expand(expected["returns"])
        if not _same(value, wanted):
            raise CaseError(f"returned {str(value)[:300]}, expected {str(wanted)[:300]}")


def _expect_error(error: grid.GridError, expected: dict[str, Any]) -> None:
    _only_keys(expected, ERROR_KEYS)
    for key, wanted in expected.items():
        there = wanted in str(error) if key == "message" else getattr(error, key, None) == wanted
        if not there:
            raise CaseError(
                f"expected an error with {key} {wanted!r}, got {getattr(error, key, None)!r} ({error.code}: {error})"
            ) from error


def _same(value: Any, wanted: Any) -> bool:
    """Return whether two values are equal; 1 and True are not."""
    if isinstance(wanted, bool) or isinstance(value, bool):
        return value is wanted
    if isinstance(wanted, list):
        return isinstance(value, (list, tuple)) and len(value) == len(wanted) and all(_same(*pair) for pair in zip(value, wanted))
    if isinstance(wanted, dict):
        return isinstance(value, dict) and value.keys() == wanted.keys() and all(_same(value[key], wanted[key]) for key in wanted)
    return bool(value == wanted)


def _only_keys(given: dict[str, Any], known: set[str]) -> None:
    assert set(given) <= known, f"unknown keys {set(given) - known}"


def _found(value: Any) -> Any:
    """Return UNDEFINED for None: in the cases a cache returns undefined."""
    return grid.UNDEFINED if value is None else value


def _ttl(options: Any = None) -> dict[str, Any]:
    return options or {}


def _cache_calls(cache: grid.Cache, subjects: dict[Any, Any], snapshots: dict[str, bytes]) -> dict[str, Callable[..., Any]]:
    def restore(given: Any) -> list[int]:
        restored = cache.restore(snapshots[given] if isinstance(given, str) else given)
        return [restored.entries, restored.left_out]

    def count(name: str) -> int:
        return int(getattr(cache.stats(), "nbytes" if name == "bytes" else name))

    return {
        "set": lambda key, value, options=None: cache.set(key, value, **_ttl(options)),
        "get": lambda key: _found(cache.get(key)),
        "get_buffer": lambda key: _found(cache.get_buffer(key)),
        "peek": lambda key: _found(cache.peek(key)),
        "has": cache.has,
        "delete": cache.delete,
        "take": lambda key: _found(cache.take(key)),
        "get_or_insert": lambda key, value, options=None: cache.get_or_insert(key, value, **_ttl(options)),
        "fetch": lambda key, value, options=None: cache.fetch(key, lambda _: value, **_ttl(options)),
        "incr": lambda key, by=1, options=None: cache.incr(key, by, **_ttl(options)),
        "touch": cache.touch,
        "expire": cache.expire,
        "ttl": cache.ttl,
        "set_many": lambda entries: cache.set_many([(*entry[:2], *_ttl(*entry[2:]).values()) for entry in entries]),
        "get_many": cache.get_many,
        "delete_many": cache.delete_many,
        "keys": lambda: sorted(cache.keys()),
        "entries": lambda: sorted(cache.entries()),
        "size": lambda: len(cache),
        "bytes": lambda: cache.nbytes,
        "cleanup_expired": cache.cleanup_expired,
        "clear": cache.clear,
        "resize": lambda options: cache.resize(**options),
        "stats": lambda *names: [count(name) for name in names],
        "snapshot": lambda name: snapshots.update({name: cache.snapshot()}),
        "restore": restore,
        "open": lambda handle, name, options=None: subjects.update({handle: grid.Cache.open(name, **(options or {}))}),
        "close": lambda handle: subjects.pop(handle).close(),
        "forget": grid.Cache.forget,
        "sleep_ms": lambda ms: time.sleep(ms / 1000),
    }


def _engine_calls(engine: grid.Engine) -> dict[str, Callable[..., Any]]:
    return {
        "load_policy": engine.load_policy,
        "load_policies": engine.load_policies,
        "remove_policy": engine.remove_policy,
        "has_policy": engine.has_policy,
        "loaded_policies": engine.loaded_policies,
        "clear_policies": engine.clear_policies,
        "revision": lambda: engine.revision,
        "set_data": engine.set_data,
        "merge_data": engine.merge_data,
        "patch_data": engine.patch_data,
        "get_data": engine.get_data,
        "load_bundle": lambda bundle, options=None: engine.load_bundle(bundle, **(options or {})),
        "remove_bundle": engine.remove_bundle,
        "loaded_bundles": lambda: [bundle._asdict() for bundle in engine.loaded_bundles()],
        "evaluate": engine.evaluate,
        "evaluate_json": engine.evaluate_json,
        "test": lambda query, input=None, undefined=None: engine.test(query, _given(input), undefined=undefined),
        "query": engine.query,
        "check_query": engine.prepare,
        "validate": lambda sources: [_known(fault._asdict()) for fault in engine.validate(sources)],
        "trace": lambda query, input=None, options=None: _traced(engine.trace(query, _given(input), **(options or {}))),
        "run_tests": lambda options=None: _tested(engine.run_tests(**(options or {}))),
        "explain": lambda query, mode: [list(event) for event in engine.explain(query, mode=mode).events],
        "inspect": engine.inspect,
        "format": engine.format,
        "trace_all_json": lambda query, *given: engine.trace_all_json(query, *given).value,
        "coverage": lambda query, *given: _covered(engine.coverage(query, *given)),
    }


def _given(value: Any) -> Any:
    return grid.UNDEFINED if value is None else value


def _known(fault: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in fault.items() if value is not None and key not in {"message", "opa_code", "details"}}


def _traced(trace: grid.Trace) -> dict[str, Any]:
    value = {} if trace.value is grid.UNDEFINED else {"value": trace.value}
    return {**value, "prints": [each._asdict() for each in trace.prints], "decision_cache": trace.metrics.decision_cache}


def _tested(report: grid.TestReport) -> dict[str, Any]:
    tests = [
        {
            "test": f"{result.package}.{result.name}",
            "file": result.file,
            "line": result.line,
            "outcome": result.outcome,
            **({"code": result.code} if result.code else {}),
            **({"cases": {"/".join(case.path): case.outcome for case in result.cases}} if result.cases else {}),
            **({"prints": [each.text for each in result.prints]} if result.prints else {}),
        }
        for result in report.results
    ]
    totals = {"pass": report.passed, "fail": report.failed, "error": report.errors, "skip": report.skipped}
    return {**totals, "tests": tests, **({"coverage": _covered(report.coverage)} if report.coverage else {})}


def _covered(coverage: grid.Coverage) -> dict[str, Any]:
    def lines(ranges: tuple[grid.Lines, ...]) -> list[list[int]]:
        return [[each.start, each.end] for each in ranges]

    return {file.file: {"covered": lines(file.covered), "not_covered": lines(file.not_covered)} for file in coverage.files}
