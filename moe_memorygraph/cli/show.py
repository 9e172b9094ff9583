"""An answer for people: text, numbered citations, confidence, the gate's bars, timings."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console, Group
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

__all__ = ["show_answer", "show_gate"]

BAR = 20  # characters of a full bar
STAGES_SHOWN = 8


def show_answer(
    console: Console, question: str, envelope: Mapping[str, Any], decision: Mapping[str, Any], *, timings: bool = True
) -> None:
    """Print one answer. What was quoted from tickets is printed as text, never read as markup."""
    console.print()
    console.print(Text(question, style="bold"))
    style = "yellow" if envelope.get("abstained") else "green"
    confidence = envelope.get("confidence")
    title = "No answer" if envelope.get("abstained") else "Answer"
    if confidence is not None:
        title += f" · confidence {confidence:.2f}"
    console.print(Panel(_answer(envelope), title=title, title_align="left", border_style=style))
    _show_conflicts(console, envelope)
    _show_citations(console, envelope)
    show_gate(console, decision)
    if timings:
        _show_timings(console, envelope)


def _answer(envelope: Mapping[str, Any]) -> Group:
    """The answer's own headings and list items, laid out for a terminal; everything else as it is."""
    parts: list[Text | Table] = []
    for line in str(envelope.get("answer", "")).splitlines():
        if line.startswith("## "):
            parts.append(Text(line.removeprefix("## "), style="bold"))
        elif line.startswith("- "):
            item = Table.grid(padding=(0, 1))
            item.add_row(Text("-"), Text(line.removeprefix("- ")))
            parts.append(item)
        else:
            parts.append(Text(line))
    return Group(*parts)


def _show_conflicts(console: Console, envelope: Mapping[str, Any]) -> None:
    for conflict in envelope.get("conflicts") or []:
        preferred, other = conflict["preferred"], conflict["other"]
        line = Text("Sources disagree: ", style="yellow")
        line.append(
            f"{conflict['predicate'].replace('_', ' ')} is {preferred['object']} ({preferred['source']}) or "
            f"{other['object']} ({other['source']}); {conflict['reason']}",
            style="default",
        )
        console.print(line)


def _show_citations(console: Console, envelope: Mapping[str, Any]) -> None:
    citations = envelope.get("citations") or []
    if not citations:
        return
    console.print(Text("Sources", style="bold"))
    for citation in citations:
        head = Text(f"[{citation['id']}] ", style="cyan")
        head.append(str(citation["title"]), style="default")
        head.append(f"  {citation['uri']}", style="dim")
        console.print(head, soft_wrap=True)
        quote = " ".join(str(citation["quote"]).split())
        shown = quote if len(quote) <= 240 else quote[:239] + "…"
        console.print(Padding(Text(f"“{shown}”", style="italic"), (0, 0, 0, 4)))


def show_gate(console: Console, decision: Mapping[str, Any]) -> None:
    """Which experts ran, with which weight, and why."""
    table = Table(title="Gate", title_justify="left", box=None, pad_edge=False, title_style="bold")
    table.add_column("expert", no_wrap=True)
    table.add_column("weight", no_wrap=True)
    table.add_column("", justify="right", no_wrap=True)
    table.add_column("ran", no_wrap=True)
    table.add_column("why", overflow="fold")
    for expert in decision.get("experts", []):
        weight, selected = float(expert["weight"]), bool(expert["selected"])
        full = round(weight * BAR)
        bar = Text("█" * full, style="green" if selected else "dim")
        bar.append("░" * (BAR - full), style="dim")
        rule = f"rule {expert['rule']}: " if expert.get("rule") else ""
        table.add_row(
            Text(expert["name"], style="default" if selected else "dim"),
            bar,
            f"{weight:.2f}",
            Text("yes" if selected else "no", style="green" if selected else "dim"),
            Text(f"{rule}{expert.get('reason', '')}", style="default" if selected else "dim"),
        )
    console.print(table)


def _show_timings(console: Console, envelope: Mapping[str, Any]) -> None:
    audit = envelope.get("audit") or {}
    stages = {name: took for name, took in (audit.get("stage_ms") or {}).items() if not name.startswith("expert:")}
    slowest = sorted(stages.items(), key=lambda item: -item[1])[:STAGES_SHOWN]
    line = Text(f"{audit.get('latency_ms', 0.0):.0f} ms", style="bold")
    line.append("  " + "  ".join(f"{name} {took:.1f}" for name, took in slowest), style="dim")
    console.print(line)
    if audit.get("degraded"):
        console.print(Text(f"Left out, late or failed: {', '.join(audit['degraded'])}", style="yellow"))
