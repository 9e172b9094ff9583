"""Golden questions of worlds that are made up for it: each a tenant of its own in a temporary home, which is removed."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, Any

import anyio.to_thread

from moe_memorygraph.cli.demo import SOURCES
from moe_memorygraph.cli.evaluating import TABLES, certainty_tables, misses, read_floors, why_wrong, wrong_row
from moe_memorygraph.cli.loading import load_path
from moe_memorygraph.cli.shell import (
    DONE,
    FAILED,
    HOME,
    open_app_for,
    print_json,
    progress_bar,
    say,
    settings_of_process,
    temporary_folder,
)
from moe_memorygraph.distillation import distill
from moe_memorygraph.errors import InvalidArgument
from moe_memorygraph.evaluation import EvalReport, QuestionScore, below_floors, golden_question, summarize
from moe_memorygraph.evaluation.run import evaluate
from moe_memorygraph.evaluation.worlds import World, WorldSize, generate_world, write_world
from moe_memorygraph.memory.ports import TenantMemory
from moe_memorygraph.memory.uuid7 import uuid7
from moe_memorygraph.memory.values import Tenant, Turn, tenant_id_of

if TYPE_CHECKING:
    from moe_memorygraph.server.app import App

__all__ = ["document_of", "evaluate_worlds", "load_world", "show_worlds", "try_world"]

Scores = Mapping[int, Sequence[QuestionScore]]
"""By seed."""

_NO_FIGURES = frozenset({"digest", "questions", *TABLES})
_LOWER_IS_BETTER = frozenset({"errors", "latency_p50_ms", "latency_p95_ms", "brier", "ece", "risk_at_80"})


async def evaluate_worlds(seeds: Sequence[int], *, floors: Sequence[str], concurrency: int, as_json: bool) -> int:
    wanted = read_floors(floors)
    scores: dict[int, Sequence[QuestionScore]] = {}
    with temporary_folder("eval") as folder:
        settings = settings_of_process(home=folder / HOME, database_url=None, admin_database_url=None)
        async with open_app_for(settings) as app:
            for seed in seeds:
                scores[seed] = await try_world(app, folder / str(seed), seed, concurrency=concurrency)
    reports = {seed: summarize(of_seed) for seed, of_seed in scores.items()}
    failures = [
        f"Seed {seed}: {failure}" for seed, report in reports.items() for failure in below_floors(report, wanted)
    ]
    if as_json:
        print_json(document_of(reports, scores, failures))
    else:
        show_worlds(reports, scores)
    for failure in failures:
        say(f"Error: {failure}.")
    return FAILED if failures else DONE


async def try_world(
    app: "App", folder: Path, seed: int, *, size: WorldSize | None = None, concurrency: int = 1
) -> Sequence[QuestionScore]:
    """Make the world of a seed, load it and its neighbour as tenants, distill, ask all its questions.

    Raises `InvalidArgument` where a row is rejected: then the questions expect what is not stored.
    """
    world = await anyio.to_thread.run_sync(lambda: generate_world(seed, size=size))
    memory = await load_world(app, folder, world)
    questions = [golden_question(row) for row in world.questions]
    with progress_bar(f"Seed {seed}", total=len(questions), unit="questions") as tick:
        return await evaluate(
            await app.workflow(),
            memory,
            questions,
            concurrency=concurrency,
            on_done=lambda done: tick(done, len(questions)),
        )


async def load_world(app: "App", folder: Path, world: World) -> TenantMemory:
    """The tenant `world-SEED` with a world's rows, distilled, and its neighbour beside it.

    Raises `InvalidArgument` where a row is rejected.
    """
    key = f"world-{world.seed}"
    if world.neighbour is not None:
        await _load(app, folder / "neighbour", f"{key}-neighbour", world.neighbour)
    await _load(app, folder / "world", key, world)
    memory = await app.memory(key)
    await distill(memory, await app.embedder(), now=datetime.now(UTC))
    return memory


async def _load(app: "App", folder: Path, key: str, world: World) -> None:
    """A tenant with a world's rows, through the loaders that `ingest` uses, and its sessions."""
    await anyio.to_thread.run_sync(write_world, world, folder)
    store = await app.store()
    await store.create_tenant(Tenant(tenant_id=tenant_id_of(key), key=key, name=world.tenant_name))
    for kind, name in SOURCES:
        summary = await load_path(app, kind, folder / name, tenant=key)
        if summary.rejected:
            raise InvalidArgument(
                f"{summary.rejected} rows of {kind} of seed {world.seed} were rejected.",
                "This is an error of the generator: please report it with the seed.",
            )
    await _remember(app, key, world)


