"""The engine and the cache beside their alternatives in Python; `npm run bench:python` starts the servers and runs this."""

from __future__ import annotations

import functools
import http.client
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Callable

import pytest
from cachetools import LRUCache, TTLCache
from redis import Redis

import boardkit_grid as grid

POLICY = json.loads(Path(os.environ["BENCH_POLICY"]).read_text())
QUERY = f"data.{POLICY['rule'].replace('/', '.')}"
INPUT = POLICY["input"]
VALUE = "v" * 100
KEYS = [f"session:{number:08}" for number in range(1000)]
Benchmark = Callable[..., Any]


@pytest.fixture(scope="module")
def engine() -> grid.Engine:
    engine = grid.Engine()
    engine.load_policy("bench.rego", POLICY["source"])
    engine.set_data(POLICY["data"])
    return engine


@pytest.fixture(scope="module")
def opa() -> Iterator[http.client.HTTPConnection]:
    connection = http.client.HTTPConnection("127.0.0.1", int(os.environ["BENCH_OPA_PORT"]))
    yield connection
    connection.close()


@pytest.mark.benchmark(group="decision")
def test_grid_dict(benchmark: Benchmark, engine: grid.Engine) -> None:
    assert benchmark(engine.evaluate, QUERY, INPUT) is True


@pytest.mark.benchmark(group="decision")
def test_grid_bytes(benchmark: Benchmark, engine: grid.Engine) -> None:
    assert benchmark(engine.evaluate_json, QUERY, json.dumps(INPUT).encode()) == b"true"


@pytest.mark.benchmark(group="decision")
def test_grid_dict_by_json_dumps(benchmark: Benchmark, engine: grid.Engine) -> None:
    assert benchmark(lambda: json.loads(engine.evaluate_json(QUERY, json.dumps(INPUT)))) is True


@pytest.mark.benchmark(group="decision")
def test_opa_over_http(benchmark: Benchmark, opa: http.client.HTTPConnection) -> None:
    path = f"/v1/data/{POLICY['rule']}"

    def ask() -> Any:
        opa.request("POST", path, json.dumps({"input": INPUT}), {"Content-Type": "application/json"})
        return json.loads(opa.getresponse().read())["result"]

    assert benchmark(ask) is True


@pytest.mark.benchmark(group="conversion of the input")
def test_grid_conversion(benchmark: Benchmark) -> None:
    engine = grid.Engine()
    engine.load_policy("p", "package p\nx := 1")
    # A rule that reads no input: all that differs from it is the conversion.
    assert benchmark(engine.evaluate, "data.p.x", INPUT) == 1


@pytest.mark.benchmark(group="conversion of the input")
def test_grid_without_input(benchmark: Benchmark) -> None:
    engine = grid.Engine()
    engine.load_policy("p", "package p\nx := 1")
    assert benchmark(engine.evaluate, "data.p.x") == 1


@pytest.mark.benchmark(group="conversion of the input")
def test_json_dumps(benchmark: Benchmark) -> None:
    assert benchmark(json.dumps, INPUT)


def caches() -> dict[str, tuple[Callable[[str], Any], Callable[[str, str], Any]]]:
    ours = grid.Cache(max_entries=2000, ttl_ms=60_000)
    lru: Any = LRUCache(2000)
    ttl: Any = TTLCache(2000, 60)
    redis = Redis(unix_socket_path=os.environ["BENCH_REDIS"], decode_responses=True)
    return {
        "grid": (ours.get, ours.set),
        "cachetools_lru": (lru.get, lru.__setitem__),
        "cachetools_ttl": (ttl.get, ttl.__setitem__),
        "redis": (redis.get, lambda key, value: redis.set(key, value, px=60_000)),
    }


@pytest.mark.benchmark(group="100 gets")
@pytest.mark.parametrize("name", ["grid", "cachetools_lru", "cachetools_ttl", "redis"])
def test_get(benchmark: Benchmark, name: str) -> None:
    get, put = caches()[name]
    for key in KEYS:
        put(key, VALUE)

    def run() -> None:
        for key in KEYS[:100]:
            get(key)

    benchmark(run)
    assert get(KEYS[0]) == VALUE


@pytest.mark.benchmark(group="100 gets")
def test_get_functools_lru_cache(benchmark: Benchmark) -> None:
    get = functools.lru_cache(2000)(lambda key: VALUE)

    def run() -> None:
        for key in KEYS[:100]:
            get(key)

    benchmark(run)


@pytest.mark.benchmark(group="100 sets")
@pytest.mark.parametrize("name", ["grid", "cachetools_lru", "cachetools_ttl", "redis"])
def test_set(benchmark: Benchmark, name: str) -> None:
    _, put = caches()[name]

    def run() -> None:
        for key in KEYS[:100]:
            put(key, VALUE)

    benchmark(run)
