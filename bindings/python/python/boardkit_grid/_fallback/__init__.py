"""The cache in plain Python, for a Python that cannot load the extension.

It behaves as the extension's cache does under the policy lru: the rules are those of the crate grid-cache, and one lock guards each cache.
Another policy, `snapshot` and `restore` raise `ExtensionError`.
"""

from .cache import Cache
from .store import Store

__all__ = ["Cache", "Store"]
