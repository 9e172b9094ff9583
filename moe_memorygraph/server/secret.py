"""The secret that signs cursors and hashes: one per home, alike for every process of it and after every restart."""

import hashlib
import hmac
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from moe_memorygraph.errors import Unavailable
from moe_memorygraph.settings import Settings

__all__ = ["ServerSecret", "earlier_secret", "load_secret"]

SECRET_BYTES = 32
FILE_NAME = "server.key"


@dataclass(frozen=True, slots=True)
class ServerSecret:
    """Keys by purpose, derived from one secret (HMAC-SHA-256), so that none can stand in for another."""

    secret: bytes = field(repr=False)

    def key(self, purpose: str) -> bytes:
        return hmac.new(self.secret, purpose.encode(), hashlib.sha256).digest()


def load_secret(settings: Settings) -> ServerSecret:
    """The secret of this deployment.

    It is made of MEMORYGRAPH_SECRET where that is set. With an external database it is else derived from that database's URL (which holds its password), so that replicas
    that share the database accept each other's cursors; else it is a file in the home folder that only its owner reads.
    """
    if settings.secret is not None:
        return _given(settings.secret.get_secret_value())
    if settings.database_url is not None:
        return _of_database(settings.database_url)
    try:
        return ServerSecret(_read_or_make(settings.home / FILE_NAME))
    except OSError as error:
        raise Unavailable(
            "The server's key in its home folder cannot be read or written.", "Check who owns MEMORYGRAPH_HOME."
        ) from error


def earlier_secret(text: str) -> ServerSecret:
    """What was made of an earlier MEMORYGRAPH_SECRET, or of an earlier database's URL."""
    return _of_database(text) if text.startswith(("postgres://", "postgresql://")) else _given(text)


def _given(text: str) -> ServerSecret:
    return ServerSecret(hmac.new(b"moe-memorygraph given secret", text.encode(), hashlib.sha256).digest())


def _of_database(url: str) -> ServerSecret:
    return ServerSecret(hmac.new(b"moe-memorygraph server secret", url.encode(), hashlib.sha256).digest())


def _read_or_make(path: Path) -> bytes:
    """The file's content; made once, whole or not at all, whichever process comes first."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        try:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(secrets.token_bytes(SECRET_BYTES))
                file.flush()
                os.fsync(file.fileno())
            with suppress(FileExistsError):  # another process was first: its key counts
                os.link(draft, path)
        finally:
            draft.unlink(missing_ok=True)
    content = path.read_bytes()
    if len(content) != SECRET_BYTES:
        raise Unavailable("The server's key in its home folder is damaged.", f"Delete the file {FILE_NAME} there.")
    return content
