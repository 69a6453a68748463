"""Documents on the stack of a small thread: one without room is an error, and the process lives on."""

from __future__ import annotations

import subprocess
import sys

CODE = """
import threading
import boardkit_grid as grid

def nested(depth, make=lambda inner: [inner]):
    value = 1
    for _ in range(depth):
        value = make(value)
    return value

def depth(value):
    count = 0
    while isinstance(value, list):
        count, value = count + 1, value[0]
    return count

policy = "package p\\nr0 := 1\\n" + "\\n".join(f"r{n} := [[[[r{n - 1}]]]]" for n in range(1, 751))
engine = grid.Engine(max_depth=10_000, builtins={"acme.deep": grid.Builtin(args=0, fn=lambda: nested(127))})
caching = grid.Engine(max_depth=10_000, decision_cache_bytes=1 << 20)
for each in (engine, caching):
    each.load_policy("p", policy)

def ask():
    def report(name, call):
        try:
            print(name, depth(call()))
        except grid.GridError as error:
            print(name, type(error).__name__, getattr(error, "kind", None), "stack" in str(error))

    report("shallow", lambda: engine.evaluate("input", nested(20)))
    report("list", lambda: engine.evaluate("1", nested(127)))
    report("tuple", lambda: engine.evaluate("1", nested(127, lambda inner: (inner,))))
    report("dict", lambda: engine.evaluate("1", nested(127, lambda inner: {"a": inner})))
    report("data", lambda: engine.set_data({"a": nested(126)}))
    report("answer", lambda: engine.evaluate("data.p.r175"))
    report("deeper answer", lambda: engine.evaluate("data.p.r750"))
    report("kept answer", lambda: caching.evaluate("data.p.r175"))
    report("trace", lambda: engine.trace("data.p.r30").value)
    report("deep trace", lambda: engine.trace("data.p.r40").value)
    report("query", lambda: engine.query("x := data.p.r30"))
    report("deep query", lambda: engine.query("x := data.p.r40"))
    report("test", lambda: engine.test("data.p.r750"))
    report("text", lambda: nested(engine.evaluate_json("data.p.r175").count("[")))
    report("builtin", lambda: engine.evaluate("acme.deep()"))
    report("shallow", lambda: engine.evaluate("input", nested(20)))

usual = threading.stack_size(128 << 10)
thread = threading.Thread(target=ask)
thread.start()
thread.join()
threading.stack_size(usual)
print("here", depth(engine.evaluate("data.p.r750")), depth(engine.evaluate("input", nested(127))))
"""


def test_a_small_thread_refuses_what_is_too_deep_for_it() -> None:
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, (done.returncode, done.stdout, done.stderr)
    refused = "LimitError depth True"
    assert done.stdout.splitlines() == [
        "shallow 20",
        f"list {refused}",
        f"tuple {refused}",
        f"dict {refused}",
        f"data {refused}",
        f"answer {refused}",
        f"deeper answer {refused}",
        f"kept answer {refused}",
        "trace 120",
        "deep trace LimitError nesting False",
        "query 1",
        "deep query LimitError nesting False",
        "test EvaluationError None False",
        "text 700",
        "builtin EvaluationError None True",
        "shallow 20",
        "here 3000 127",
    ]
