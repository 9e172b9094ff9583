"""A generated world answered by a model that tells the truth in other words, and by one that lies: the first may, the
second may not, and neither costs a right answer."""

import os
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import pytest

from moe_memorygraph.cli.trying import try_world
from moe_memorygraph.compliance import Redactor
from moe_memorygraph.embedding import Embedder
from moe_memorygraph.evaluation import QuestionScore, summarize
from moe_memorygraph.evaluation.worlds import WorldSize
from moe_memorygraph.server.app import Loaders, open_app
from moe_memorygraph.settings import Settings, load_settings
from moe_memorygraph.workflow.engine import Workflow
from tests.workflow.parrots import Parrot, falsify, rephrase

SMALL = WorldSize(customers=22, tickets=150, questions=60)
SEED = 6
LATE = 1
"""Questions for which an expert may be too late on a busy machine, which no model is to blame for."""


def build(model: Parrot | None, settings: Settings, embedder: Embedder, redactor: Redactor) -> Workflow:
    return Workflow(settings=settings, embedder=embedder, redactor=redactor, model=model)


async def answers(folder: Path, model: Parrot | None) -> Sequence[QuestionScore]:
    settings = load_settings(home=folder / "home", database_url=None, admin_database_url=None)
    async with open_app(settings, loaders=Loaders(workflow=partial(build, model))) as app:
        return await try_world(app, folder / f"world-{os.urandom(4).hex()}", SEED, size=SMALL, concurrency=2)


@pytest.mark.postgres
async def test_truths_stand_lies_do_not_and_right_answers_stay_right(tmp_path: Path) -> None:
    by_rules = await answers(tmp_path, None)
    confidences = {score.question: score.confidence for score in by_rules}
    for write, least, most in ((rephrase, 0.9, 1.0), (falsify, 0.0, 0.005)):
        parrot = Parrot(write)
        scores = await answers(tmp_path, parrot)
        shown = {score.question: score.answer for score in scores}
        standing = [one for one in parrot.written if one[1].rstrip(".") in shown.get(one[0], "")]
        assert {question for question, _ in parrot.written} <= shown.keys()
        assert len(parrot.written) > 40
        share = len(standing) / len(parrot.written)
        assert least <= share <= most, (share, standing[:9] if most < 1 else set(parrot.written) - set(standing))
        report = summarize(scores)
        assert report.errors == 0
        assert report.citations_supported == 1.0
        assert report.right >= summarize(by_rules).right - LATE / 60, [x.question for x in scores if not x.right]
        others = [score.question for score in scores if score.confidence != confidences[score.question]]
        assert len(others) <= LATE, others  # confidence is not the model's
