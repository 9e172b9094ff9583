"""An authorization server on this machine: real HTTP, real keys; it also signs what no honest one would."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

__all__ = ["AUDIENCE", "LocalIssuer", "local_issuer", "sealed_with", "unsigned"]

AUDIENCE = "https://mcp.example.com/mcp"
HOUR = 3600


@dataclass(slots=True)
class LocalIssuer:
    """`pages` is what it serves by path, `asked` what it was asked for; both may be changed while it runs."""

    port: int
    pages: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    keys: dict[str, Any] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def rotate(self, *kids: str, **more: Mapping[str, Any]) -> None:
        """Have these keys and no others: `rs-…` is RSA, `es-…` a curve, `ed-…` Edwards; `more` is added as it stands."""
        self.keys = {kid: self.keys.get(kid) or _new_key(kid) for kid in kids}
        listed = [{**_public(key), "kid": kid, "use": "sig"} for kid, key in self.keys.items()]
        self.serve("/keys", {"keys": [*listed, *more.values()]})

    def serve(self, path: str, document: Any, status: int = 200) -> None:
        self.pages[path] = (status, json.dumps(document).encode())

    def announce(self, path: str = "/.well-known/oauth-authorization-server", **more: Any) -> None:
        self.serve(path, {"issuer": self.url, "jwks_uri": f"{self.url}/keys", **more})

    def token(
        self, kid: str = "rs-1", *, header: Mapping[str, Any] | None = None, key: Any = None, **claims: Any
    ) -> str:
        """Signed by the key of this name (or by `key`); a claim that is None is left out."""
        signing = key or self.keys[kid]
        algorithm = {"rs": "RS256", "es": "ES256", "ed": "EdDSA"}[kid[:2]]
        said = json.dumps(self.claims(**claims)).encode()  # `jwt.encode` would not say all that we want to
        return jwt.PyJWS().encode(said, signing, algorithm, headers={"kid": kid, **(header or {})})

    def claims(self, **claims: Any) -> dict[str, Any]:
        now = int(time.time())
        said = {
            "iss": self.url,
            "aud": AUDIENCE,
            "sub": "alice",
            "client_id": "agent",
            "tenant": "vendor",
            "scope": "read write openid",
            "iat": now,
            "exp": now + HOUR,
            **claims,
        }
        return {name: value for name, value in said.items() if value is not None}

    def public_pem(self, kid: str = "rs-1") -> bytes:
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        pem: bytes = self.keys[kid].public_key().public_bytes(serialization.Encoding.PEM, form)
        return pem


def _new_key(kid: str) -> Any:
    if kid.startswith("rs-"):
        return rsa.generate_private_key(65537, 1024 if "short" in kid else 2048)
    return ec.generate_private_key(ec.SECP256R1()) if kid.startswith("es-") else ed25519.Ed25519PrivateKey.generate()


def _public(key: Any) -> dict[str, Any]:
    kind = {"RSA": RSAAlgorithm, "Ell": ECAlgorithm, "EC": ECAlgorithm, "Ed2": OKPAlgorithm}
    algorithm: Any = next(one for name, one in kind.items() if type(key).__name__.startswith(name))
    return dict(json.loads(algorithm.to_jwk(key.public_key())))


def _part(document: Mapping[str, Any]) -> bytes:
    return base64.urlsafe_b64encode(json.dumps(document).encode()).rstrip(b"=")


def unsigned(header: Mapping[str, Any], claims: Mapping[str, Any], signature: bytes = b"") -> str:
    """A token of which nobody checks what it is made of."""
    return b".".join((_part(header), _part(claims), base64.urlsafe_b64encode(signature).rstrip(b"="))).decode()


def sealed_with(secret: bytes, header: Mapping[str, Any], claims: Mapping[str, Any]) -> str:
    """HS256 with any secret, a public key in PEM, too."""
    body = b".".join((_part(header), _part(claims)))
    return unsigned(header, claims, hmac.new(secret, body, hashlib.sha256).digest())


@contextmanager
def local_issuer(port: int = 0) -> Iterator[LocalIssuer]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            issuer.asked.append(self.path)
            status, body = issuer.pages.get(self.path, (404, b""))
            self.send_response(status)
            if status in (301, 302):
                self.send_header("Location", body.decode())
                body = b""
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name it has there
            return

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    issuer = LocalIssuer(server.server_port)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield issuer
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
