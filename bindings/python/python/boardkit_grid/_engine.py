"""The policy engine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, TypedDict, cast

from ._allow import Permissions, allow_text
from ._builtins import Builtin, entries_of
from ._bundle import BundleOptions, options_text
from ._errors import ArgumentError
from ._extension import module, native, with_feature
from ._prepared import PreparedQuery
from ._profile import environment_profile, option_profile
from ._report import (
    Coverage,
    Diagnostic,
    ExplainEvent,
    Explanation,
    LoadedBundle,
    Metrics,
    TestReport,
    Trace,
    coverage_of,
    prints_of,
    report_of,
)
from ._undefined import UNDEFINED

if TYPE_CHECKING:
    from typing_extensions import Self, Unpack

    from ._native import Engine as _Base
else:
    _Base = object if native is None else native.Engine

_UNNAMED = "<source>"
"""The name of a source without a name."""


class EngineOptions(TypedDict, total=False):
    """Options of an engine. All limits are on by default; docs/profiles.md of the repository has their values."""

    rego_version: str
    """The version of Rego sources: `v1` (the default), `v0`, or `auto`, v1 first."""
    strict_builtin_errors: bool
    """Whether an error of a builtin ends the evaluation, or makes the call undefined as in OPA (False, the default)."""
    builtins: Mapping[str, Builtin]
    """Builtins of your own, by their names in policies."""
    allow: Permissions
    """What `http.send`, `net.lookup_ip_addr` and `opa.runtime` may reach outside of the process. Default: nothing. A call that is not
    allowed raises an EvaluationError; it is never undefined."""
    profile: str
    """A class of memory with limits for those left out; `auto` measures the machine. Default: GRID_PROFILE, or none."""
    max_policy_bytes: int
    max_data_bytes: int
    max_input_bytes: int
    max_nesting: int
    max_depth: int
    max_evaluation_ms: int
    max_evaluation_memory_bytes: int
    max_load_ms: int
    max_load_memory_bytes: int
    max_bundle_bytes: int
    max_bundle_unpacked_bytes: int
    max_bundle_entries: int
    decision_cache_bytes: int
    decision_cache_ttl_ms: int


class Engine(_Base):
    r"""An embedded OPA/Rego policy engine, for all threads of the process.

    >>> engine = Engine()
    >>> engine.load_policy("authz.rego", 'package authz\nallow if input.user == "ann"')
    >>> engine.evaluate("data.authz.allow", {"user": "ann"})
    True
    >>> engine.evaluate("data.authz.allow", {"user": "bob"})  # no rule applies
    UNDEFINED

    Compiling and evaluating release the GIL. `len(engine)` counts the loaded policies, `name in engine` looks one up, and `with` closes it.
    """

    _functions: tuple[Any, ...]

    def __new__(cls, **options: Unpack[EngineOptions]) -> Self:
        """Make an engine without policies and data.

        Raises:
            ArgumentError: an option is unknown or out of its range, or the name of a builtin is not allowed.
            ExtensionError: the extension module could not be loaded.

        """
        builtins, given = _split(options)
        defaults = _engine_limits(environment_profile())
        entries = [(name, builtin.args, builtin.pure) for name, builtin in builtins]
        handle = module().Handle.make({**defaults, **given}, entries)
        return cls._of(handle, tuple(builtin.fn for _, builtin in builtins))

    @classmethod
    def open(cls, name: str, **options: Unpack[EngineOptions]) -> Self:
        """Return the engine of this name, one per process; the first call makes it, and a call without options accepts it as it is.

        Raises:
            ArgumentError: the engine is open with other options, or the options have `builtins`.
            ExtensionError: the extension module could not be loaded.

        """
        builtins, given = _split(options)
        if builtins:
            raise ArgumentError("all users of its name share an engine of Engine.open, so it takes no builtins: use Engine()")
        defaults = _engine_limits(environment_profile())
        return cls._of(module().Handle.open(name, {**defaults, **given} if given else None, defaults), ())

    @staticmethod
    def forget(name: str) -> bool:
        """Remove a name from the map of engines; return whether it was there. Open objects keep the old engine."""
        was_there: bool = module().Handle.forget(name)
        return was_there

    @classmethod
    def _of(cls, handle: Any, functions: tuple[Any, ...]) -> Self:
        made = _Base.__new__(cls, handle)
        made._functions = functions
        return made

    def load_bundle(self, bundle: bytes, **options: Unpack[BundleOptions]) -> None:
        """Load a bundle of OPA, a gzipped tar as `opa build` writes it: all of its policies and data, or nothing.

        It replaces the contents of the last bundle of that name. If it raises, the old set stays in use.

        Raises:
            InputError: the bytes are not a bundle, a file is outside of the roots, or the signature is not the required one.
            CompileError: as `load_policy`; `file` is the path in the bundle.
            LimitError: the bundle is larger than `max_bundle_bytes`, `max_bundle_unpacked_bytes` or `max_bundle_entries`.
            ArgumentError: an option is unknown or not allowed.
            ExtensionError: this build of Grid was made without bundles.

        """
        with_feature("bundle", "bundles").load_bundle(self, bundle, options_text(options))

    def remove_bundle(self, name: str = "bundle") -> bool:
        """Remove a bundle with its policies and data; return whether it was there."""
        was_there: bool = module().remove_bundle(self, name)
        return was_there

    def loaded_bundles(self) -> list[LoadedBundle]:
        """Return the loaded bundles, in the order of their names."""
        return [LoadedBundle(name, revision, tuple(roots)) for name, revision, roots in module().loaded_bundles(self)]

    async def evaluate_async(self, rule_or_query: str, input: object = UNDEFINED) -> Any:
        """As `evaluate`, on a thread of the loop's executor, with the context of the caller. Do not change the input meanwhile."""
        # Not at the top: it takes 6 MB of memory, which a program without an event loop does not need.
        import asyncio

        return await asyncio.to_thread(self.evaluate, rule_or_query, input)

    def prepare(self, rule_or_query: str) -> PreparedQuery:
        """Return a rule or query to evaluate many times.

        Raises:
            CompileError: it does not compile now; after a change of policies it may fail later.

        """
        self._check_query(rule_or_query)
        return PreparedQuery(self, rule_or_query)

    def validate(self, sources: str | dict[str, str]) -> list[Diagnostic]:
        """Return the errors of loading a source, or several by name; nothing is loaded.

        Raises:
            ArgumentError: a name is not allowed. Other errors are in the result.

        """
        by_name = {_UNNAMED: sources} if isinstance(sources, str) else sources
        faults = module().validate(self, by_name)
        return [Diagnostic(**{name: fault[name] for name in Diagnostic._fields}) for fault in faults]

    def trace(self, rule_or_query: str, input: object = UNDEFINED, *, decision_cache: bool = True) -> Trace:
        """As `evaluate`, with the prints of policies and metrics.

        Args:
            rule_or_query: as of `evaluate`.
            input: as of `evaluate`.
            decision_cache: False bypasses the decision cache: a cached answer prints nothing.

        Raises:
            GridError: as `evaluate`; its `prints` are the prints before it.

        """
        return _traced(*module().trace(self, rule_or_query, input, decision_cache))

    def trace_all_json(self, query: str, input_text: str | None = None) -> Trace:
        """Return all answers of a query of any number of expressions, as `opa eval` prints them, with prints and metrics.

        The value is the JSON text of a list: for each answer `expressions`, with `value`, `text` and `location` (`row`, `col`), and if the
        query has variables their `bindings`. It is empty if the query does not hold. The decision cache is not used.

        Args:
            query: any query.
            input_text: the input as JSON text; None: there is no input.

        Raises:
            GridError: as `query`; its `prints` are the prints before it.

        """
        return _traced(*module().trace_all_json(self, query, input_text))

    def run_tests(self, *, filter: str | None = None, coverage: bool = False) -> TestReport:
        """Run the tests of the loaded policies, rules named `test_...`, as `opa test` does.

        Args:
            filter: a regular expression to search for in the full name of a test, such as `data.authz.test_ann`.
            coverage: whether to report the coverage of the tests.

        Raises:
            ArgumentError: the filter is not a regular expression.
            ExtensionError: coverage is requested, and this build of Grid was made without it.

        """
        extension = module() if coverage is False else with_feature("coverage", "coverage")
        return report_of(extension.run_tests(self, filter, coverage))

    def coverage(self, rule_or_query: str, input: object = UNDEFINED) -> Coverage:
        """Return the lines of the policies that an evaluation reaches.

        Raises:
            GridError: as `evaluate`.
            ExtensionError: this build of Grid was made without coverage.

        """
        return coverage_of(with_feature("coverage", "coverage").coverage(self, rule_or_query, input))

    def explain(self, query: str, input_text: str | None = None, *, mode: Literal["notes", "full"] = "notes") -> Explanation:
        """As `trace_all_json`, with the notes of `trace(...)`, or with all steps (`mode="full"`).

        The steps are those of this engine: it evaluates less than OPA, whose trace has other events.

        Raises:
            GridError: as `query`; its `events` are the events before it.

        """
        if mode not in ("notes", "full"):
            raise ArgumentError(f"the option mode is notes or full, not {mode}")
        value, error, report = module().explain(self, query, input_text, mode == "full")
        events = tuple(ExplainEvent(**event) for event in report["events"])
        if error is not None:
            error.events = events
            raise error
        return Explanation(value, events, report["dropped_events"])

    def inspect(self) -> dict[str, Any]:
        """Return the packages of the loaded policies and the annotations in them, in the form of `opa inspect`.

        `namespaces` has the names of the policies of each package, and `annotations` a list with `path`, `location` and `annotations` of
        each annotated rule or package. A build that reads no annotations has no such list.
        """
        found: dict[str, Any] = module().inspect(self)
        return found

    def capabilities(self) -> dict[str, Any]:
        """Return what policies of this engine can call, in the form of OPA's capabilities.

        `opa check --capabilities <file>` then accepts what this engine accepts.
        """
        found: dict[str, Any] = module().capabilities(self)
        return found

    def format(self, source: str) -> str:
        """Return a policy as `opa fmt` writes it, with its comments; nothing is loaded.

        The text is parsed again: if it would mean something else than the source, or lose a comment, that is an error.

        Raises:
            CompileError: the source does not parse, or cannot be formatted.
            LimitError: it is too long, nests too deep, or takes too long.
            ExtensionError: this build of Grid was made without formatting.

        """
        text: str = with_feature("format", "formatting").format(self, source)
        return text


def _traced(value: object, error: Any, report: dict[str, Any]) -> Trace:
    prints = prints_of(report.pop("prints"))
    if error is not None:
        error.prints = prints
        raise error
    return Trace(value, prints, report["dropped_prints"], Metrics(**report["metrics"]))


def _split(options: EngineOptions) -> tuple[list[tuple[str, Builtin]], dict[str, object]]:
    """Return builtins, and the other options with the limits of the profile that they name."""
    given = cast("dict[str, Any]", dict(options))
    builtins = entries_of(given.pop("builtins", None))
    profile = option_profile(given.pop("profile", None))
    if "allow" in given:
        given["allow"] = allow_text(given["allow"])
    return builtins, {**_engine_limits(profile), **given}


def _engine_limits(profile: Any) -> dict[str, object]:
    return {} if profile is None else dict(profile["engine"])
