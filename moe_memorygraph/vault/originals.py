"""What stood in one item before it was redacted, sealed by type: a box opens in its own place only."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from moe_memorygraph.compliance import Replaced
from moe_memorygraph.memory.values import ItemKind, SealedOriginals
from moe_memorygraph.vault.keys import TenantKey
from moe_memorygraph.vault.xaes import open_box, seal_box

__all__ = ["Original", "open_originals", "seal_originals"]

_PURPOSE = "vault"


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """One value that was redacted: where, what stands there now, and what stood there."""

    part: str
    """Which part of the item, for example its body."""
    type: str
    written: str
    value: str = field(repr=False)


def seal_originals(
    key: TenantKey, kind: ItemKind, item_id: str, found: Iterable[tuple[str, Replaced]]
) -> tuple[SealedOriginals, ...]:
    """One box for each type among these (part, what was replaced), in order of the types."""
    by_type: dict[str, list[list[str]]] = {}
    for where, one in found:
        by_type.setdefault(one.type, []).append([where, one.written, one.original])
    secret = key.of(_PURPOSE)
    return tuple(
        SealedOriginals(
            entity_type=entity_type,
            # escapes keep what UTF-8 has no form for
            box=seal_box(secret, json.dumps(values).encode("ascii"), _place(key, kind, item_id, entity_type)),
        )
        for entity_type, values in sorted(by_type.items())
    )


def open_originals(key: TenantKey, kind: ItemKind, item_id: str, sealed: Sequence[SealedOriginals]) -> list[Original]:
    """All that these boxes hold, by type, in the order of the text. Raises `BoxRefused` if any is not as it was sealed."""
    secret = key.of(_PURPOSE)
    return [
        Original(part=where, type=one.entity_type, written=written, value=value)
        for one in sealed
        for where, written, value in json.loads(open_box(secret, one.box, _place(key, kind, item_id, one.entity_type)))
    ]


def _place(key: TenantKey, kind: ItemKind, item_id: str, entity_type: str) -> bytes:
    return b"\0".join((key.tenant_id.bytes, kind.encode(), entity_type.encode(), item_id.encode("utf-8", "replace")))
