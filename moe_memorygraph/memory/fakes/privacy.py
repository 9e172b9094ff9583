"""What a tenant asks of redaction, in memory."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from moe_memorygraph.memory.fakes.state import TenantState
from moe_memorygraph.memory.values import DataKey, ItemKind, PrivacyRules, SealedOriginals

__all__ = ["InMemoryPrivacy"]

Value = tuple[str, bytes]

_PSEUDONYM = re.compile(r"<([A-Z][A-Z_]{1,40})_([0-9]{1,15})>")


class InMemoryPrivacy:
    """Implements `PrivacyMemory`."""

    def __init__(self, state: TenantState, holds: Callable[[ItemKind, str], bool]) -> None:
        """`holds`: whether there is such an item; what was kept of one that is gone is gone with it."""
        self._state = state
        self._holds = holds
        self._policies: dict[str, str] = {}
        self._key: DataKey | None = None
        self._numbers: dict[Value, int] = {}
        self._last: Counter[str] = Counter()

    async def rules(self) -> PrivacyRules:
        return PrivacyRules(policies=dict(self._policies), key=self._key)

    async def set_policy(self, entity_type: str, policy: str) -> None:
        self._state.require()
        self._policies[entity_type] = policy

    async def reset_policies(self, entity_types: Sequence[str] | None = None) -> int:
        gone = [one for one in self._policies if entity_types is None or one in entity_types]
        for one in gone:
            del self._policies[one]
        return len(gone)

    async def add_key(self, key: DataKey) -> DataKey:
        self._state.require()
        if self._key is None:
            self._key = key
        return self._key

    async def rewrap(self, key: DataKey, *, wrapped: bytes, master_id: bytes) -> bool:
        held = self._key
        if held is None or (held.key_id, held.wrapped) != (key.key_id, key.wrapped):
            return False
        self._key = replace(held, wrapped=wrapped, master_id=master_id)
        return True

    async def keep_originals(self, keeps: bool) -> bool:
        if self._key is None:
            return False
        self._key = replace(self._key, keeps_originals=keeps)
        return True

    async def shred(self) -> dict[str, int]:
        gone = {
            "vault_entry": sum((await self.kept()).values()),
            "pseudonym": len(self._numbers),
            "data_key": int(self._key is not None),
        }
        self._state.originals.clear()
        self._numbers.clear()
        self._key = None
        return {table: count for table, count in gone.items() if count}

    async def known_numbers(self, values: Sequence[Value]) -> dict[Value, int]:
        return {one: self._numbers[one] for one in values if one in self._numbers}

    async def number(self, values: Sequence[Value]) -> dict[Value, int]:
        self._state.require()
        for one in values:
            if one not in self._numbers:
                self._last[one[0]] += 1
                self._numbers[one] = self._last[one[0]]
        return {one: self._numbers[one] for one in values}

    async def originals(self, kind: ItemKind, item_id: str) -> list[SealedOriginals]:
        try:
            kept = self._state.originals.get((kind, item_id), ()) if self._holds(kind, item_id) else ()
        except ValueError:  # an id that none of this kind can have
            return []
        return sorted(kept, key=lambda one: one.entity_type)

    async def kept(self) -> dict[str, int]:
        originals = self._state.originals.items()
        kept = Counter(one.entity_type for (kind, key), some in originals if self._holds(kind, key) for one in some)
        return dict(sorted(kept.items()))

    def forget(self, before: Iterable[str], after: Iterable[str]) -> int:
        """Forget the pseudonyms that stood in the texts before and stand in none after; how many."""
        gone = _pseudonyms(before) - _pseudonyms(after)
        kept = {value: number for value, number in self._numbers.items() if (value[0], number) not in gone}
        forgotten = len(self._numbers) - len(kept)
        self._numbers = kept
        return forgotten

    def __len__(self) -> int:
        return len(self._policies) + len(self._numbers) + (self._key is not None) + len(self._state.originals)


def _pseudonyms(texts: Iterable[str]) -> set[tuple[str, int]]:
    return {(kind, int(number)) for text in texts for kind, number in _PSEUDONYM.findall(text)}
