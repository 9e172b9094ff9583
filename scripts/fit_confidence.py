"""Fit the confidence of answers on judged answers, and write `weights.json`: generated worlds and real texts at once.

usage: python scripts/fit_confidence.py --home DIR --records FILE --worlds 300-319 --held-out 330-335
       --stackfaq PATH --tau2 PATH --off-topic PATH [--known-items PATH] [--again] [--dry-run | --check]

Each world and each set is loaded once into the embedded database of DIR and stays there. Its questions are asked with
nothing withheld; what each answer showed (its signs) and whether it was right is kept in FILE, so that a refit takes
seconds; `--again` asks anew. Of real texts:

- `--stackfaq`: half of the entries each in two tenants. Questions to the other half have no answer there, though they
  are of the same subject.
- `--tau2`: a help centre, of which StackFAQ's questions are asked: another subject.
- `--off-topic`: CLINC150's questions out of scope, of all worlds and of the help centre.
- `--known-items`: first sentences of tickets, of which the ticket is the answer.

`--held-out` worlds and the sample's golden questions are never fitted on, and reported beside. The
file of weights names the sets by hash; `--check` fails unless it is what the records give.
"""

import argparse
import gzip
import json
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread

from moe_memorygraph.cli.demo import TENANT, prepare_demo
from moe_memorygraph.cli.shell import open_app_for, settings_of_process
from moe_memorygraph.cli.suites import read_suite
from moe_memorygraph.cli.trying import load_world
from moe_memorygraph.evaluation import GoldenQuestion, golden_question, read_golden, score_answer
from moe_memorygraph.evaluation.calibrating import Judged, fit_model, logits_out_of_group
from moe_memorygraph.evaluation.provenance import is_sealed, moved_model, seal
from moe_memorygraph.evaluation.reliability import figures_of
from moe_memorygraph.evaluation.suites import Suite
from moe_memorygraph.evaluation.worlds import generate_world
from moe_memorygraph.ingestion.loader import Loader
from moe_memorygraph.memory.values import Tenant, tenant_id_of
from moe_memorygraph.server.app import App
from moe_memorygraph.telemetry import configure_logging
from moe_memorygraph.workflow.confidence import Model, model, read_model
from moe_memorygraph.workflow.values import Ask

