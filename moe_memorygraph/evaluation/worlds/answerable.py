"""Questions that a world answers, with what a right answer must hold."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from moe_memorygraph.evaluation.worlds.asking import Known, Row, cite, in_quarter, row, short, twice
from moe_memorygraph.evaluation.worlds.plots import events_of, privacy_of
from moe_memorygraph.evaluation.worlds.spellings import MONTHS, Claim, day, money, number
from moe_memorygraph.evaluation.worlds.values import Company, Quarter, quarter_of

__all__ = ["answerable"]


def answerable(known: Known) -> Iterator[Row]:
    for group in (
        _why,
        _what_is,
        _people,
        _as_of,
        _conflicts,
        _sessions,
        _how_many,
        _trends,
        _compare,
        _lists,
        _similar,
        _policies,
        _reports,
        _privacy,
    ):
        yield from group(known)


def _why(known: Known) -> Iterator[Row]:
    asked: Sequence[str]
    cast, chance = known.cast, known.cast.chance("why")
    for company in (*cast.role("left_recorded"), *cast.role("left_told")):
        name = short(chance, company)
        evidence = [*cite(known.tickets.of(f"left:{company.customer_id}")), "plane:semantic"]
        kind = "why" if company.churn_reason else "why_from_tickets"
        asked = (
            f"Why did {name} churn?",
            f"What made {name} leave us?",
            f"For what reason did {name} cancel?",
            f"Why did we lose {name}?",
            f"What drove {name} away?",
            f"What was behind the cancellation of {name}?",
        )
        for place, question in enumerate(chance.sample(asked, 3)):
            reason = cast.reasons[company.customer_id].claim
            yield row(chance, kind, f"{company.customer_id}-{place}", question, reason, cited=evidence)
    left, told = cast.role("left_recorded")[0], cast.role("left_told")[0]
    for company, rival, kind in ((left, cast.rivals[0], "why"), (told, cast.rivals[1], "why_from_tickets")):
        asked = (
            f"Which competitor did {company.name} go to?",
            f"Who did we lose {company.name} to?",
            f"Which vendor did {company.name} switch to?",
        )
        yield row(chance, kind, f"{company.customer_id}-rival", asked, (rival,))
    for company in chance.sample(cast.role("plain"), 2):
        stays: Claim = ("active", "not churned", "has not churned", "did not churn", "no churn", "still a customer")
        asked = (f"Why did {company.name} churn?", f"Why did {company.name} leave us?")
        yield row(chance, "why", f"{company.customer_id}-stays", asked, stays)


_ASKED_FACTS: dict[str, tuple[str, ...]] = {
    "account_owner": (
        "Who owns the account of {}?",
        "Who is the account owner of {}?",
        "Who looks after {} on our side?",
        "Which account manager is responsible for {}?",
        "Who is in charge of the {} account?",
        "Name the owner of the {} account.",
    ),
    "seats": (
        "How many seats does {} have?",
        "How many licences did {} buy?",
        "What is the seat count of {} today?",
        "How many users does {}'s contract cover?",
        "How big is {} in seats?",
        "For how many seats does {} pay?",
    ),
    "contract_value": (
        "What is the contract value of {}?",
        "How much is {}'s contract worth?",
        "What does {} pay us?",
        "How large is the contract with {}?",
        "What is {}'s contract value?",
    ),
    "renewal_date": (
        "When does {} renew?",
        "What is the renewal date of {}?",
        "When is {} up for renewal?",
        "By when does the contract of {} have to be renewed?",
        "Renewal date of {}?",
    ),
    "primary_contact": (
        "Who is our contact at {}?",
        "Who is the primary contact of {}?",
        "Whom do we call at {}?",
        "Name the primary contact at {}.",
    ),
    "data_region": (
        "Where is the data of {} stored?",
        "In which data region is {}?",
        "Where do we host {}?",
        "What is the data region of {}?",
    ),
    "tier": (
        "Which plan is {} on?",
        "What tier does {} have now?",
        "What plan does {} pay for?",
        "What's the tier of {}?",
    ),
    "industry": ("What industry is {} in?", "Which sector does {} work in?", "Industry of {}?"),
    "region": ("In which region is {}?", "Where is {} located?", "What region does {} belong to?"),
    "status": ("What is the status of {}?", "Is {} still a customer, at risk or gone?", "Status of {}?"),
}


def _value(known: Known, company: Company, predicate: str) -> Claim:
    columns: dict[str, Claim] = {
        "tier": (company.tier,),
        "industry": (company.industry,),
        "region": (company.region,),
        "since": day(company.since),
        "status": (company.status,),
    }
    if predicate in columns and (predicate, company.tier) != ("tier", ""):
        return columns[predicate]
    return _spelled(predicate, known.facts.on(company.name, predicate, known.cast.today))


def _spelled(predicate: str, value: str) -> Claim:
    if predicate == "contract_value":
        return money(int(value.strip("$").replace(",", "")))
    return day(date.fromisoformat(value)) if predicate == "renewal_date" else (value,)


def _what_is(known: Known) -> Iterator[Row]:
    cast, chance = known.cast, known.cast.chance("what is")
    alive = [company for company in cast.role("plain") if company.churned_at is None]
    for predicate, asked in _ASKED_FACTS.items():
        for company in chance.sample(alive, 2):
            name = short(chance, company)
            yield row(
                chance,
                "what_is",
                f"{predicate}-{company.customer_id}",
                [phrase.format(name) for phrase in asked],
                _value(known, company, predicate),
                cited=["plane:semantic"],
            )
    for company in cast.role("alike"):  # neither one's facts may stand in for the other's
        (twin,) = _twins(cast.role("alike"), company)
        for predicate in ("seats", "account_owner"):
            value, other = _value(known, company, predicate), _value(known, twin, predicate)
            yield row(
                chance,
                "look_alike_stored",
                f"{predicate}-{company.customer_id}",
                [phrase.format(company.name) for phrase in _ASKED_FACTS[predicate]],
                value,
                forbid=[] if value == other else other,
            )


def _twins(alike: tuple[Company, ...], company: Company) -> list[Company]:
    root = company.name.split()[0]
    return [one for one in alike if one is not company and one.name.split()[0] == root]


def _people(known: Known) -> Iterator[Row]:
    """A person who changed employers: the old one holds no more."""
    asked: Sequence[str]
    chance = known.cast.chance("people")
    for place, move in enumerate(known.facts.moves):
        asked = (
            f"Where does {move.person} work now?",
            f"Who is the employer of {move.person}?",
            f"Which company is {move.person} with today?",
        )
        yield row(
            chance, "superseded", f"employer-{place}", asked, (move.after,), forbid=_employed(move.person, move.before)
        )
    for place, company in enumerate(known.cast.role("moved_plan")):
        before, after = known.facts.history(company.name, "tier")
        asked = [phrase.format(company.name) for phrase in _ASKED_FACTS["tier"]]
        yield row(chance, "superseded", f"plan-{place}", asked, (after.object,), forbid=[before.object])


def _employed(person: str, company: str) -> list[str]:
    """How an answer says now that a person works there; the company's name alone may stand in another sentence."""
    return [
        f"{person} {verb} {company}" for verb in ("is", "is at", "works at", "works for", "is with", "works now at")
    ]


