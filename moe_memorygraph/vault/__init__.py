"""A tenant's key and what is done with it: originals sealed, values encrypted, hashed and numbered."""

from moe_memorygraph.vault.keys import MasterKeys, TenantKey
from moe_memorygraph.vault.originals import Original
from moe_memorygraph.vault.privacy import Privacy, open_privacy, opened_key, opened_originals, opened_token, rewrap

__all__ = [
    "MasterKeys",
    "Original",
    "Privacy",
    "TenantKey",
    "open_privacy",
    "opened_key",
    "opened_originals",
    "opened_token",
    "rewrap",
]
