"""What it costs to find out who calls: CPU per request at the door, by what is shown.

`python bench/door.py` makes a tenant in a temporary home with its own database; nothing else is touched.
"""

import asyncio
import json
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from moe_memorygraph.errors import MemoryGraphError
from moe_memorygraph.memory.values import Tenant, tenant_id_of
from moe_memorygraph.server.app import Loaders
from moe_memorygraph.server.auth.door import Doorkeeper
from moe_memorygraph.server.auth.keys import KeyChecker, new_key, seal_of
from moe_memorygraph.server.auth.tokens import TokenChecker
from moe_memorygraph.server.secret import load_secret
from moe_memorygraph.settings import OAuthIssuer, Settings

ISSUER, AUDIENCE = "https://idp.example.com", "https://mcp.example.com/mcp"
ROUNDS, CALLS = 7, 300


async def cost(call: Callable[[], Awaitable[object]]) -> float:
    """Microseconds of this process's CPU per call, the least of some rounds."""
    best = float("inf")
    for _ in range(ROUNDS):
        begin = time.process_time()
        for _ in range(CALLS):
            with suppress(MemoryGraphError):
                await call()
        best = min(best, (time.process_time() - begin) / CALLS * 1e6)
    return best


def tokens() -> tuple[dict[str, str], Any]:
    keys = {"RS256": rsa.generate_private_key(65537, 2048), "ES256": ec.generate_private_key(ec.SECP256R1())}
    makers: dict[str, Any] = {"RS256": RSAAlgorithm, "ES256": ECAlgorithm}
    listed = [{**json.loads(makers[name].to_jwk(key.public_key())), "kid": name} for name, key in keys.items()]
    claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": "s", "tenant": "acme", "scope": "read", "exp": time.time() + 3600}
    signed = {name: jwt.encode(claims, key, name, headers={"kid": name}) for name, key in keys.items()}

    async def read(_: str) -> Any:
        return {"keys": listed}

    return signed, read


async def main() -> None:
    with tempfile.TemporaryDirectory(prefix="memorygraph-door-") as folder:
        settings = Settings(home=Path(folder), database_url=None)
        async with Loaders().open_store(settings, None) as store:
            tenant_id = tenant_id_of("acme")
            await store.create_tenant(Tenant(tenant_id=tenant_id, key="acme", name="Acme"))
            memory, seal = store.tenant(tenant_id), seal_of(load_secret(settings), settings)
            now = datetime.now(UTC)
            text, kept = new_key(seal, "acme", name="", scopes=("read",), now=now, expires_at=None)
            await memory.keys.add(kept)

            async def the_seal() -> Any:
                return seal

            async def the_memory(_: str) -> Any:
                return memory

            def keys(clock: Callable[[], float]) -> KeyChecker:
                return KeyChecker(the_seal, the_memory, now=lambda: now, clock=clock, notes_use=True)

            signed, read = tokens()
            issuer = OAuthIssuer(url=ISSUER, jwks_url=f"{ISSUER}/keys")
            checker = TokenChecker([issuer], audiences=[AUDIENCE], memory=the_memory, read=read, clock=lambda: 0.0)
            known = Doorkeeper(keys=keys(lambda: 0.0), tokens=checker)
            ticks = iter(range(10**9))
            asking = Doorkeeper(keys=keys(lambda: float(next(ticks))))
            forged = f"{text[:-4]}AAAA"
            for name, call in {
                "nothing, refused": lambda: known.admit(None),
                "a forged key, refused": lambda: known.admit(forged),
                "an API key, known within the second": lambda: known.admit(text),
                "an API key, looked up": lambda: asking.admit(text),
                "an access token, RS256": lambda: known.admit(signed["RS256"]),
                "an access token, ES256": lambda: known.admit(signed["ES256"]),
            }.items():
                print(f"| {name} | {await cost(call):,.0f} |", flush=True)


if __name__ == "__main__":
    asyncio.run(main())
