"""The HTTP client of `http.send`.

It sends a request to an address that the engine has checked: it looks up no name, follows no redirect and uses no proxy.
"""

from __future__ import annotations

import http.client
import json
import os
import socket
import ssl
import tempfile
import threading
import time
from typing import Any


def send(text: str) -> str:
    """Send a request, JSON text as the crate writes it, and return the response or the failure as JSON text."""
    request = json.loads(text)
    ends = time.monotonic() + request["timeout_ms"] / 1000
    connection = _Connection(request, ends)
    # A server that sends a byte now and then would never reach a timeout of the socket.
    timer = threading.Timer(request["timeout_ms"] / 1000, connection.abort)
    timer.daemon = True
    timer.start()
    try:
        outcome = _exchange(connection, request)
    except (OSError, http.client.HTTPException, ValueError) as error:
        outcome = _failure(connection, error)
    finally:
        timer.cancel()
        connection.close()
    return json.dumps(outcome)


def _failure(connection: _Connection, error: Exception) -> dict[str, Any]:
    if connection.is_aborted or isinstance(error, (socket.timeout, TimeoutError)):
        return {"failure": "timeout_in_body" if connection.has_response else "timeout"}
    if connection.has_response:
        return {"failure": "cut"}
    return {"failure": "network", "message": str(error) or type(error).__name__}


def _exchange(connection: _Connection, request: dict[str, Any]) -> dict[str, Any]:
    body = request["body"].encode()
    connection.putrequest(request["method"], request["target"], skip_host=True, skip_accept_encoding=True)
    for name, value in request["headers"]:
        connection.putheader(name, value.encode())
    if body or request["method"] in ("POST", "PUT", "PATCH"):
        connection.putheader("Content-Length", str(len(body)))
    connection.endheaders(body or None)
    with connection.getresponse() as response:
        connection.has_response = True
        most = request["max_response_bytes"]
        received = response.read(most + 1)
        if len(received) > most:
            return {"failure": "too_large"}
        # An aborted read ends like a complete one, and a read of some bytes does not tell that the others are missing.
        if connection.is_aborted:
            return {"failure": "timeout_in_body"}
        if response.length:
            return {"failure": "cut"}
        headers = [[name, _text(value)] for name, value in response.getheaders()]
        return {"status": response.status, "reason": response.reason, "headers": headers, "body": received.decode(errors="replace")}


def _text(header: str) -> str:
    # http.client reads headers as Latin-1.
    return header.encode("latin-1", "replace").decode(errors="replace")


class _Connection(http.client.HTTPConnection):
    """A connection to one of the addresses of a request."""

    def __init__(self, request: dict[str, Any], ends: float) -> None:
        super().__init__(request["host"], request["port"])
        self.is_aborted = False
        self.has_response = False
        # The base class forgets its socket when a response has no length.
        self._socket: socket.socket | None = None
        self._request = request
        self._ends = ends

    def connect(self) -> None:
        self.sock = self._socket = self._connected()
        self._socket.settimeout(self._left())
        if self._request["is_https"]:
            tls = self._request["tls"]
            name = tls["server_name"] or self._request["host"]
            secure = _context(tls).wrap_socket(self._socket, server_hostname=name, do_handshake_on_connect=False)
            self.sock = self._socket = secure
            secure.do_handshake()

    def abort(self) -> None:
        """End the request from another thread."""
        self.is_aborted = True
        if self._socket is not None:
            try:
                self._socket.shutdown(socket.SHUT_RDWR)
            except OSError:  # It is closed already.
                return

    def _connected(self) -> socket.socket:
        failure: OSError = OSError("there is no address")
        for address in self._request["addresses"]:
            try:
                return socket.create_connection((address, self._request["port"]), self._left())
            except OSError as error:
                failure = error
        raise failure

    def _left(self) -> float:
        left = self._ends - time.monotonic()
        if left <= 0:
            raise socket.timeout("timed out")
        return left


def _context(tls: dict[str, Any]) -> ssl.SSLContext:
    authorities = "\n".join(tls["authorities"])
    context = ssl.create_default_context(cadata=authorities or None)
    if authorities and tls["has_system_authorities"]:
        context.load_default_certs()
    if tls["is_insecure"]:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if tls["certificate"] and tls["key"]:
        _load_identity(context, tls["certificate"] + "\n" + tls["key"])
    return context


def _load_identity(context: ssl.SSLContext, pem: str) -> None:
    # The ssl module reads identities from files only. mkstemp makes one that only this user can read.
    file, path = tempfile.mkstemp()
    try:
        with os.fdopen(file, "w") as stream:
            stream.write(pem)
        context.load_cert_chain(path)
    finally:
        os.unlink(path)
