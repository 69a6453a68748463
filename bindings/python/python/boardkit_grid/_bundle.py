"""Options of bundles."""

from __future__ import annotations

import json
from typing import TypedDict

from ._errors import ArgumentError


class _BundleKey(TypedDict):
    algorithm: str
    key: str


class BundleKey(_BundleKey, total=False):
    """A key that verifies bundles: `algorithm`, the one that it verifies, and `key`, a secret for HS* or else PEM."""

    scope: str
    """The scope that what it signs must have. Default: none."""


class _BundleVerification(TypedDict):
    keys: dict[str, BundleKey]


class BundleVerification(_BundleVerification, total=False):
    """What the signature of a bundle must be like: `keys` by their ids; an unsigned bundle is refused."""

    key_id: str
    """The id of the one key that must have signed it. Default: the one that the signature names."""
    scope: str
    """The scope that the signature must have. Default: that of the key, or none."""
    exclude: list[str]
    """Files whose hashes are not looked at, as patterns of Go's `filepath.Match`. They are loaded all the same."""


class BundleOptions(TypedDict, total=False):
    """How a bundle is loaded."""

    name: str
    """The name under which the next version of the bundle replaces this one. Default: `bundle`."""
    verification: BundleVerification
    """With which keys the bundle must be signed. Default: none, and then it may not be signed."""


def options_text(options: BundleOptions) -> str:
    """Return options as the crate reads them, which checks them: JSON under its names."""
    try:
        return json.dumps(options, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise ArgumentError(f"the options of a bundle cannot be read: {error}") from error