WEIGHTS = Path(model.__file__).with_name("weights.json")
SHARES = {"worlds": 1.0, "stackfaq": 1.0, "tau2": 0.1, "off_topic": 1.0, "known_items": 0.25}
"""How much an answer of each counts: real texts are asked in few ways, and keep likeness and rarity honest."""
OFF_TOPIC_EACH = 20
"""Questions out of scope that each tenant is asked."""
KNOWN_ITEMS = 300
EVERY = 3
"""Of StackFAQ's paraphrases one in so many is asked: five ask the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One answer, judged."""

    set: str
    """One of `SHARES`, or "sample"."""
    group: str
    id: str
    kind: str
    hard: bool
    """A hard reason speaks against it; then nothing is learned from it."""
    right: bool
    should_abstain: bool
    signs: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question of a set, and what tells whether the composed answer is right."""

    golden: GoldenQuestion
    is_right: Callable[[Mapping[str, Any]], bool]


def judged_by(golden: GoldenQuestion) -> Question:
    return Question(golden=golden, is_right=lambda found: score_answer(golden, found, resources={}).right)


def cites(name: str, text: str, sources: Sequence[str]) -> Question:
    """One that is answered by any of these documents or tickets, or, where there are none, not at all."""
    golden = golden_question(
        {"id": name, "question": text, "kind": "real", "expect": {"abstain": not sources, "citations_any": []}}
    )

    def is_right(found: Mapping[str, Any]) -> bool:
        cited = found["citations"]
        names = {str(one["source"]) for one in cited} | {str(one["uri"]).rsplit("/", 1)[-1] for one in cited}
        return not names.isdisjoint(sources)

    return Question(golden=golden, is_right=is_right)


async def ask_all(
    app: App, tenant: str, questions: Iterable[Question], *, of: str, group: str
) -> AsyncIterator[Record]:
    memory, workflow = await app.memory(tenant), await app.workflow()
    for one in questions:
        golden = one.golden
        ask = Ask(
            tool="query_customer_intel",
            text=golden.question,
            customer=golden.customer,
            as_of=golden.as_of,
            known_at=golden.known_at,
            since=golden.since,
            until=golden.until,
            session_id=golden.session_id,
        )
        result = await workflow.ask(memory, ask)
        assert result.assessment is not None
        yield Record(
            set=of,
            group=group,
            id=golden.id,
            kind=golden.kind,
            hard=result.assessment.is_hard,
            right=one.is_right(result.envelope),
            should_abstain=golden.expect.abstain,
            signs={name: round(value, 4) for name, value in result.assessment.signs.items()},
        )


async def is_new(app: App, tenant: str) -> bool:
    """Whether the tenant was not there; it is now."""
    store = await app.store()
    if tenant in {one.key for one in await store.list_tenants()}:
        return False
    await store.create_tenant(Tenant(tenant_id=tenant_id_of(tenant), key=tenant, name=tenant))
    return True


async def load_suite(app: App, tenant: str, folder: Path, suite: Suite) -> None:
    if not await is_new(app, tenant):
        return
    loader = Loader(
        store=await app.store(),
        memory=await app.memory(tenant),
        embedder=await app.embedder(),
        redactor=await app.redactor(),
        now=lambda: datetime.now(UTC),
    )
    if suite.tickets:
        await loader.load_tickets(suite.tickets)
        return
    await anyio.to_thread.run_sync(write_documents, folder, suite.documents)
    await loader.load_knowledge(folder)


def write_documents(folder: Path, documents: Mapping[str, str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in documents.items():
        (folder / name).write_text(text, encoding="utf-8")


async def world_records(app: App, home: Path, seed: int, off_topic: Sequence[str]) -> AsyncIterator[Record]:
    world = await anyio.to_thread.run_sync(generate_world, seed)
    key = f"world-{seed}"
    loaded = home / "worlds" / str(seed)
    if not await anyio.Path(loaded / "done").exists():
        await load_world(app, loaded, world)
        await anyio.Path(loaded / "done").touch()
    questions = [judged_by(golden_question(row)) for row in world.questions]
    async for record in ask_all(app, key, questions, of="worlds", group=key):
        yield record
    first = seed * OFF_TOPIC_EACH % max(len(off_topic), 1)
    texts = [*off_topic, *off_topic][first : first + OFF_TOPIC_EACH] if off_topic else []
    foreign = [cites(f"off-topic-{place}", text, ()) for place, text in enumerate(texts)]
    async for record in ask_all(app, key, foreign, of="off_topic", group=key):
        yield record


async def stackfaq_records(app: App, home: Path, suite: Suite) -> AsyncIterator[Record]:
    names = sorted(suite.documents)
    for half in (0, 1):
        key = f"stackfaq-{half}"
        stored = {name: suite.documents[name] for name in names[half::2]}
        await load_suite(app, key, home / key, Suite(name="stackfaq", documents=stored, probes=()))
        questions = [
            cites(f"stackfaq-{place}", probe.text, [name for name in probe.wanted if name in stored])
            for place, probe in enumerate(suite.probes)
        ]
        for place, one in enumerate(questions):  # an entry's paraphrases are in one group
            group = f"stackfaq fold {suite.probes[place].fold}"
            async for record in ask_all(app, key, [one], of="stackfaq", group=group):
                yield record


async def tau2_records(
    app: App, home: Path, suite: Suite, foreign: Suite, off_topic: Sequence[str]
) -> AsyncIterator[Record]:
    await load_suite(app, "tau2", home / "tau2", suite)
    texts = [probe.text for probe in foreign.probes] + list(off_topic)
    questions = [cites(f"tau2-{place}", text, ()) for place, text in enumerate(texts)]
    async for record in ask_all(app, "tau2", questions, of="tau2", group="tau2"):
        yield record


async def known_item_records(app: App, home: Path, suite: Suite) -> AsyncIterator[Record]:
    await load_suite(app, "known-items", home / "known-items", suite)
    probes = [probe for probe in suite.probes if probe.category == "first sentence"][:KNOWN_ITEMS]
    for place, probe in enumerate(probes):
        one = cites(f"known-{place}", probe.text, probe.wanted)
        async for record in ask_all(app, "known-items", [one], of="known_items", group=f"known {probe.fold}"):
            yield record


async def sample_records(app: App, home: Path) -> AsyncIterator[Record]:
    await prepare_demo(app, home / "sample", tell=lambda _: None)
    questions = [judged_by(one) for one in read_golden(home / "sample" / "golden.jsonl")]
    async for record in ask_all(app, TENANT, questions, of="sample", group="sample"):
        yield record


class Records:
    """What was judged, by set or world, kept in a file; only what is not there is asked, of an app opened for it."""

    def __init__(self, path: Path, *, again: bool, open_app: Callable[[], Awaitable[App]]) -> None:
        self._path = path
        self._open_app = open_app
        self._kept: dict[str, list[dict[str, Any]]] = {}
        if path.exists() and not again:
            self._kept = json.loads(path.read_text(encoding="utf-8"))

    async def of(self, name: str, asked: Callable[[App], AsyncIterator[Record]]) -> list[Record]:
        if name not in self._kept:
            self._kept[name] = [asdict(record) async for record in asked(await self._open_app())]
            self._path.write_text(json.dumps(self._kept), encoding="utf-8")
            print(f"{name}: {len(self._kept[name])} answers", file=sys.stderr, flush=True)
        return [Record(**row) for row in self._kept[name]]


async def collect(arguments: argparse.Namespace) -> dict[str, list[Record]]:
    """By "fit", "held out" and "sample"."""
    home: Path = arguments.home
    settings = settings_of_process(home=home, database_url=None, admin_database_url=None, abstain_below=0.0)
    off_topic = read_off_topic(arguments.off_topic) if arguments.off_topic else []
    found: dict[str, list[Record]] = {"fit": [], "held out": [], "sample": []}
    async with AsyncExitStack() as stack:
        opened: list[App] = []

        async def open_app() -> App:
            if not opened:
                opened.append(await stack.enter_async_context(open_app_for(settings)))
            return opened[0]

        records = Records(arguments.records, again=arguments.again, open_app=open_app)
        for part, seeds in (("fit", arguments.worlds), ("held out", arguments.held_out)):
            for seed in seeds:
                found[part] += await records.of(
                    f"world {seed}", lambda app, seed=seed: world_records(app, home, seed, off_topic)
                )
        faq = read_suite("stackfaq", arguments.stackfaq) if arguments.stackfaq else None
        faq = replace(faq, probes=faq.probes[::EVERY]) if faq else None
        if faq:
            found["fit"] += await records.of("stackfaq", lambda app: stackfaq_records(app, home, faq))
        if faq and arguments.tau2:
            centre = read_suite("tau2", arguments.tau2)
            found["fit"] += await records.of("tau2", lambda app: tau2_records(app, home, centre, faq, off_topic))
        if arguments.known_items:
            items = read_suite("known_item", arguments.known_items)
            found["fit"] += await records.of("known_items", lambda app: known_item_records(app, home, items))
        found["sample"] += await records.of("sample", lambda app: sample_records(app, home))
    return found


def read_off_topic(path: Path) -> list[str]:
    """CLINC150's questions that are out of scope, in their order."""
    (file,) = sorted(path.glob("clinc*.jsonl.gz")) if path.is_dir() else [path]
    rows = [json.loads(line) for line in gzip.decompress(file.read_bytes()).decode("utf-8").splitlines()]
    return [row["text"] for row in rows if row["intent"] == "oos"]


