"""Golden questions from the command line: a table for people, floors for automation."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from moe_memorygraph.cli.shell import (
    DONE,
    FAILED,
    open_app_for,
    print_json,
    progress_bar,
    say,
    settings_of_process,
    wrong_usage,
)
from moe_memorygraph.evaluation import FLOORS, EvalReport, QuestionScore, below_floors, read_golden, summarize
from moe_memorygraph.evaluation.run import evaluate

if TYPE_CHECKING:
    from rich.table import Table

__all__ = ["TABLES", "certainty_tables", "evaluate_file", "misses", "read_floors", "why_wrong", "wrong_row"]

TABLES = frozenset({"by_kind", "reliability", "certainty_by_kind", "abstained_for"})
"""What of a report is no single figure."""


def read_floors(pairs: Sequence[str]) -> dict[str, float]:
    """`FIGURE=VALUE` pairs; wrong usage otherwise."""
    floors: dict[str, float] = {}
    for pair in pairs:
        name, _, value = pair.partition("=")
        try:
            floors[name] = float(value)
        except ValueError:
            wrong_usage(f"--floor {pair!r} is not FIGURE=VALUE.")
        if name not in FLOORS:
            wrong_usage(f"--floor {name!r} is no figure. Use one of: {', '.join(FLOORS)}.")
    return floors


async def evaluate_file(golden: Path, *, tenant: str, floors: Sequence[str], concurrency: int, as_json: bool) -> int:
    wanted = read_floors(floors)
    questions = read_golden(golden)
    async with open_app_for(settings_of_process()) as app:
        memory, workflow = await app.memory(tenant), await app.workflow()
        with progress_bar("Asking", total=len(questions), unit="questions") as tick:
            scores = await evaluate(
                workflow,
                memory,
                questions,
                concurrency=concurrency,
                on_done=lambda done: tick(done, len(questions)),
            )
    report = summarize(scores)
    failures = below_floors(report, wanted)
    if as_json:
        print_json(
            {**report.to_json(), "below_floors": failures, "wrong": [wrong_row(score) for score in misses(scores)]}
        )
    else:
        _show(report, scores)
    for failure in failures:
        say(f"Error: {failure}.")
    return FAILED if failures else DONE


def misses(scores: Sequence[QuestionScore]) -> list[QuestionScore]:
    return [score for score in scores if not score.right or score.citations_supported < score.citations]


def wrong_row(score: QuestionScore) -> dict[str, object]:
    return {
        "id": score.id,
        "kind": score.kind,
        "question": score.question,
        "answer": score.answer,
        "confidence": score.confidence,
        "abstained": score.abstained,
        "should_abstain": score.should_abstain,
        "reason": score.reason,
        "withheld_right": score.withheld_right,
        "claims": f"{score.claims_right}/{score.claims}",
        "missing": list(score.missing),
        "forbidden": list(score.forbidden),
        "citations_supported": f"{score.citations_supported}/{score.citations}",
        "error": score.error,
    }


def _show(report: EvalReport, scores: Sequence[QuestionScore]) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    figures = Table("figure", "value", title=f"{report.questions} golden questions", title_justify="left", box=None)
    for name, value in report.to_json().items():
        if name not in TABLES:
            shown = value[:16] if isinstance(value, str) else "not known" if value is None else f"{value:g}"
            figures.add_row(name.replace("_", " "), shown)
    kinds = Table("kind", "right", "asked", box=None)
    for kind, (right, asked) in report.by_kind.items():
        kinds.add_row(kind, str(right), str(asked))
    console.print(figures, kinds, *certainty_tables(report), sep="\n")
    for score in misses(scores):
        console.print(f"wrong: {score.id} ({score.kind}): {why_wrong(score)}", markup=False, highlight=False)


def certainty_tables(report: EvalReport) -> "list[Table]":
    """What confidence promised and kept, how it tells right from wrong in each kind, and why questions were not answered."""
    from rich.table import Table

    bins = Table("confidence", "answers", "promised", "right", title="reliability", title_justify="left", box=None)
    for one in report.reliability:
        bins.add_row(f"{one.low:.1f} to {one.high:.1f}", str(one.answers), f"{one.confidence:.3f}", f"{one.right:.3f}")
    columns = ("answers", "right", "ece", "auroc", "risk_at_80")
    titles = (name.replace("_", " ") for name in columns)
    kinds = Table("kind", *titles, title="confidence by kind", title_justify="left", box=None)
    for kind, figures in report.certainty_by_kind.items():
        values = [getattr(figures, name) for name in columns]
        kinds.add_row(kind, *("not known" if value is None else f"{value:.4g}" for value in values))
    reasons = Table("abstained for", "rightly", "all", box=None)
    for reason, (rightly, every) in report.abstained_for.items():
        reasons.add_row(reason.replace("_", " "), str(rightly), str(every))
    return [bins, kinds, reasons]


def why_wrong(score: QuestionScore) -> str:
    """What is wrong with an answer, in words."""
    if score.error is not None:
        return f"failed, {score.error}"
    reasons = []
    if score.abstained != score.should_abstain:
        reasons.append("answered, should have abstained" if score.should_abstain else "abstained, should have answered")
    if score.missing and not score.abstained:
        reasons.append(f"misses {', '.join(score.missing)}")
    if score.forbidden:
        reasons.append(f"holds {', '.join(score.forbidden)}")
    if score.citations_supported < score.citations:
        reasons.append(f"{score.citations_supported} of {score.citations} citations hold their quote")
    return "; ".join(reasons)
