"""The package after `pip install` in an environment without other packages: the extension, as `.cargo/config.toml` sets it up."""

from __future__ import annotations

import os
from importlib.metadata import files
from pathlib import Path

import boardkit_grid as grid
from boardkit_grid.compat import RUST_AVAILABLE

WASTEFUL = "package p\nlarge := count(numbers.range(1, 3000000))"
# Bytes above the limit of 4 MiB. If the limit is checked after the work only, this policy takes 70 MiB.
ROOM = 16 << 20
FEATURES = {
    "bundle",
    "coverage",
    "crypto",
    "format",
    "graphql",
    "jwt",
    "jwt-ec",
    "jwt-rsa",
    "network",
    "time",
    "time-zones",
    "x509",
    "yaml",
}


def main() -> None:
    """Fail unless it is the build output."""
    expect("site-packages" in Path(grid.__file__).parts, f"the installed package is tested, not {grid.__file__}")
    expect(RUST_AVAILABLE and grid.Cache().kind == "native", "the extension loads")
    expect(set(grid.features()) == FEATURES, f"all features and no other, not {grid.features()}")
    expect(any(path.name == "LICENSE" for path in files("boardkit_grid") or []), "the licence comes with it")
    engine = grid.Engine(strict_builtin_errors=True, max_evaluation_memory_bytes=4 << 20)
    expect(engine.evaluate('time.date([0, "Europe/Berlin"])') == [1970, 1, 1], "a time zone is there")
    expect(raised(engine, 'time.date([0, "Europe/Nowhere"])') is grid.EvaluationError, "a time zone that is not known is an error")
    engine.load_policy("p", WASTEFUL)
    before = peak()
    expect(raised(engine, "data.p.large") is grid.LimitError, "too much memory is a LimitError")
    taken = peak() - before
    expect(taken < ROOM, f"the memory limit holds, and not {taken >> 20} MiB are taken")
    print(f"{os.path.dirname(grid.__file__)}: {', '.join(grid.features())}; {taken >> 10} KiB taken before the limit")


def raised(engine: grid.Engine, query: str) -> type[Exception] | None:
    """Return the class of the error of a query."""
    try:
        engine.evaluate(query)
    except grid.GridError as error:
        return type(error)
    return None


def peak() -> int:
    """Peak memory of this program in bytes; `getrusage` counts the process from before its start too."""
    (line,) = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM:")]
    return int(line.split()[1]) << 10


def expect(holds: bool, what: str) -> None:
    """Fail unless it holds."""
    if not holds:
        raise SystemExit(f"expected: {what}")


if __name__ == "__main__":
    main()
