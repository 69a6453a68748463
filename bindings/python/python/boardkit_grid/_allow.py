"""What policies may reach outside of the process."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TypedDict

from ._errors import ArgumentError


class HttpPermission(TypedDict, total=False):
    """What `http.send` may do. `hosts` is required."""

    hosts: list[str]
    """The hosts of requests, and of the redirects that they follow: names (`api.example.com`), addresses (`10.0.0.5`, `[::1]`), the names
    below a domain (`*.example.com`) or all (`*`); each with `:` and a port, or for all ports. Only a host that is named exactly may have a
    private address."""
    max_response_bytes: int
    """Longest body of a response. Default: 1 MiB."""
    cache_bytes: int
    """Most bytes of responses that are kept between evaluations, for requests with `cache` or `force_cache`. Default: 1 MiB."""
    tls_files: list[str]
    """The files that `tls_ca_cert_file`, `tls_client_cert_file` and `tls_client_key_file` may name. Default: none."""
    tls_variables: list[str]
    """The environment variables that `tls_ca_cert_env_variable` and the like may name. Default: none."""
    insecure_tls: bool
    """Whether a request may set `tls_insecure_skip_verify`. Default: False."""


class LookupPermission(TypedDict):
    """The hosts that `net.lookup_ip_addr` may look up."""

    hosts: list[str]


class Permissions(TypedDict, total=False):
    """What policies may reach outside of the process. The default of each is nothing."""

    http_send: HttpPermission
    lookup_ip_addr: LookupPermission
    runtime: dict[str, Any]
    """The answer of `opa.runtime()`, for example with `config`, `env` and `version`."""


def allow_text(given: Any) -> str:
    """Return the option `allow` as JSON text; the crate checks the fields."""
    if not isinstance(given, Mapping):
        raise ArgumentError(f"the option allow must be a dict; got {type(given).__name__}")
    try:
        return json.dumps(dict(given), allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise ArgumentError(f"the option allow is not a JSON value: {error}") from error
