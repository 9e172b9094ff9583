"""Nothing is destroyed before the user agrees: asked through the client where it can, confirmed by the call where not."""

from typing import Any

import pytest
from mcp.server.request_state import InvalidRequestState
from mcp.shared.exceptions import MCPError
from mcp.types import ElicitRequestFormParams, ElicitResult, InputRequiredResult

from moe_memorygraph.server.sealing import SecretSeal
from moe_memorygraph.server.secret import ServerSecret
from tests.server.conftest import Serve, Served

NAME = "Acme Corp"


class User:
    """Who sits before the client, and what was asked."""

    def __init__(self, *answers: ElicitResult) -> None:
        self._answers = list(answers)
        self.asked: list[str] = []

    async def __call__(self, context: Any, params: Any) -> ElicitResult:
        assert isinstance(params, ElicitRequestFormParams)
        assert params.requested_schema["required"] == ["agree"]
        self.asked.append(params.message)
        return self._answers.pop(0)


YES = ElicitResult(action="accept", content={"agree": True})
NOT_YES = [
    ElicitResult(action="accept", content={"agree": False}),
    ElicitResult(action="accept", content={}),
    ElicitResult(action="decline"),
    ElicitResult(action="cancel"),
]


async def is_there(served: Served) -> bool:
    customer = await (await served.app.memory("vendor")).customers.get("acme corp/1")
    return customer is not None


async def test_a_customer_is_forgotten_once_the_user_agrees(serve: Serve) -> None:
    user = User(YES)
    async with serve(elicitation=user) as one:
        await one.seed()
        await one.call("query_customer_intel", question="Why did Acme Corp churn?")
        answer = await one.call("forget_customer", customer="acme")
        [question] = user.asked
        assert question == (
            "This erases the customer Acme Corp (acme corp/1), its 12 tickets, and every fact, pattern, session turn "
            "and run that names it. It cannot be undone."
        )
        assert (answer["erased"]["customer"], answer["erased"]["ticket"]) == (1, 12)
        assert answer["erased"]["run"] >= 1
        assert NAME not in str(answer)
        assert not await is_there(one)
        for tool, arguments in (("search_tickets", {"query": "price raised"}), ("get_facts", {"query": "price"})):
            assert NAME not in str((await one.call(tool, **arguments))["items"])
        assert NAME not in await one.read(f"memory://runs/{answer['run_id']}")


@pytest.mark.parametrize("answer", NOT_YES, ids=["no", "nothing", "declined", "cancelled"])
async def test_nothing_happens_if_the_user_does_not_agree_whatever_the_call_says(
    serve: Serve, answer: ElicitResult
) -> None:
    user = User(answer)
    async with serve(elicitation=user) as one:
        await one.seed()
        text = await one.refusal("forget_customer", customer=NAME, confirm=True)
        assert text.startswith("permission_denied: The user did not agree.")
        assert await is_there(one)


async def test_a_client_that_cannot_ask_confirms(served: Served) -> None:
    for arguments in ({}, {"confirm": False}):
        text = await served.refusal("forget_customer", customer=NAME, **arguments)
        assert text.startswith("invalid_argument: This erases the customer Acme Corp (acme corp/1), its 12 tickets")
        assert text.endswith("call again with confirm = true.")
        assert await is_there(served)
    answer = await served.call("forget_customer", customer=NAME, confirm=True)
    assert answer["erased"]["ticket"] == 12
    assert not await is_there(served)


async def test_an_unknown_customer_is_said_to_be_unknown_before_anybody_is_asked(serve: Serve) -> None:
    user = User()
    async with serve(elicitation=user) as one:
        assert (await one.refusal("forget_customer", customer="Nobody")).startswith("not_found: ")
    assert user.asked == []


async def test_an_answer_counts_only_for_what_was_asked(serve: Serve, era: str) -> None:
    if era == "legacy":
        pytest.skip("there the answer comes back by the connection that it was asked on")
    agreed = {"consent": YES}
    async with serve(elicitation=User()) as one:
        await one.seed()
        session = one.client.session

        async def forget(customer: str, **more: Any) -> Any:
            return await session.call_tool("forget_customer", {"customer": customer}, allow_input_required=True, **more)

        unasked = await forget("Globex", input_responses=agreed)
        assert isinstance(unasked, InputRequiredResult)
        for state in ("made up", str(unasked.request_state)[:-4] + "AAAA"):
            with pytest.raises(MCPError, match="Invalid or expired requestState"):
                await forget("Globex", input_responses=agreed, request_state=state)
        with pytest.raises(MCPError, match="Invalid or expired requestState"):  # asked for another customer
            await forget(NAME, input_responses=agreed, request_state=unasked.request_state)
        await one.call(
            "ingest_tickets",
            tickets=[{"ticket_id": "T-200", "customer": "globex", "created_at": "2025-09-02", "body": "One more."}],
        )
        again = await forget("Globex", input_responses=agreed, request_state=unasked.request_state)
        assert isinstance(again, InputRequiredResult), "what would be lost has changed"
        done = await forget("Globex", input_responses=agreed, request_state=again.request_state)
        assert done.structured_content["erased"]["ticket"] == 2


def test_a_seal_of_one_process_opens_in_another_with_the_secret_and_in_no_other() -> None:
    ours, theirs = ServerSecret(b"a" * 32), ServerSecret(b"b" * 32)
    here, there, elsewhere = SecretSeal(lambda: ours), SecretSeal(lambda: ours), SecretSeal(lambda: theirs)
    sealed = here.seal(b"question")
    assert there.unseal(sealed) == b"question"
    with pytest.raises(InvalidRequestState):
        elsewhere.unseal(sealed)


def test_before_the_secret_is_loaded_nothing_opens() -> None:
    held: list[ServerSecret] = []
    seal = SecretSeal(lambda: held[0] if held else None)
    with pytest.raises(InvalidRequestState):
        seal.unseal("v1.x")
    held.append(ServerSecret(b"a" * 32))
    assert seal.unseal(seal.seal(b"question")) == b"question"