def _as_of(known: Known) -> Iterator[Row]:
    asked: Sequence[str]
    chance = known.cast.chance("as of")
    changed = []
    for company in known.cast.role("plain"):
        for predicate in ("contract_value", "seats", "account_owner"):
            history = known.facts.history(company.name, predicate)
            if len(history) == 2 and company.churned_at is None:
                changed.append((company, predicate, history))
    for place, (company, predicate, (before, after)) in enumerate(chance.sample(changed, min(8, len(changed)))):
        when = before.valid_from + (after.valid_from - before.valid_from) * chance.uniform(0.4, 0.9)
        value = _spelled(predicate, before.object)
        forbid = _spelled(predicate, after.object)[:1]
        name = short(chance, company)
        asked = [phrase.format(name) for phrase in _ASKED_FACTS[predicate] if "today" not in phrase]
        if place % 2:
            month = f"{MONTHS[when.month - 1]} {when.year}"
            past = {
                "contract_value": (f"What was the contract value of {name} as of {month}?",),
                "seats": (f"How many seats did {name} have back in {month}?", f"Seats of {name} as of {month}?"),
                "account_owner": (
                    f"Who owned the account of {name} in {month}?",
                    f"Account owner of {name} as of {month}?",
                ),
            }
            if after.valid_from <= _month_ends(when):
                continue
            yield row(chance, "as_of", f"words-{place}", past[predicate], value, forbid=forbid)
        else:
            given = {"as_of": when.isoformat()}
            yield row(chance, "as_of", f"given-{place}", asked, value, forbid=forbid, given=given)
    for place, move in enumerate(known.facts.moves[:2]):
        given = {"as_of": (move.on - timedelta(days=90)).isoformat()}
        asked = (f"Where does {move.person} work?", f"Who is the employer of {move.person}?")
        yield row(
            chance,
            "as_of",
            f"employer-{place}",
            asked,
            (move.before,),
            forbid=_employed(move.person, move.after),
            given=given,
        )


