"""Reports of an engine: errors, prints, metrics, tests and coverage."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple


class Diagnostic(NamedTuple):
    """An error in a policy, as loading it would report."""

    code: str
    """The code that the error would have: `GRID_COMPILE`, `GRID_LIMIT`."""
    message: str
    """Cause and fix, without the place."""
    file: str | None
    """Name of the policy, if known."""
    line: int | None
    """Line in it, from 1."""
    column: int | None
    """Column in that line, from 1; 0 is OPA's place for the end of a text."""
    opa_code: str | None = None
    """OPA's code of it, such as `rego_parse_error`, if it has one."""
    details: tuple[str, ...] = ()
    """Further lines: the line of the source with a caret, or the found and the wanted type."""


class Print(NamedTuple):
    """One `print(...)` of a policy."""

    file: str
    """Name of the policy; `<query>` for the text of a query."""
    line: int
    """Line in it, from 1."""
    text: str
    """The values, as OPA prints them."""


class Metrics(NamedTuple):
    """What an answer took. Times are nanoseconds."""

    evaluation_ns: int
    """The evaluation alone; 0 if the decision cache had the answer."""
    input_parse_ns: int
    """Reading the input; 0 without an input."""
    compile_ns: int
    """Building the serving set of policies and data, when it was loaded."""
    decision_cache: Literal["off", "miss", "hit"]
    """Whether the decision cache had the answer; `off`: it was not asked."""


class Trace(NamedTuple):
    """An answer, with prints and metrics of its evaluation."""

    value: Any
    """What `evaluate` returns."""
    prints: tuple[Print, ...]
    """What policies printed: the first 1000 prints, 64 KiB of texts at most."""
    dropped_prints: int
    """How many prints more there were."""
    metrics: Metrics


class ExplainEvent(NamedTuple):
    """One event of an evaluation."""

    kind: Literal["eval", "exit", "note"]
    """An expression is evaluated, a clause of a rule has a value, or `trace` is called."""
    file: str
    """Name of the policy; `<query>` for the text of a query."""
    line: int
    """Line in it, from 1."""
    text: str
    """The source text of the expression or the head; of a note its message."""


class Explanation(NamedTuple):
    """The answers of a query, and how the evaluation came to them."""

    value: str
    """JSON text, as of `trace_all_json`."""
    events: tuple[ExplainEvent, ...]
    """The first events: 10,000 and 64 KiB of notes at most."""
    dropped_events: int
    """How many events more there were."""


class LoadedBundle(NamedTuple):
    """A bundle that serves, as its manifest describes it."""

    name: str
    """The name that it was loaded under."""
    revision: str
    """The revision in its manifest; empty if it has none."""
    roots: tuple[str, ...]
    """The paths below `data` that it owns, such as `authz/http`; the empty one is all of `data`."""


class TestCase(NamedTuple):
    """One case of a test with keys, such as `test_roles[case.note] if ...`."""

    path: tuple[str, ...]
    """Its keys."""
    outcome: Literal["pass", "fail"]


class TestResult(NamedTuple):
    """One test of a policy."""

    package: str
    """Its package, such as `data.authz`."""
    name: str
    """Its name, such as `test_ann`; the second clause of that name is `test_ann#01`."""
    file: str
    """Name of the policy that it is in."""
    line: int
    """Line that it begins in, from 1."""
    column: int
    """Column that it begins in, from 1."""
    outcome: Literal["pass", "fail", "error", "skip"]
    """`error` if there is no outcome, `skip` if its name begins with `todo_test_`."""
    code: str | None
    """Of an error: its code."""
    message: str | None
    """The place and the cause of an error."""
    cases: tuple[TestCase, ...]
    prints: tuple[Print, ...]
    """What it printed."""
    dropped_prints: int
    """How many prints more there were."""
    duration_ns: int
    """How long its evaluation took, in nanoseconds."""


class Lines(NamedTuple):
    """Lines from the first to the last one, from 1."""

    start: int
    end: int


class FileCoverage(NamedTuple):
    """What was reached of one policy. A line that holds both is in both lists, as in OPA."""

    file: str
    """Name of the policy."""
    covered: tuple[Lines, ...]
    """Heads of rules that had a value, and statements that were evaluated."""
    not_covered: tuple[Lines, ...]
    """The others."""
    covered_lines: int
    not_covered_lines: int
    coverage: float
    """In percent of the lines."""


class Coverage(NamedTuple):
    """What was reached of all policies."""

    files: tuple[FileCoverage, ...]
    """By name."""
    covered_lines: int
    not_covered_lines: int
    coverage: float
    """In percent of the lines."""


class TestReport(NamedTuple):
    """All tests. As in OPA, one with cases counts as its cases."""

    results: tuple[TestResult, ...]
    """By policy, in the order of the source."""
    passed: int
    failed: int
    errors: int
    skipped: int
    coverage: Coverage | None
    """The coverage of the tests, themselves included, if it was requested."""


for _named_test in (TestCase, TestResult, TestReport):
    _named_test.__test__ = False  # type: ignore[union-attr] # Not for pytest to collect.


def prints_of(given: list[dict[str, Any]]) -> tuple[Print, ...]:
    """Read prints of the extension."""
    return tuple(Print(**each) for each in given)


def coverage_of(given: dict[str, Any]) -> Coverage:
    """Read coverage of the extension."""
    return Coverage(**{**given, "files": tuple(map(_file_of, given["files"]))})


def report_of(given: dict[str, Any]) -> TestReport:
    """Read tests of the extension."""
    covered = given["coverage"]
    return TestReport(
        results=tuple(map(_result_of, given["results"])),
        passed=given["pass"],
        failed=given["fail"],
        errors=given["error"],
        skipped=given["skip"],
        coverage=None if covered is None else coverage_of(covered),
    )


def _file_of(given: dict[str, Any]) -> FileCoverage:
    covered = {name: tuple(Lines(**lines) for lines in given[name]) for name in ("covered", "not_covered")}
    return FileCoverage(**{**given, **covered})


def _result_of(given: dict[str, Any]) -> TestResult:
    cases = tuple(TestCase(tuple(case["path"]), case["outcome"]) for case in given["cases"])
    return TestResult(**{**given, "cases": cases, "prints": prints_of(given["prints"])})
