"""Taking back what one source, run, key or time brought, from the command line."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from uuid import UUID

from moe_memorygraph.cli.keys import chosen_key
from moe_memorygraph.cli.shell import DONE, open_app_for, print_json, record_act, say, settings_of_process, wrong_usage
from moe_memorygraph.distillation import distill
from moe_memorygraph.errors import MemoryGraphError
from moe_memorygraph.memory.ports import TenantMemory
from moe_memorygraph.memory.retraction import RolledBack, Selection
from moe_memorygraph.memory.standard_predicates import STANDARD

__all__ = ["Rollback"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollback:
    """One `memorygraph rollback`."""

    tenant: str
    source: str | None
    run_id: str | None
    key: str | None
    actor: str | None
    since: str | None
    until: str | None
    dry_run: bool
    as_json: bool

    async def run(self) -> int:
        if self.key is not None and self.actor is not None:
            wrong_usage("--key and --actor both say who wrote. Give one.")
        settings = settings_of_process()
        async with open_app_for(settings) as app:
            memory = await app.memory(self.tenant)
            selection = await self._selection(memory)
            now = datetime.now(UTC)
            catalogue = STANDARD.with_own(await memory.catalogue.all())
            done = await memory.roll_back(selection, now=now, catalogue=catalogue, dry_run=self.dry_run)
            if not self.dry_run:
                counts = {name: count for name, count in asdict(done).items() if count}
                await record_act(settings, await app.store(), memory, "rollback.apply", counts=counts)
                await memory.maintain()
            recounted = None
            if done.tickets and not self.dry_run:
                recounted = (await distill(memory, await app.embedder(), now=now)).to_json()
        if self.as_json:
            print_json({"tenant": self.tenant, "dry_run": self.dry_run, **asdict(done), "patterns": recounted})
        else:
            self._show(done)
        return DONE

    async def _selection(self, memory: TenantMemory) -> Selection:
        actor = self.actor
        if self.key is not None:
            actor = f"key:{chosen_key(await memory.keys.all(), self.key).key_id}"
        try:
            return Selection(
                source=self.source,
                run_id=_run_id(self.run_id),
                actor=actor,
                since=_moment("--since", self.since),
                until=_moment("--until", self.until),
            )
        except MemoryGraphError as error:
            wrong_usage(str(error))

    def _show(self, done: RolledBack) -> None:
        counts = {
            "facts": done.facts,
            "session turns": done.turns,
            "tickets": done.tickets,
            "documents": done.documents,
            "held writes": done.held,
        }
        said = ", ".join(f"{count:,} {name}" for name, count in counts.items() if count) or "nothing"
        print(f"{'Would take' if self.dry_run else 'Took'} back {said}.")
        if done.resettled:
            print(f"{done.resettled:,} facts of others {'would be' if self.dry_run else 'were'} settled anew.")
        if done.tickets or done.documents:
            say("A ticket or document that was replaced by these does not come back: load it again.")


def _run_id(text: str | None) -> UUID | None:
    try:
        return None if text is None else UUID(text)
    except ValueError:
        wrong_usage(f"--run {text!r} is no id of a run.")


def _moment(option: str, text: str | None) -> datetime | None:
    """An ISO 8601 date or time; without a zone: UTC."""
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError):  # the zone may lead out of the calendar
        wrong_usage(f"{option} {text!r} is no ISO 8601 date or time.")
