"""Patterns from the command line."""

from datetime import UTC, datetime

from moe_memorygraph.cli.shell import DONE, open_app_for, print_json, settings_of_process
from moe_memorygraph.distillation import distill

__all__ = ["distill_tenant"]


async def distill_tenant(tenant: str, *, as_json: bool) -> int:
    async with open_app_for(settings_of_process()) as app:
        memory, trail = await app.memory_for(tenant)
        summary = await distill(memory, await app.embedder(), now=datetime.now(UTC))
        await trail.record("memory.distill", counts={"tickets": summary.tickets, "patterns": summary.patterns})
    if as_json:
        print_json(summary.to_json())
        return DONE
    print(
        f"{summary.tickets:,} tickets, {summary.recounted:,} of them counted anew, {summary.tested:,} tests: "
        f"{summary.patterns:,} patterns kept "
        f"({summary.inserted:,} new, {summary.updated:,} changed, {summary.unchanged:,} as before) "
        f"in {summary.seconds:.1f} s"
    )
    if summary.left_out:
        print(f"{summary.left_out:,} more were found and left out: the weightiest {summary.patterns:,} are kept.")
    return DONE
