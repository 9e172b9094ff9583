"""How fast personal data is found in the tickets of the sample corpus, and how much of what was planted is found.

    python bench/redaction.py
    python bench/redaction.py --json

One thread; CPU time, so that other work on the machine matters little.
"""

import argparse
import json
import platform
from collections import Counter
from collections.abc import Callable, Sequence
from time import process_time

from moe_memorygraph.compliance import RawText, Redactor
from moe_memorygraph.sample import Ticket, generate_sample

ROUNDS = 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    as_json = parser.parse_args().json
    tickets = generate_sample().tickets
    redactor = Redactor()
    begin = process_time()
    redactor.load()
    load = process_time() - begin
    short = [RawText(" ".join(ticket.body.split()[:12])) for ticket in tickets]
    whole = [RawText(ticket.body) for ticket in tickets]
    figures = {
        "python": platform.python_version(),
        "load_seconds": round(load, 2),
        "short": measured(short, redactor.redact_many),
        "tickets": measured(whole, redactor.redact_many),
        "found": found(tickets, redactor),
    }
    print(json.dumps(figures) if as_json else "\n".join(f"{name}: {value}" for name, value in figures.items()))


def measured(texts: Sequence[RawText], redact: Callable[[Sequence[RawText]], object]) -> dict[str, float]:
    redact(texts[:100])
    best = float("inf")
    for _ in range(ROUNDS):
        begin = process_time()
        redact(texts)
        best = min(best, process_time() - begin)
    return {
        "texts": len(texts),
        "mean_characters": round(sum(map(len, texts)) / len(texts)),
        "texts_per_second": round(len(texts) / best),
        "milliseconds_per_text": round(1000 * best / len(texts), 3),
    }


def found(tickets: Sequence[Ticket], redactor: Redactor) -> dict[str, str]:
    """Planted spans that are wholly covered, by kind."""
    planted: Counter[str] = Counter()
    covered: Counter[str] = Counter()
    for ticket in tickets:
        entities = redactor.find(ticket.body)
        for span in ticket.spans:
            planted[span.kind] += 1
            covered[span.kind] += any(entity.start <= span.start and span.end <= entity.end for entity in entities)
    return {kind: f"{covered[kind]} of {count}" for kind, count in sorted(planted.items())}


if __name__ == "__main__":
    main()
