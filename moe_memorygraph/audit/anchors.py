"""Heads of chains, kept where who can write to the database cannot: a file, or an address.

A chain that ends too early, or that was made anew as a whole, looks whole by itself; it does not fit its anchors.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit
from urllib.request import url2pathname

import anyio.to_thread
import structlog
from pydantic_core import from_json, to_json

from moe_memorygraph.errors import InvalidArgument, Unavailable
from moe_memorygraph.memory.values import AuditSeal, TenantId

__all__ = ["Anchor", "Anchorage", "open_anchorage", "read_anchors"]

log = structlog.get_logger(__name__)

POST_SECONDS = 10.0
CONTRADICTED = b""
"""Stands for the hash of a seal that was anchored with two: none fits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """One line: how far a tenant's chain went, and when that was written down."""

    tenant_id: TenantId
    number: int
    hash: bytes
    total: int
    at: datetime

    @classmethod
    def of(cls, tenant_id: TenantId, head: AuditSeal, *, now: datetime) -> "Anchor":
        return cls(tenant_id=tenant_id, number=head.number, hash=head.hash, total=head.total, at=now)

    def document(self) -> dict[str, Any]:
        return {
            "tenant": str(self.tenant_id),
            "seal": self.number,
            "hash": self.hash.hex(),
            "entries": self.total,
            "at": self.at.astimezone(UTC).isoformat(timespec="microseconds"),
        }


class Anchorage(Protocol):
    async def put(self, anchors: Sequence[Anchor]) -> None:
        """Keep these, durably. Raises `Unavailable`."""
        ...


def open_anchorage(url: str) -> Anchorage:
    """`file:///…` or `https://…`."""
    parts = urlsplit(url)
    if parts.scheme == "file":
        return _File(Path(url2pathname(parts.path)))
    return _Address(url)


@dataclass(frozen=True, slots=True)
class _File:
    path: Path

    async def put(self, anchors: Sequence[Anchor]) -> None:
        lines = b"".join(to_json(one.document()) + b"\n" for one in anchors)
        try:
            await anyio.to_thread.run_sync(_append, self.path, lines)
        except OSError as error:
            raise Unavailable(
                "The audit trail's anchors cannot be written to their file.", "See MEMORYGRAPH_AUDIT_ANCHOR."
            ) from error


def _append(path: Path, lines: bytes) -> None:
    """In one write, so that lines of several processes do not mix; on the disk when this returns."""
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(handle, lines)
        os.fsync(handle)
    finally:
        os.close(handle)


@dataclass(frozen=True, slots=True)
class _Address:
    url: str

    async def put(self, anchors: Sequence[Anchor]) -> None:
        import httpx2  # takes long to import, and few have an address

        document = {"anchors": [one.document() for one in anchors]}
        try:
            with anyio.fail_after(POST_SECONDS):
                async with httpx2.AsyncClient(follow_redirects=False, timeout=POST_SECONDS) as client:
                    answer = await client.post(self.url, json=document)
        except (httpx2.HTTPError, OSError, TimeoutError) as error:
            raise Unavailable("The audit trail's anchors cannot be sent.", "See MEMORYGRAPH_AUDIT_ANCHOR.") from error
        if not 200 <= answer.status_code < 300:
            raise Unavailable("The audit trail's anchors were not taken.", "See MEMORYGRAPH_AUDIT_ANCHOR.")


def read_anchors(path: Path, tenant_id: TenantId, *, since: datetime | None = None) -> Mapping[int, bytes]:
    """Hashes by number of a tenant's seals that were anchored after `since`: when a tenant of this key was erased.

    Lines are as they are written, or documents as they are sent. Raises `InvalidArgument` for a file that is none.
    """
    found: dict[int, bytes] = {}
    for number, digest, at in _lines(path, str(tenant_id)):
        if since is None or at > since:
            found[number] = digest if found.get(number, digest) == digest else CONTRADICTED
    return found


def _lines(path: Path, tenant: str) -> Iterator[tuple[int, bytes, datetime]]:
    try:
        with path.open("rb") as file:
            for line in file:
                if not line.strip():
                    continue
                document = from_json(line)
                for one in document.get("anchors", [document]):
                    if one["tenant"] == tenant:
                        yield int(one["seal"]), bytes.fromhex(one["hash"]), datetime.fromisoformat(one["at"])
    except FileNotFoundError as error:
        raise InvalidArgument(
            "There is no such file of anchors.", "Check its path; a running server writes the first lines."
        ) from error
    except OSError as error:
        raise InvalidArgument("The file of anchors cannot be read.", "Check its path.") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InvalidArgument(
            "The file of anchors holds a line that is none.", "A line cut short at the end can be deleted."
        ) from error
