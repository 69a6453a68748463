"""Prints the bytes of anonymous memory that a process has after a case: `bare`, `imported`, `engine`, or `caches <number>`."""

from __future__ import annotations

import gc
import json
import os
import re
import sys
from pathlib import Path
from typing import Any


def hold(case: str, *arguments: str) -> Any:
    """Make the objects of a case, and return the references that keep them alive."""
    if case == "bare":
        return None
    import boardkit_grid as grid

    if case == "imported":
        return grid
    if case == "caches":
        return [grid.Cache(max_entries=1000) for _ in range(int(arguments[0]))]
    policy = json.loads(Path(os.environ["BENCH_POLICY"]).read_text())
    engine = grid.Engine()
    engine.load_policy("bench.rego", policy["source"])
    engine.set_data(policy["data"])
    if engine.evaluate(f"data.{policy['rule'].replace('/', '.')}", policy["input"]) is not True:
        raise SystemExit("the benchmark's input is not allowed")
    return engine


kept = hold(*sys.argv[1:])
gc.collect()
[kibibytes] = re.findall(r"^RssAnon:\s+(\d+) kB$", Path("/proc/self/status").read_text(), re.MULTILINE)
print(int(kibibytes) * 1024)