def judged(records: Iterable[Record]) -> list[Judged]:
    return [
        Judged(signs=one.signs, right=one.right, group=one.group, weight=SHARES.get(one.set, 1.0))
        for one in records
        if not one.hard
    ]


def report(name: str, records: Sequence[Record], chances: Sequence[float]) -> None:
    """Of all answers that were composed, and of those that have even odds or better; by kind where there are several."""
    right = [one.right for one in records]
    given = [(chance, good) for chance, good in zip(chances, right, strict=True) if chance >= 0.5]
    for what, figures in (
        ("composed", figures_of(chances, right)),
        ("given", figures_of([one for one, _ in given], [good for _, good in given])),
    ):
        row = {
            field: round(value, 4) if isinstance(value, float) else value for field, value in asdict(figures).items()
        }
        print(f"{name}, {what}: {json.dumps(row)}")
    answered_wrongly = Counter(
        one.kind for one, chance in zip(records, chances, strict=True) if chance >= 0.5 and not one.right
    )
    withheld = Counter(one.kind for one, chance in zip(records, chances, strict=True) if chance < 0.5 and one.right)
    print(f"    wrong and given: {dict(answered_wrongly.most_common())}")
    print(f"    right and withheld: {dict(withheld.most_common())}")


def abstention(records: Sequence[Record], fitted: Model) -> None:
    """Precision and recall of abstention over all questions, hard reasons included."""
    abstains = [one.hard or fitted.probability(logit_of(fitted, one)) < 0.5 for one in records]
    should = [one.should_abstain for one in records]
    both = sum(one and other for one, other in zip(abstains, should, strict=True))
    precision, recall = both / max(sum(abstains), 1), both / max(sum(should), 1)
    print(f"    abstention: precision {precision:.4f}, recall {recall:.4f} of {sum(should)}")


