"""`http.send`, `net.lookup_ip_addr` and `opa.runtime`, with real servers."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

import boardkit_grid as grid

PEM = Path(__file__).parents[3] / "node/test/network/pem"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.path == "/never":
            time.sleep(5)
            return
        if self.path == "/drip":
            self.send_response(200)
            self.end_headers()
            for _ in range(50):
                self.wfile.write(b"x")
                time.sleep(0.05)
            return
        if self.path == "/cut":
            self.send_response(200)
            self.send_header("Content-Length", "100")
            self.end_headers()
            self.wfile.write(b"x")
            self.close_connection = True
            return
        if self.path == "/redirect":
            self.send_response(302)
            self.send_header("Location", "json")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        body = b"x" * 2**21 if self.path == "/long" else b'{"path":"' + self.path.encode() + b'"}'
        self._respond(body)

    def do_POST(self) -> None:
        self._respond(self.rfile.read(int(self.headers["Content-Length"])))

    def _respond(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Agent", self.headers["User-Agent"])
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Print nothing."""


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Print nothing: clients that give up are a part of the tests."""


def serve(context: ssl.SSLContext | None = None) -> Iterator[int]:
    server = Server(("127.0.0.1", 0), Handler)
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    yield from serve()


@pytest.fixture(scope="module")
def secure_port() -> Iterator[int]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(PEM / "server.pem", PEM / "server.key")
    context.load_verify_locations(PEM / "ca.pem")
    context.verify_mode = ssl.CERT_OPTIONAL
    yield from serve(context)


def engine_with(**http: Any) -> grid.Engine:
    allow: grid.Permissions = {"http_send": {"hosts": ["127.0.0.1"], **http}}  # type: ignore[typeddict-item]
    return grid.Engine(allow=allow, max_evaluation_ms=20_000)


def send(engine: grid.Engine, url: str, **more: Any) -> Any:
    return engine.evaluate("http.send(input)", {"method": "GET", "url": url, **more})


def test_a_response_has_the_shape_of_opa(port: int) -> None:
    engine = engine_with()
    found = send(engine, f"http://127.0.0.1:{port}/json")
    assert (found["status"], found["status_code"], found["body"]) == ("200 OK", 200, {"path": "/json"})
    assert found["headers"]["content-type"] == ["application/json"]
    assert found["headers"]["x-agent"][0].startswith("Grid/")
    posted = send(engine, f"http://127.0.0.1:{port}/", method="post", body={"é": [1]})
    assert posted["body"] == {"é": [1]}
    redirected = send(engine, f"http://127.0.0.1:{port}/redirect", enable_redirect=True)
    assert redirected["body"] == {"path": "/json"}
    assert engine.evaluate("http.send(input).status_code", {"method": "GET", "url": f"http://127.0.0.1:{port}/"}) == 200


def test_failures_are_those_of_opa(port: int) -> None:
    engine = engine_with()
    assert send(engine, "http://127.0.0.1:1/") is grid.UNDEFINED
    refused = send(engine, "http://127.0.0.1:1/", raise_error=False)
    assert refused["error"]["code"] == "eval_http_send_network_error"
    for path, text in (("never", "while awaiting headers"), ("drip", "while reading body")):
        slow = send(engine, f"http://127.0.0.1:{port}/{path}", timeout="200ms", raise_error=False)
        assert text in slow["error"]["message"]
    cut = send(engine, f"http://127.0.0.1:{port}/cut", raise_error=False)
    assert cut["error"]["message"] == "unexpected EOF"
    with pytest.raises(grid.EvaluationError, match="longer than 1048576 bytes"):
        send(engine, f"http://127.0.0.1:{port}/long", raise_error=False)
    limited = grid.Engine(allow={"http_send": {"hosts": ["127.0.0.1"]}}, max_evaluation_ms=200)
    with pytest.raises(grid.LimitError):
        send(limited, f"http://127.0.0.1:{port}/never", raise_error=False)


def test_certificates_are_checked(secure_port: int) -> None:
    url = f"https://127.0.0.1:{secure_port}/"
    authority = (PEM / "ca.pem").read_text()
    engine = engine_with()
    assert send(engine, url, raise_error=False)["status_code"] == 0
    assert send(engine, url, tls_ca_cert=authority)["status_code"] == 200
    assert send(engine, url, tls_ca_cert=authority, tls_use_system_certs=True)["status_code"] == 200
    assert send(engine, url, tls_ca_cert=authority, tls_server_name="grid.test")["status_code"] == 200
    assert send(engine, url, tls_ca_cert=authority, tls_server_name="other.test", raise_error=False)["status_code"] == 0
    identity = {"tls_client_cert": (PEM / "client.pem").read_text(), "tls_client_key": (PEM / "client.key").read_text()}
    assert send(engine, url, tls_ca_cert=authority, **identity)["status_code"] == 200
    with pytest.raises(grid.EvaluationError, match="not allowed"):
        send(engine, url, tls_insecure_skip_verify=True, raise_error=False)
    assert send(engine_with(insecure_tls=True), url, tls_insecure_skip_verify=True)["status_code"] == 200


def test_nothing_is_allowed_by_default(port: int) -> None:
    engine = grid.Engine()
    engine.load_policy("p", f'package p\nallow if not http.send({{"method": "get", "url": "http://127.0.0.1:{port}"}})')
    with pytest.raises(grid.EvaluationError, match="requests are not allowed"):
        engine.evaluate("data.p.allow")
    assert engine.evaluate("opa.runtime()") == {}
    allowed = grid.Engine(allow={"runtime": {"env": {"A": "1"}}, "lookup_ip_addr": {"hosts": ["localhost"]}}, max_evaluation_ms=20_000)
    assert allowed.evaluate("opa.runtime().env.A") == "1"
    assert "127.0.0.1" in allowed.evaluate('net.lookup_ip_addr("localhost")')


@pytest.mark.parametrize(
    ("allow", "text"),
    [
        ({"http_send": {}}, "allow.http_send.hosts"),
        ({"http_send": {"hosts": ["a"], "other": 1}}, "has no field"),
        ({"other": {}}, "has no field"),
        ({"runtime": {"a": float("nan")}}, "not a JSON value"),
        ({"runtime": {"a": {1}}}, "not a JSON value"),
        (1, "must be a dict"),
    ],
)
def test_wrong_permissions_are_errors(allow: Any, text: str) -> None:
    with pytest.raises(grid.ArgumentError, match=text):
        grid.Engine(allow=allow)
