"""Options of bundles."""

from __future__ import annotations

import json
from typing import TypedDict

from ._errors import ArgumentError


class _BundleKey(TypedDict):
    algorithm: str
    key: str


class BundleKey(_BundleKey, total=False):
    """A key that verifies bundles: `algorithm`, the only one that it verifies, and `key`, a secret for HS* or else PEM."""

    scope: str
    """The scope that its signatures must have. Default: none."""


class _BundleVerification(TypedDict):
    keys: dict[str, BundleKey]


class BundleVerification(_BundleVerification, total=False):
    """Requirements for the signature of a bundle: `keys` by their ids; an unsigned bundle is refused."""

    key_id: str
    """The id of the key that must have signed it. Default: the key that the signature names."""
    scope: str
    """The scope that the signature must have. Default: the scope of the key, or none."""
    exclude: list[str]
    """Files whose hashes are not checked, as patterns of Go's `filepath.Match`. They are loaded anyway."""


class BundleOptions(TypedDict, total=False):
    """Options of `Engine.load_bundle`."""

    name: str
    """The name under which the next version of the bundle replaces this one. Default: `bundle`."""
    verification: BundleVerification
    """The keys that must have signed the bundle. Default: none; the bundle must then be unsigned."""


def options_text(options: BundleOptions) -> str:
    """Return options as JSON text under the names of the crate, which checks them."""
    try:
        return json.dumps(options, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise ArgumentError(f"the options of a bundle cannot be read: {error}") from error
