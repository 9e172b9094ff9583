"""How well texts that give orders to a machine are told from those that people write to a company.

    python bench/orders.py                        # recall on the lists beside this file
    python bench/orders.py tickets.csv faq.jsonl  # and false alarms among real texts, per thousand
    python bench/orders.py --show 5 tickets.csv

PATHS are texts that give no orders: .csv and .jsonl (optionally .gz) of which every text of at least 20 characters is
taken, .json, and .txt or .md by paragraph. Lists: `orders/attacks.txt`, which rules were mended by, `orders/unseen.txt`,
written after the rules and never used to mend them, and `orders/ordinary.txt`, close to attacks and harmless.
"""

import argparse
import csv
import gzip
import json
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from time import process_time
from typing import Any

from moe_memorygraph.llm import signs_of_orders

LISTS = Path(__file__).with_name("orders")
SHORTEST = 20  # characters
MOST = 20_000  # texts of one file, picked with a fixed seed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="*", type=Path)
    parser.add_argument("--show", type=int, default=0, help="print so many false alarms of each file")
    arguments = parser.parse_args()
    for name in ("attacks.txt", "unseen.txt"):
        texts = lines(name)
        found = sum(bool(signs_of_orders(one)) for one in texts)
        print(f"{name}: {found} of {len(texts)} found, recall {found / len(texts):.3f}")
    ordinary = lines("ordinary.txt")
    print(f"ordinary.txt: {sum(bool(signs_of_orders(one)) for one in ordinary)} of {len(ordinary)} flagged")
    for path in arguments.paths:
        report(path, show=arguments.show)


def lines(name: str) -> list[str]:
    r"""The texts of a list, one to a line; `\n` and `\t` in it stand for themselves."""
    text = (LISTS / name).read_text(encoding="utf-8")
    return [one.replace("\\n", "\n").replace("\\t", "\t") for one in text.splitlines() if one.strip()]


def report(path: Path, *, show: int) -> None:
    texts = sorted(set(texts_of(path)))
    if len(texts) > MOST:
        texts = random.Random(1).sample(texts, MOST)
    begin = process_time()
    flagged = [(one, signs) for one in texts if (signs := signs_of_orders(one))]
    took = process_time() - begin
    size = sum(map(len, texts)) / max(len(texts), 1)
    print(
        f"{path.name}: {len(flagged)} of {len(texts)} flagged, {1000 * len(flagged) / max(len(texts), 1):.2f} per thousand; "
        f"{size:.0f} characters and {1e6 * took / max(len(texts), 1):.0f} µs each"
    )
    for text, signs in flagged[:show]:
        print(f"    {', '.join(signs)}: {' '.join(text.split())[:300]}")


def texts_of(path: Path) -> Iterator[str]:
    kind = path.name.removesuffix(".gz").rsplit(".", 1)[-1]
    unpack = gzip.open if path.name.endswith(".gz") else open
    with unpack(path, "rt", encoding="utf-8", errors="replace", newline="") as file:
        match kind:
            case "csv" | "tsv":
                csv.field_size_limit(sys.maxsize)
                for row in csv.reader(file, delimiter="\t" if kind == "tsv" else ","):
                    yield from strings(row)
            case "jsonl":
                for line in file:
                    yield from strings(json.loads(line))
            case "json":
                yield from strings(json.load(file))
            case _:
                yield from strings(file.read().replace("\r\n", "\n").split("\n\n"))


def strings(value: Any) -> Iterator[str]:
    """Every text in a value that is long enough to say something."""
    if isinstance(value, str):
        if len(value) >= SHORTEST:
            yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)


if __name__ == "__main__":
    main()