def logit_of(fitted: Model, record: Record) -> float:
    return sum(fitted.contributions(record.signs).values())


def document_of(arguments: argparse.Namespace, records: Sequence[Record], fitted: Model) -> dict[str, Any]:
    """The file of weights, sealed: which sets, by what was judged of them, and the model."""
    seeds = f"{arguments.worlds[0]}-{arguments.worlds[-1]}"
    sets = []
    for name, share in SHARES.items():
        rows = [
            (one.group, one.id, one.hard, one.right, sorted(one.signs.items())) for one in records if one.set == name
        ]
        if rows:
            digest = sha256(json.dumps(rows, sort_keys=True).encode()).hexdigest()
            sets.append({"set": name, "answers": len(rows), "share": share, "sha256": digest})
    given = [f"--{option}" for option in ("stackfaq", "tau2", "off_topic", "known_items") if getattr(arguments, option)]
    origin = f"python scripts/fit_confidence.py --worlds {seeds} {' '.join(given).replace('_', '-')}"
    return seal({"origin": origin.strip(), "worlds": seeds, "sets": sets, **fitted.to_json()})


def span(text: str) -> list[int]:
    first, _, last = text.partition("-")
    return list(range(int(first), int(last or first) + 1))


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--records", type=Path, required=True)
    parser.add_argument("--worlds", type=span, required=True, metavar="FIRST-LAST")
    parser.add_argument("--held-out", type=span, default=[], metavar="FIRST-LAST")
    for name in ("stackfaq", "tau2", "off-topic", "known-items"):
        parser.add_argument(f"--{name}", type=Path)
    parser.add_argument("--again", action="store_true", help="ask anew what was asked before")
    parser.add_argument("--out", type=Path, default=WEIGHTS, metavar="FILE")
    parser.add_argument("--dry-run", action="store_true", help="report, and write nothing")
    parser.add_argument("--check", action="store_true", help="write nothing; fail unless the file is what was fitted")
    arguments = parser.parse_args()
    if set(arguments.worlds) & set(arguments.held_out):
        parser.error("worlds that are held out are not fitted on")
    return arguments


def main() -> int:
    arguments = read_arguments()
    configure_logging("ERROR")
    found = anyio.run(collect, arguments)
    learned = [one for one in found["fit"] if not one.hard]
    fitted = read_model(fit_model(judged(learned)).to_json())
    logits = logits_out_of_group(judged(learned))
    for name in SHARES:
        places = [place for place, one in enumerate(learned) if one.set == name]
        if places:
            chances = [fitted.probability(float(logits[place])) for place in places]
            report(f"{name}, out of group", [learned[place] for place in places], chances)
    for part in ("held out", "sample"):
        for name in dict.fromkeys(one.set for one in found[part]):
            of_set = [one for one in found[part] if one.set == name]
            soft = [one for one in of_set if not one.hard]
            report(f"{name}, {part}", soft, [fitted.probability(logit_of(fitted, one)) for one in soft])
            abstention(of_set, fitted)
    for name, weight in sorted(fitted.weights.items()):
        print(f"{name:28s} {weight:+.2f}")
    print("curve", " ".join(f"{logit:+.2f}:{chance:.3f}" for logit, chance in fitted.curve))
    if arguments.dry_run:
        return 0
    document = document_of(arguments, found["fit"], fitted)
    if arguments.check:
        shipped = json.loads(arguments.out.read_text(encoding="utf-8"))
        wrong = "it was changed after it was written." if not is_sealed(shipped) else moved_model(shipped, document)
        print(f"{arguments.out.name}: {wrong or 'what these records give.'}", file=sys.stderr)
        return 1 if wrong else 0
    arguments.out.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
