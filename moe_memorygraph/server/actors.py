"""What the audit trail calls those who act: never by a name that a credential carries."""

import getpass
import hmac
import os
import re

from moe_memorygraph.server.principal import Principal
from moe_memorygraph.server.secret import ServerSecret

__all__ = ["STRANGER", "actor_of", "own_actor"]

STRANGER = "stranger"
_PRINTABLE = re.compile(r"[!-~]{1,64}")


def own_actor(way: str) -> str:
    """Whoever runs this process, by the account of the operating system: `cli:alice`, `local:uid1000`."""
    try:
        name = getpass.getuser()
    except (OSError, KeyError, ImportError):  # a container without a list of accounts
        name = ""
    return f"{way}:{name}" if _PRINTABLE.fullmatch(name) else f"{way}:uid{os.getuid()}"


def actor_of(principal: Principal, secret: ServerSecret) -> str | None:
    """An API key by its id, the subject of a token by a keyed digest; None for a caller that was pinned."""
    if principal.issuer == "key":
        return f"key:{principal.subject}"
    if not principal.issuer:
        return None
    said = f"{principal.issuer}\0{principal.subject}".encode()
    return f"token:{hmac.digest(secret.key('audit actor'), said, 'sha256')[:16].hex()}"