def _month_ends(when: date) -> date:
    return (when.replace(day=1) + timedelta(days=32)).replace(day=1)


def _conflicts(known: Known) -> Iterator[Row]:
    asked: Sequence[str]
    cast, chance = known.cast, known.cast.chance("conflicts")
    for part, predicate, word in (
        ("disputed_plan", "tier", "plan"),
        ("disputed_owner", "account_owner", "account owner"),
        ("disputed_seats", "seats", "number of seats"),
    ):
        (company,) = cast.role(part)
        values = {one.object for one in known.facts.history(company.name, predicate) if one.valid_to is None}
        values |= {company.tier} if predicate == "tier" else set()
        asked = [phrase.format(company.name) for phrase in _ASKED_FACTS[predicate]]
        asked += [
            f"Do our sources agree on the {word} of {company.name}?",
            f"Is there a contradiction about the {word} of {company.name}?",
        ]
        for place, question in enumerate(chance.sample(asked, 2)):
            yield row(chance, "conflict", f"{predicate}-{place}", question, *((value,) for value in sorted(values)))


def _sessions(known: Known) -> Iterator[Row]:
    """What an assistant said wrongly in the session is no evidence."""
    asked: Sequence[str]
    chance = known.cast.chance("sessions")
    left = known.cast.role("left_recorded")[1]
    owned, planned = known.cast.role("alike")[0], known.cast.role("plain")[1]
    wrong_owner, wrong_plan, wrong_reason = (turn.text for turn in known.turns if turn.role == "assistant")
    for company, predicate, said in ((owned, "account_owner", wrong_owner), (planned, "tier", wrong_plan)):
        claim = _value(known, company, predicate)
        asked = [phrase.format(company.name) for phrase in _ASKED_FACTS[predicate]]
        false = said.rstrip(".").split(" is ")[-1]
        given = {"session_id": f"s-{predicate}"}
        yield row(chance, "false_in_session", predicate, asked, claim, forbid=[false], given=given)
    claim = known.cast.reasons[left.customer_id].claim
    false = wrong_reason.rstrip(".").split(" because of ")[-1]
    asked = (f"Why did {left.name} churn?", f"Why did {left.name} leave?")
    yield row(chance, "false_in_session", "reason", asked, claim, forbid=[false], given={"session_id": "s-reason"})


def _how_many(known: Known) -> Iterator[Row]:
    asked: Sequence[str]
    cast, tickets, chance = known.cast, known.tickets, known.cast.chance("how many")

    def ask(key: str, asked: Sequence[str], count: int) -> Row:
        return row(chance, "how_many", key, asked, number(count))

    for place, topic in enumerate(chance.sample(cast.topics, 5)):
        quarter, said = cast.first.plus(chance.randint(1, 7)), chance.choice(topic.said)
        when = in_quarter(chance, quarter)
        asked = [
            f"How many {said} tickets did we get in {when}?",
            f"Number of {said} tickets in {when}?",
            f"How many tickets about {topic.about} came in during {when}?",
            f"How often did customers write about {topic.about} in {when}?",
        ]
        yield ask(f"topic-{place}", asked, tickets.counted(topic=topic, since=quarter, until=quarter))
    year = cast.last.year - 1 if cast.last.number < 4 else cast.last.year
    first, last = max(cast.first, Quarter(year, 1)), Quarter(year, 4)
    asked = [f"How many tickets did we receive in {year}?", f"Total number of tickets in {year}?"]
    yield ask("year", asked, tickets.counted(since=first, until=last))
    for place, topic in enumerate(chance.sample(cast.topics, 2)):
        asked = [
            f"How many {topic.said[0]} tickets were there in {year}?",
            f'How many tickets of {year} have the category "{cast.label(topic)}"?',
        ]
        yield ask(f"topic-year-{place}", asked, tickets.counted(topic=topic, since=first, until=last))
    for place, company in enumerate(chance.sample(cast.role("plain"), 4)):
        name, quarter = short(chance, company), cast.first.plus(chance.randint(2, 7))
        in_year = [
            f"How many tickets did {name} open in {year}?",
            f"How often did {name} contact us in {year}?",
            f"How many cases came from {name} in {year}?",
        ]
        yield ask(f"customer-{place}", in_year, tickets.counted(company=company, since=first, until=last))
        seen = tickets.counted(company=company, since=quarter, until=quarter)
        if seen:
            when = in_quarter(chance, quarter)
            yield ask(f"customer-quarter-{place}", [f"How many tickets did {name} send in {when}?"], seen)
    driver, topic = cast.role("driver")[0], tickets.rise.topic
    when = in_quarter(chance, tickets.rise.quarter)
    asked = [f"How many {topic.said[0]} tickets did {driver.name} open in {when}?"]
    since = tickets.rise.quarter
    yield ask("driver", asked, tickets.counted(topic=topic, company=driver, since=since, until=since))
    month = tickets.rows[chance.randrange(len(tickets.rows))].created_at
    found = [one for one in tickets.rows if (one.created_at.year, one.created_at.month) == (month.year, month.month)]
    asked = [f"How many tickets came in during {month:%B %Y}?", f"Number of tickets in {month:%B %Y}?"]
    yield ask("month", asked, len(found))


