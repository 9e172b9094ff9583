"""Questions that a world cannot answer: the right answer is to say so."""

from collections.abc import Iterator
from datetime import timedelta

from moe_memorygraph.evaluation.worlds.asking import Known, Row, row
from moe_memorygraph.evaluation.worlds.cast import QUARTERS

__all__ = ["unanswerable"]

_OFF_TOPIC = (
    "What is the capital of Mongolia?",
    "How do I get red wine out of a carpet?",
    "Who painted the Night Watch?",
    "Write me a limerick about a hedgehog.",
    "What will the weather be like in Lisbon next week?",
    "Which film won the Oscar in 2019?",
    "How many moons does Saturn have?",
    "Can you recommend a restaurant in Porto?",
    "What is the boiling point of ethanol?",
    "Translate good morning into Finnish.",
)
_NEVER_RECORDED = (
    "What salary does {contact} earn?",
    "Where does {contact} live?",
    "When is {contact}'s birthday?",
    "How many children does {owner} have?",
    "What is the headcount of {name}?",
    "Who is the chief executive of {name}?",
    "What rent does {name} pay for its office?",
    "What is the credit rating of {name}?",
    "Which bank does {name} use?",
    "What revenue did {name} report to its shareholders?",
    "Which colour is the logo of {name}?",
    "What is the share price of {name}?",
)
_NO_POLICY = (
    "How many days of parental leave do we grant?",
    "What is our policy on pets in the office?",
    "What hotel rate may we expense on business trips?",
    "May employees work from abroad?",
    "How do we dispose of old batteries?",
    "What is our dress code?",
    "How many vacation days do we have?",
    "What does our travel policy say about business class?",
    "What do we pay for referrals of new employees?",
    "Are we allowed to accept gifts from suppliers?",
)
_OF_ONE = (
    "Why did {} churn?",
    "Which plan is {} on?",
    "How many tickets did {} open last year?",
    "Who owns the account of {}?",
    "Give me a health report for {}.",
    "What does {} complain about?",
    "When does {} renew?",
    "How many seats does {} have?",
    "What is the contract value of {}?",
)


def unanswerable(known: Known) -> Iterator[Row]:
    for group in (_unknown, _look_alike, _other_tenant, _no_data, _off_topic, _never_recorded, _no_policy):
        yield from group(known)


def _unknown(known: Known) -> Iterator[Row]:
    chance = known.cast.chance("unknown")
    names = known.cast.unknown
    for place, (name, asked) in enumerate(zip(names, chance.sample(_OF_ONE, len(names)), strict=True)):
        yield row(chance, "unknown_customer", str(place), asked.format(name), abstain=True)


def _look_alike(known: Known) -> Iterator[Row]:
    """A name that differs in its second word from one that is stored: the stored one's facts are not the answer."""
    chance = known.cast.chance("look alike")
    for place, name in enumerate(known.cast.absent_twins):
        for number, asked in enumerate(chance.sample(_OF_ONE, 4)):
            yield row(chance, "look_alike_unknown", f"{place}-{number}", asked.format(name), abstain=True)


def _other_tenant(known: Known) -> Iterator[Row]:
    if known.neighbour is None:
        return
    chance = known.cast.chance("other tenant")
    theirs = known.neighbour.cast
    for place, company in enumerate(theirs.role("alike")[:2] + theirs.role("plain")[:5]):
        asked = _OF_ONE[(place + chance.randrange(9)) % len(_OF_ONE)].format(company.name)
        seats = known.neighbour.facts.on(company.name, "seats", theirs.today)
        forbid = [seats] if "seats" in asked else []
        yield row(chance, "other_tenant", str(place), asked, forbid=forbid, abstain=True)


def _no_data(known: Known) -> Iterator[Row]:
    cast, chance = known.cast, known.cast.chance("no data")
    early, late, left = cast.first.year - 7, cast.role("late")[0], cast.role("left_told")[0]
    company, topic = chance.choice(cast.role("plain")), chance.choice(cast.topics)
    before = cast.first.plus(1)
    gone = (left.churned_at or cast.today) + timedelta(days=400)
    asked = (
        f"What did {company.name} complain about in {early}?",
        f"What changed in Q2 {early}?",
        f"Why did {topic.said[0]} tickets rise in {early}?",
        f"What problems did {late.name} report in Q{before.number} {before.year}?",
        f"What did {left.name} write to us in {gone:%B %Y}?",
        f"Which {topic.said[0]} complaints did we get in {cast.first.plus(-QUARTERS).year - 5}?",
    )
    for place, question in enumerate(asked):
        yield row(chance, "no_data_in_period", str(place), question, abstain=True)
    given = {"since": f"{early}-01-01", "until": f"{early}-12-31"}
    words = (f"What did customers say about {topic.about}?", f"What {topic.said[0]} problems did customers report?")
    yield row(chance, "no_data_in_period", "given", words, given=given, abstain=True)


def _off_topic(known: Known) -> Iterator[Row]:
    chance = known.cast.chance("off topic")
    for place, asked in enumerate(chance.sample(_OFF_TOPIC, 8)):
        yield row(chance, "off_topic", str(place), asked, abstain=True)


def _never_recorded(known: Known) -> Iterator[Row]:
    chance = known.cast.chance("never recorded")
    plain = known.cast.role("plain")
    for place, asked in enumerate(chance.sample(_NEVER_RECORDED, 10)):
        at = chance.randrange(len(plain))
        words = asked.format(
            contact=known.cast.contacts[known.cast.companies.index(plain[at])],
            owner=chance.choice(known.cast.owners),
            name=plain[at].name,
        )
        yield row(chance, "never_recorded", str(place), words, abstain=True)


def _no_policy(known: Known) -> Iterator[Row]:
    chance = known.cast.chance("no policy")
    for place, asked in enumerate(chance.sample(_NO_POLICY, 8)):
        yield row(chance, "no_policy", str(place), asked, abstain=True)
