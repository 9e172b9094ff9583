"""A tenant's topics from the command line: list, set, remove, apply."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import TYPE_CHECKING, Any

import anyio.to_thread

from moe_memorygraph.cli.shell import (
    DONE,
    existing_tenant,
    open_app_for,
    open_store_for,
    print_json,
    print_table,
    progress_bar,
    record_act,
    settings_of_process,
    wrong_usage,
)
from moe_memorygraph.compliance import RawText
from moe_memorygraph.errors import NotFound
from moe_memorygraph.memory.values import OwnTopic
from moe_memorygraph.topics import OTHER, tell_again, topics_of

if TYPE_CHECKING:
    from moe_memorygraph.compliance import Redactor

__all__ = ["ApplyTopics", "SetTopic", "list_topics", "remove_topic"]

LONGEST = {"name": 80, "label": 120, "names": 80, "words": 80, "examples": 500}
"""Characters of each."""
MOST = 200
"""Names, words or examples of one topic."""


async def list_topics(tenant: str, *, as_json: bool) -> int:
    async with open_store_for(settings_of_process()) as store:
        memory = await existing_tenant(store, tenant)
        own = {one.name: one for one in await memory.topics.own()}
        counts = {group.key: group.count for group in await memory.categories()}
    rows: list[dict[str, Any]] = [
        {
            "name": topic.name,
            "category": topic.category,
            "own": topic.name in own,
            "names": list(topic.names),
            "words": list(topic.words),
            "examples": len(topic.examples),
            "tickets": counts.get(topic.category, 0),
        }
        for topic in topics_of(list(own.values()))
    ]
    retired = sorted(one.name for one in own.values() if one.is_retired)
    if as_json:
        print_json({"tenant": tenant, "topics": rows, "retired": retired})
        return DONE
    from rich.table import Table

    table = Table("topic", "category", "own", "called", "examples", "tickets", box=None)
    for row in rows:
        called = ", ".join(row["names"][:4])
        table.add_row(
            row["name"],
            row["category"],
            "yes" if row["own"] else "",
            called,
            str(row["examples"]),
            f"{row['tickets']:,}",
        )
    print_table(table)
    if retired:
        print(f"Retired: {', '.join(retired)}.")
    return DONE


@dataclass(frozen=True, slots=True, kw_only=True)
class SetTopic:
    """One `memorygraph topic set`: what is given is added to what is there."""

    tenant: str
    name: str
    label: str | None = None
    names: Sequence[str] = ()
    words: Sequence[str] = ()
    examples: Sequence[str] = ()
    retired: bool | None = None
    as_json: bool = False

    async def run(self) -> int:
        self._check()
        async with open_app_for(settings_of_process()) as app:
            memory, trail = await app.memory_for(self.tenant)
            redactor = await app.redactor()
            held = {one.name: one for one in await memory.topics.own()}
            topic = await anyio.to_thread.run_sync(self._merged, held.get(self.name), redactor)
            for part in (topic.names, topic.words, topic.examples):
                if len(part) > MOST:
                    wrong_usage(f"A topic has at most {MOST} names, words or examples.")
            await memory.topics.put(topic)
            await trail.record("topic.set", objects=[("topic", self.name)], content=_row(topic))
        if self.as_json:
            print_json({"tenant": self.tenant, "topic": _row(topic)})
        else:
            print(
                f"Topic {self.name} of tenant {self.tenant} is set. `memorygraph topic apply` tells stored tickets by it."
            )
        return DONE

    def _check(self) -> None:
        if not self.name.strip() or self.name == OTHER:
            wrong_usage(f"A topic needs a name, and not {OTHER!r}.")
        if self.label is None and self.retired is None and not (self.names or self.words or self.examples):
            wrong_usage("Give --label, --called, --word, --example, --retire or --restore.")
        given = {
            "name": [self.name],
            "label": [self.label] if self.label is not None else [],
            "names": self.names,
            "words": self.words,
            "examples": self.examples,
        }
        for what, texts in given.items():
            for text in texts:
                if not text.strip() or len(text) > LONGEST[what]:
                    wrong_usage(f"{text[:40]!r} is empty or longer than {LONGEST[what]} characters.")

    def _merged(self, held: OwnTopic | None, redactor: "Redactor") -> OwnTopic:
        known = held or OwnTopic(name=self.name)
        examples = [redactor.redact(RawText(one)).text for one in self.examples]
        return replace(
            known,
            label=self.label if self.label is not None else known.label,
            names=_joined(known.names, self.names),
            words=_joined(known.words, self.words),
            examples=_joined(known.examples, examples),
            is_retired=known.is_retired if self.retired is None else self.retired,
        )


def _joined(held: Sequence[str], given: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*held, *(one.strip() for one in given))))


def _row(topic: OwnTopic) -> dict[str, Any]:
    return {
        "name": topic.name,
        "label": topic.label,
        "names": list(topic.names),
        "words": list(topic.words),
        "examples": list(topic.examples),
        "retired": topic.is_retired,
    }


async def remove_topic(tenant: str, name: str, *, as_json: bool) -> int:
    settings = settings_of_process()
    async with open_store_for(settings) as store:
        memory = await existing_tenant(store, tenant)
        if not await memory.topics.remove(name):
            raise NotFound("The tenant has nothing of this topic.", "See `memorygraph topic list`.")
        await record_act(settings, store, memory, "topic.remove", objects=[("topic", name)])
    if as_json:
        print_json({"tenant": tenant, "removed": name})
    else:
        print(f"Removed what tenant {tenant} had of topic {name}.")
    return DONE


@dataclass(kw_only=True)
class ApplyTopics:
    """One `memorygraph topic apply`; knows how far it came when it is interrupted."""

    tenant: str
    as_json: bool
    _done: int = field(default=0, init=False)

    def progress(self) -> str:
        return f"Interrupted: {self._done:,} tickets were told. Run it again to tell the rest."

    async def run(self) -> int:
        begin = perf_counter()
        async with open_app_for(settings_of_process()) as app:
            memory, trail = await app.memory_for(self.tenant)
            embedder = await app.embedder()
            with progress_bar("Telling topics", total=None, unit="tickets") as tick:

                def on_done(done: int) -> None:
                    self._done = done
                    tick(done, None)

                found = await tell_again(memory, embedder, on_done=on_done)
            await trail.record("topic.apply", counts={"tickets": found.tickets, "changed": found.changed})
        seconds = round(perf_counter() - begin, 3)
        if self.as_json:
            print_json({"tickets": found.tickets, "told": found.told, "changed": found.changed, "seconds": seconds})
        else:
            print(
                f"{found.tickets:,} tickets without a category of the tenant's: {found.told:,} have a topic, "
                f"{found.changed:,} changed, in {seconds:.1f} s"
            )
            if found.changed:
                print(f"Mine patterns anew with `memorygraph distill --tenant {self.tenant}`.")
        return DONE