def _trends(known: Known) -> Iterator[Row]:
    asked: Sequence[str]
    cast, tickets, chance = known.cast, known.tickets, known.cast.chance("trends")
    for key, topic, quarter in (
        ("rise", tickets.rise.topic, tickets.rise.quarter),
        ("fall", tickets.fall.topic, tickets.fall.quarter),
        ("steady", tickets.steady, tickets.rise.quarter),
    ):
        before = quarter.plus(-1)
        claims = tuple(number(tickets.counted(topic=topic, since=one, until=one)) for one in (before, quarter))
        said = topic.said[0]
        asked = (
            f"How did {said} tickets develop from Q{before.number} {before.year} to Q{quarter.number} {quarter.year}?",
            f"Did {said} tickets go up or down between Q{before.number} {before.year} and Q{quarter.number} {quarter.year}?",
            f"What happened to {said} tickets in Q{quarter.number} {quarter.year}?",
            f"Are {said} tickets rising or falling in Q{quarter.number} {quarter.year}?",
        )
        for place, question in enumerate(chance.sample(asked, 2)):
            yield row(chance, "trend", f"{key}-{place}", question, *claims)
    quarter, topic = tickets.rise.quarter, tickets.rise.topic
    spelled = (cast.label(topic), *topic.said)
    yield row(chance, "trend", "what-changed", f"What changed in Q{quarter.number} {quarter.year}?", spelled)
    driver = cast.role("driver")[0]
    asked = (
        f"Which customer drove the rise of {topic.said[0]} tickets in Q{quarter.number} {quarter.year}?",
        f"Who is behind the increase of {topic.said[0]} tickets in Q{quarter.number} {quarter.year}?",
    )
    yield row(chance, "trend", "driver", asked, (driver.name, *driver.aliases[:1]))


def _compare(known: Known) -> Iterator[Row]:
    asked: Sequence[str]
    cast, tickets, chance = known.cast, known.tickets, known.cast.chance("compare")
    one, other = chance.sample(cast.role("plain"), 2)
    year = cast.last.year - 1 if cast.last.number < 4 else cast.last.year
    since, until = max(cast.first, Quarter(year, 1)), Quarter(year, 4)
    counts = [number(tickets.counted(company=company, since=since, until=until)) for company in (one, other)]
    asked = (
        f"Compare {one.name} and {other.name} by tickets in {year}.",
        f"Who sent more tickets in {year}, {one.name} or {other.name}?",
    )
    yield row(chance, "compare", "customers", asked, *counts)
    seats = [_value(known, company, "seats") for company in (one, other)]
    asked = (
        f"Who has more seats, {one.name} or {other.name}?",
        f"Compare the seats of {one.name} and {other.name}.",
    )
    yield row(chance, "compare", "seats", asked, *seats)
    later, topic = cast.first.plus(chance.randint(1, 6)), chance.choice(cast.topics)
    earlier = later.plus(-1)
    counts = [number(tickets.counted(topic=topic, since=when, until=when)) for when in (earlier, later)]
    asked = (
        f"Compare {topic.said[0]} tickets in Q{earlier.number} {earlier.year} and Q{later.number} {later.year}.",
        f"{topic.said[0].capitalize()} tickets: Q{later.number} {later.year} versus Q{earlier.number} {earlier.year}?",
    )
    yield row(chance, "compare", "quarters", asked, *counts)
    first, second = chance.sample(cast.topics, 2)
    counts = [number(tickets.counted(topic=each, since=later, until=later)) for each in (first, second)]
    asked = (
        f"Compare {first.said[0]} and {second.said[0]} tickets in Q{later.number} {later.year}.",
        f"Did we get more {first.said[0]} or more {second.said[0]} tickets in Q{later.number} {later.year}?",
    )
    yield row(chance, "compare", "topics", asked, *counts)


