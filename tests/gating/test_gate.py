"""The gate: sums that can be read, rules that are named, changes that are solved."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moe_memorygraph.gating import HAND_SET, GateContext, GateInput, decide
from moe_memorygraph.gating.weights import FEATURES

EVIDENCE = ("STMRecall", "LTMRecall", "SemanticQuery", "VectorRetrieve", "KnowledgeRetrieve", "Compliance")
ALL = (*EVIDENCE, "Verifier", "Synthesizer")
CONTEXT = GateContext(evidence_experts=frozenset(EVIDENCE))

unit = st.floats(0, 1, allow_nan=False)
features = st.fixed_dictionaries(dict.fromkeys(FEATURES, unit))
inputs = st.fixed_dictionaries(dict.fromkeys(ALL, features)).map(
    lambda rows: [GateInput(expert=name, features=row) for name, row in rows.items()]
)


@given(inputs)
def test_a_logit_is_the_sum_of_its_contributions_and_the_weight_its_sigmoid(rows: list[GateInput]) -> None:
    for expert in decide(rows, CONTEXT).experts:
        assert expert.logit == sum(expert.contributions.values())
        assert math.isclose(expert.weight, 1 / (1 + math.exp(-expert.logit)), abs_tol=1e-12)
        assert "bias" in expert.contributions


@given(inputs)
def test_a_chosen_expert_never_scores_below_one_left_out_unless_a_rule_is_named(rows: list[GateInput]) -> None:
    free = [expert for expert in decide(rows, CONTEXT).experts if expert.rule is None]
    chosen = [expert.weight for expert in free if expert.selected]
    left = [expert.weight for expert in free if not expert.selected]
    assert not chosen or not left or min(chosen) >= max(left)


@given(inputs)
def test_at_least_one_expert_brings_evidence(rows: list[GateInput]) -> None:
    assert set(decide(rows, CONTEXT).selected) & (set(EVIDENCE) - {"Compliance"})


@given(inputs, st.sampled_from(EVIDENCE[:-1]))
def test_more_similarity_never_makes_an_expert_less_likely(rows: list[GateInput], name: str) -> None:
    lifted = [
        GateInput(expert=row.expert, features={**row.features, "similarity": 1.0}) if row.expert == name else row
        for row in rows
    ]
    assert decide(lifted, CONTEXT).weight_of(name) >= decide(rows, CONTEXT).weight_of(name)


@given(inputs)
def test_the_stated_change_turns_the_decision(rows: list[GateInput]) -> None:
    for row, expert in zip(rows, decide(rows, CONTEXT).experts, strict=True):
        if expert.rule is not None or expert.would_change_if.startswith("no single"):
            continue
        name, _, words = expert.would_change_if.partition(" were ")
        side, value = words.split()[0], float(words.split()[1])
        margin = 0.011  # the sentence rounds to two digits
        turned = min(max(value + (margin if side == "over" else -margin), 0.0), 1.0)
        changed = GateInput(expert=row.expert, features={**row.features, name: turned})
        context = GateContext(evidence_experts=frozenset())  # so that no rule keeps it
        assert decide([changed], context).experts[0].selected is not expert.selected


def test_features_outside_their_range_are_refused() -> None:
    with pytest.raises(ValueError, match="outside"):
        GateInput(expert="LTMRecall", features={"coverage": 1.2})


def row(name: str, **values: float) -> GateInput:
    return GateInput(expert=name, features=values)


STRONG = {"coverage": 1.0, "similarity": 1.0, "kind": 1.0, "estimate": 1.0}


@pytest.mark.parametrize(
    ("expert", "changes", "rule", "selected"),
    [
        ("VectorRetrieve", {"semantic_coverage": 0.9}, "facts_suffice", False),
        ("VectorRetrieve", {"semantic_coverage": 0.9, "wants_verbatim": True}, None, True),
        ("VectorRetrieve", {"open_circuits": frozenset({"VectorRetrieve"})}, "circuit_open", False),
        ("VectorRetrieve", {"requested": frozenset({"LTMRecall"})}, "asked_by_tool", False),
        ("LTMRecall", {"requested": frozenset({"LTMRecall"})}, "asked_by_tool", True),
        ("LTMRecall", {"reads_memory": False}, "asked_by_tool", False),
        ("STMRecall", {"ruled_out": {"STMRecall": "no session"}}, "nothing_to_read", False),
        ("Compliance", {}, "compliance_always", True),
        ("Verifier", {}, "answers_are_checked", True),
        ("Synthesizer", {"composes": False}, "answers_are_checked", False),
    ],
)
def test_rules_override_the_score_and_say_so(
    expert: str, changes: dict[str, object], rule: str | None, selected: bool
) -> None:
    context = GateContext(evidence_experts=frozenset(EVIDENCE), **changes)  # type: ignore[arg-type]  # one field at a time
    found = decide([row(expert, **STRONG), row("SemanticQuery", **STRONG)], context).experts[0]
    assert (found.rule, found.selected) == (rule, selected)


def test_a_rule_leaves_the_score_untouched() -> None:
    free = decide([row("VectorRetrieve", **STRONG)], CONTEXT).experts[0]
    ruled = decide(
        [row("VectorRetrieve", **STRONG)], GateContext(evidence_experts=frozenset(EVIDENCE), semantic_coverage=1.0)
    ).experts[0]
    assert (free.weight, free.contributions) == (ruled.weight, ruled.contributions)


def test_weights_name_only_known_features() -> None:
    for slopes in HAND_SET.slope.values():
        assert set(slopes) <= set(FEATURES)
