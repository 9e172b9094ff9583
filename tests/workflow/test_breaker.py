"""A circuit opens after repeated failures, rests, and is tried again."""

from moe_memorygraph.workflow.breaker import FAILURES_TO_OPEN, REST_SECONDS, Breakers


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def opened() -> tuple[Breakers, Clock]:
    clock = Clock()
    breakers = Breakers(clock)
    for _ in range(FAILURES_TO_OPEN):
        assert not breakers.is_open("X")
        breakers.failed("X")
    return breakers, clock


def test_it_opens_after_failures_in_a_row_and_for_that_expert_only() -> None:
    breakers, _ = opened()
    assert breakers.is_open("X")
    assert not breakers.is_open("Y")


def test_a_success_between_failures_keeps_it_closed() -> None:
    breakers = Breakers(Clock())
    for _ in range(3 * FAILURES_TO_OPEN):
        breakers.failed("X")
        breakers.succeeded("X")
    assert not breakers.is_open("X")


def test_after_its_rest_it_is_tried_and_the_outcome_decides() -> None:
    breakers, clock = opened()
    clock.seconds = REST_SECONDS
    assert not breakers.is_open("X")
    breakers.failed("X")
    assert breakers.is_open("X"), "one failure after the rest is enough"
    clock.seconds = 2 * REST_SECONDS
    assert not breakers.is_open("X")
    breakers.succeeded("X")
    breakers.failed("X")
    assert not breakers.is_open("X"), "a success forgets the failures before it"


def test_asking_changes_nothing() -> None:
    breakers, clock = opened()
    clock.seconds = REST_SECONDS
    assert [breakers.is_open("X") for _ in range(3)] == [False, False, False]