async def _remember(app: "App", key: str, world: World) -> None:
    """What was said in sessions before anything is asked; the order in which it was said is kept."""
    if not world.turns:
        return
    embedder, now = await app.embedder(), datetime.now(UTC)
    vectors = await embedder.embed_passages([turn.text for turn in world.turns])
    turns = [
        Turn(
            turn_id=uuid7(),
            session_id=turn.session_id,
            role=turn.role,
            text=turn.text,
            created_at=now - timedelta(seconds=len(world.turns) - place),
            expires_at=now + timedelta(days=1),
            embedding=vector,
        )
        for place, (turn, vector) in enumerate(zip(world.turns, vectors, strict=True))
    ]
    await (await app.memory(key)).stm.remember(turns)


def _figures(reports: Mapping[int, EvalReport]) -> dict[str, dict[str, Any]]:
    """Each figure with its values by seed, their mean and the worst of them; None where nothing was to be judged."""
    rows = {seed: report.to_json() for seed, report in reports.items()}
    names = [name for name in next(iter(rows.values())) if name not in _NO_FIGURES]
    figures = {}
    for name in names:
        known = [row[name] for row in rows.values() if row[name] is not None]
        worst = max if name in _LOWER_IS_BETTER else min
        figures[name] = {
            "mean": round(fmean(known), 4) if known else None,
            "worst": worst(known) if known else None,
            "by_seed": {str(seed): row[name] for seed, row in rows.items()},
        }
    return figures


def _kinds(reports: Mapping[int, EvalReport]) -> dict[str, dict[str, int]]:
    """Right and asked by kind of question, over all seeds."""
    kinds: dict[str, dict[str, int]] = {}
    for report in reports.values():
        for kind, (right, asked) in report.by_kind.items():
            sums = kinds.setdefault(kind, {"right": 0, "asked": 0})
            sums["right"] += right
            sums["asked"] += asked
    return dict(sorted(kinds.items()))


def document_of(reports: Mapping[int, EvalReport], scores: Scores, failures: Sequence[str]) -> dict[str, Any]:
    """The report of `--json`: figures and kinds over all seeds, then each seed with what was wrong."""
    whole = summarize([score for of_seed in scores.values() for score in of_seed]).to_json()
    return {
        "questions": sum(report.questions for report in reports.values()),
        "figures": _figures(reports),
        "by_kind": _kinds(reports),
        **{name: whole[name] for name in TABLES if name != "by_kind"},
        "seeds": [
            {"seed": seed, **report.to_json(), "wrong": [wrong_row(score) for score in misses(scores[seed])]}
            for seed, report in reports.items()
        ],
        "below_floors": list(failures),
    }


def show_worlds(reports: Mapping[int, EvalReport], scores: Scores) -> None:
    """The same as tables, with a line for each wrong answer."""
    from rich.console import Console
    from rich.table import Table

    console = Console()
    seeds = [str(seed) for seed in reports]
    kinds = Table("kind", *seeds, "all", title="right of asked", title_justify="left", box=None)
    for kind, sums in _kinds(reports).items():
        cells = ["/".join(map(str, report.by_kind.get(kind, (0, 0)))) for report in reports.values()]
        kinds.add_row(kind, *cells, f"{sums['right']}/{sums['asked']}")
    figures = Table("figure", *seeds, "mean", "worst", title="by seed", title_justify="left", box=None)
    for name, row in _figures(reports).items():
        values = [*row["by_seed"].values(), row["mean"], row["worst"]]
        figures.add_row(name.replace("_", " "), *("not known" if value is None else f"{value:g}" for value in values))
    whole = summarize([score for of_seed in scores.values() for score in of_seed])
    console.print(kinds, figures, *certainty_tables(whole), sep="\n")
    for seed, of_seed in scores.items():
        for score in misses(of_seed):
            line = f"wrong: {seed} {score.id}: {score.question} - {why_wrong(score)}"
            console.print(line, markup=False, highlight=False, soft_wrap=True)