def _lists(known: Known) -> Iterator[Row]:
    asked: Sequence[str]
    cast, tickets, chance = known.cast, known.tickets, known.cast.chance("lists")
    for quarter in chance.sample([cast.first.plus(place) for place in range(8)], 8):
        senders = Counter(one.company.name for one in tickets.rows if quarter_of(one.created_at.date()) == quarter)
        (top, most), (_, second) = senders.most_common(2)
        if most > second:
            when = in_quarter(chance, quarter)
            asked = (f"Which customer sent the most tickets in {when}?", f"Who wrote to us most in {when}?")
            yield row(chance, "list", "top-customer", asked, (top, *_aliases(known, top)))
            break
    topics = Counter(one.topic for one in tickets.rows if quarter_of(one.created_at.date()) == cast.last)
    (key, most), (_, second) = topics.most_common(2)
    if most > second:
        (topic,) = (one for one in cast.topics if one.key == key)
        when = f"Q{cast.last.number} {cast.last.year}"
        asked = (f"What are the most frequent topics in {when}?", f"Which category had the most tickets in {when}?")
        yield row(chance, "list", "top-topic", asked, (cast.label(topic), *topic.said))
    lost = [*cast.role("left_recorded"), *cast.role("left_told")]
    asked = ("Which customers have we lost?", "List the customers that churned.", "Name all customers who left us.")
    yield row(chance, "list", "lost", asked, *((one.name, *one.aliases[:1]) for one in lost))
    owner = chance.choice(cast.owners)
    of_owner = [
        one
        for one in cast.companies
        if one.churned_at is None
        and one not in cast.role("disputed_owner")
        and known.facts.on(one.name, "account_owner", cast.today) == owner
    ]
    if 0 < len(of_owner) <= 8:
        asked = (f"Which accounts does {owner} own?", f"List the customers of {owner}.")
        yield row(chance, "list", "of-owner", asked, *((one.name, *one.aliases[:1]) for one in of_owner))
    risky = cast.role("at_risk")[0]
    asked = ("Which customers are at risk?", "Which accounts might we lose?")
    yield row(chance, "list", "at-risk", asked, (risky.name, *risky.aliases[:1]))
    told = tickets.of("at_risk")
    name = short(chance, risky)
    asked = (f"What has {name} warned us about?", f"Why might we lose {name}?", f"Why is {name} at risk?")
    yield row(chance, "list", "warning", asked, ("closing", "alternatives", "vendors", "fourth time"), cited=cite(told))


def _aliases(known: Known, name: str) -> tuple[str, ...]:
    return next(one.aliases[:1] for one in known.cast.companies if one.name == name)


def _similar(known: Known) -> Iterator[Row]:
    chance = known.cast.chance("similar")
    for event, company in events_of(known.cast):
        for place, question in enumerate(twice(chance, event.asked)):
            claim = (*event.claim, company.name, *company.aliases[:1])
            yield row(
                chance, "similar", f"{event.key}-{place}", question, claim, cited=cite(known.tickets.of(event.key))
            )


def _policies(known: Known) -> Iterator[Row]:
    chance = known.cast.chance("policies")
    for policy in known.policies.policies:
        yield row(chance, "policy", policy.key, policy.asked, policy.claim, cited=["plane:knowledge"])


def _reports(known: Known) -> Iterator[Row]:
    asked: Sequence[str]
    cast, chance = known.cast, known.cast.chance("reports")
    parts = (cast.role("at_risk")[0], cast.role("left_recorded")[0], chance.choice(cast.role("plain")))
    for place, company in enumerate(parts):
        asked = (
            f"Give me a health report for {company.name}.",
            f"How is {company.name} doing?",
            f"Account summary of {company.name}, please.",
            f"Brief me on {company.name}.",
        )
        claims: list[Claim] = [(company.status,), (company.tier,)]
        if company.churn_reason:
            claims.append(cast.reasons[company.customer_id].claim)
        yield row(chance, "report", str(place), asked, *claims, cited=["plane:semantic", "plane:vector"])


def _privacy(known: Known) -> Iterator[Row]:
    asked: Sequence[str]
    chance = known.cast.chance("privacy asked")
    for event, company in privacy_of(known.cast):
        cited = cite(known.tickets.of(event.key))
        for place, question in enumerate(twice(chance, event.asked)):
            claim = (*event.claim, company.name, *company.aliases[:1])
            yield row(chance, "compliance", f"{event.key}-{place}", question, claim, cited=cited)
    asked = ("What compliance risks are in our conversations?", "Any privacy incidents in our tickets?")
    spelled = tuple(text for event, _ in privacy_of(known.cast) for text in event.claim)
    yield row(chance, "compliance", "all", asked, spelled)
