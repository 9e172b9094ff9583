"""One tenant's rules of redaction with the keys behind them, for one load or one call."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b

from moe_memorygraph.compliance import Policies, Replaced, written
from moe_memorygraph.compliance.redaction import HASH_DIGITS, digest
from moe_memorygraph.errors import Conflict, NotFound
from moe_memorygraph.memory.ports import TenantMemory
from moe_memorygraph.memory.values import DataKey, ItemKind, Originals
from moe_memorygraph.vault.keys import MasterKeys, TenantKey
from moe_memorygraph.vault.originals import Original, open_originals, seal_originals
from moe_memorygraph.vault.xaes import BoxRefused

__all__ = ["Privacy", "open_privacy", "opened_key", "opened_originals", "opened_token", "rewrap"]

_UNSAVED = 900_000_000
"""Numbers from here on are given where nothing may be written: they tell values apart, and no other text has them."""


@dataclass(slots=True, kw_only=True)
class Privacy:
    """Implements `Substitutes`. Not for several threads at once."""

    policies: Policies = field(default_factory=Policies)
    key: TenantKey | None = None
    keeps_originals: bool = False
    kept_originals: bool = False
    """Whether the vault may hold some from before."""
    may_write: bool = True
    _numbers: dict[tuple[str, bytes], int] = field(default_factory=dict)
    _wanted: dict[tuple[str, bytes], None] = field(default_factory=dict)
    """Values that have no number yet, in the order in which they were met."""

    @property
    def numbers_values(self) -> bool:
        return self.policies.number_values

    @property
    def fingerprint(self) -> str:
        """Names these rules: a text redacted under another fingerprint may have come out otherwise. Empty for the usual ones."""
        said = sorted(self.policies.said.items())
        key = "" if self.key is None else self.key.key_id.hex
        if not said and not key:
            return ""
        return blake2b(repr((said, key, self.keeps_originals)).encode(), digest_size=8).hexdigest()

    def write(self, entity_type: str, value: str) -> str | None:
        """What stands in the place of a value by these rules; None: it stays."""
        return written(self.policies.of(entity_type), entity_type, value, self)

    def hashed(self, entity_type: str, value: str) -> str:
        return digest(self._key().of("hash"), entity_type, value).hex()[:HASH_DIGITS]

    def encrypted(self, entity_type: str, value: str) -> str:
        return self._key().encrypt(entity_type, value)

    def number(self, entity_type: str, value: str) -> int | None:
        one = (entity_type, digest(self._key().of("pseudonym"), entity_type, value))
        number = self._numbers.get(one)
        if number is None:
            self._wanted[one] = None
        return number

    async def number_wanted(self, memory: TenantMemory) -> bool:
        """Learn the numbers of the values met since the last time; whether there were any.

        One statement where all have numbers, two more in a transaction of their own where some are new.
        """
        wanted = list(self._wanted)
        if not wanted:
            return False
        found = await memory.privacy.known_numbers(wanted)
        new = [one for one in wanted if one not in found]
        if new and self.may_write:
            found |= await memory.privacy.number(new)
        elif new:
            found |= {one: _UNSAVED + len(self._numbers) + place for place, one in enumerate(new)}
        self._numbers |= found
        self._wanted.clear()
        return True

    def seal(self, kind: ItemKind, item_id: str, found: Iterable[tuple[str, Replaced]]) -> Originals:
        """The originals of an item, (part, what was replaced), for the vault; none where the tenant keeps none.

        None, which leaves what is kept as it is, for a tenant that never kept any.
        """
        if not self.keeps_originals:
            return () if self.kept_originals else None
        return seal_originals(self._key(), kind, item_id, found)

    def _key(self) -> TenantKey:
        assert self.key is not None  # noqa: S101 - `open_privacy` gives one where a policy needs it
        return self.key


async def open_privacy(
    memory: TenantMemory, masters: MasterKeys, *, now: Callable[[], datetime], may_write: bool = True
) -> Privacy:
    """A tenant's rules as they are now, in one round trip; its key is made where a policy first needs it.

    Raises `PermissionDenied` where the key is needed and no master key opens it, `InvalidArgument` where none is at hand.
    With `may_write=False` nothing is stored, neither keys nor numbers.
    """
    rules = await memory.privacy.rules()
    policies = Policies.said_by(rules.policies)
    held = rules.key
    if held is None and policies.need_key:
        held = await _new_key(memory, masters, now=now) if may_write else masters.new_key(memory.tenant_id, now=now())
    keeps = held is not None and held.keeps_originals
    return Privacy(
        policies=policies,
        key=masters.unwrap(memory.tenant_id, held) if held is not None and (keeps or policies.need_key) else None,
        keeps_originals=keeps,
        kept_originals=rules.key is not None,
        may_write=may_write,
    )


async def _new_key(memory: TenantMemory, masters: MasterKeys, *, now: Callable[[], datetime]) -> DataKey:
    return await memory.privacy.add_key(masters.new_key(memory.tenant_id, now=now()))


async def opened_key(memory: TenantMemory, masters: MasterKeys, *, now: Callable[[], datetime]) -> TenantKey:
    """The tenant's key, made where it has none; raises as `open_privacy`."""
    held = (await memory.privacy.rules()).key or await _new_key(memory, masters, now=now)
    return masters.unwrap(memory.tenant_id, held)


async def rewrap(memory: TenantMemory, masters: MasterKeys) -> bool:
    """Wrap the tenant's key with the master key in use; False where it is, or there is none.

    Raises `PermissionDenied` where no master key at hand opens it, `Conflict` where another process was at it, too.
    """
    held = (await memory.privacy.rules()).key
    if held is None or masters.is_in_use(held):
        return False
    wrapped, master_id = masters.wrap(masters.unwrap(memory.tenant_id, held))
    if not await memory.privacy.rewrap(held, wrapped=wrapped, master_id=master_id):
        raise Conflict("The tenant's key changed meanwhile.", "Run it again.")
    return True


async def opened_token(memory: TenantMemory, masters: MasterKeys, *, entity_type: str, letters: str) -> str:
    """The value behind `<TYPE:aes:letters>`; raises `NotFound` where this tenant's key did not write it."""
    held = (await memory.privacy.rules()).key
    refused = NotFound(
        "The tenant's key opens no such value: another key encrypted it, as another type, or it was changed.",
        "Give it whole, as it stands in the text, with the tenant that it belongs to.",
    )
    if held is None:
        raise refused
    try:
        return masters.unwrap(memory.tenant_id, held).decrypt(entity_type, letters)
    except BoxRefused:
        raise refused from None


async def opened_originals(memory: TenantMemory, masters: MasterKeys, kind: ItemKind, item_id: str) -> list[Original]:
    """What the vault keeps of an item, by type.

    Raises `Conflict` for an entry that was changed or belongs elsewhere, `PermissionDenied` where no master key opens the
    tenant's.
    """
    sealed = await memory.privacy.originals(kind, item_id)
    held = (await memory.privacy.rules()).key
    if not sealed or held is None:
        return []
    try:
        return open_originals(masters.unwrap(memory.tenant_id, held), kind, item_id, sealed)
    except BoxRefused as error:
        raise Conflict(
            "An entry of the vault was changed, cut off or moved here from elsewhere: nothing of it is shown.",
            "Restore the table vault_entry from a backup of the same key, or load the item again.",
        ) from error
