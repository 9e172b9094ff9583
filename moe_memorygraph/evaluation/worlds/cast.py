"""Who a world is about: the tenant, its customers and the part each plays. Knows no tickets and no questions."""

import random
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import date, timedelta

from moe_memorygraph.evaluation.worlds.names import NamePool
from moe_memorygraph.evaluation.worlds.spellings import Claim
from moe_memorygraph.evaluation.worlds.topics import DOMAINS, TOPICS, Domain, Topic
from moe_memorygraph.evaluation.worlds.values import Company, Quarter, WorldSize
from moe_memorygraph.sample.wording import stream

__all__ = ["QUARTERS", "REASONS", "Cast", "Reason", "draw_cast"]

QUARTERS = 8
"""How many quarters a world's tickets span."""

_TIERS = (
    ("Bronze", "Silver", "Gold"),
    ("Basic", "Growth", "Scale"),
    ("Lite", "Standard", "Premier"),
    ("Solo", "Crew", "Fleet"),
)
_REGIONS = ("Nordics", "Benelux", "Iberia", "Midwest", "Pacific Northwest", "Oceania", "Alps", "Baltics")
_TOWNS = [
    "Arvika",
    "Bergamo",
    "Cork",
    "Delft",
    "Esbjerg",
    "Fargo",
    "Girona",
    "Hobart",
    "Inverness",
    "Jyvaskyla",
    "Kaunas",
    "Leiden",
    "Malaga",
    "Nantes",
]
_MODULES = ["Planner", "Insights", "Connect", "Pocket", "Archive", "Board", "Signals", "Roster"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a customer left: as recorded, as its people write it, and how an answer may say it."""

    recorded: str
    written: tuple[str, ...]
    claim: Claim


REASONS = (
    Reason(
        recorded="no offline work",
        written=(
            "{Our people|Half of our people} {work in cellars|are out of range}, and [product] {does nothing|is useless} without a network",
            "{We asked three times|We have asked since spring} for offline work{ and got no date|}",
        ),
        claim=("offline", "without a network", "out of range"),
    ),
    Reason(
        recorded="price increase at renewal",
        written=(
            "{The new price|Your new price} is [few]0 % higher than {last year|the old one}, {and nobody can explain it|for the same thing}",
            "{The price increase|That increase} {was not agreed|is not in our budget}",
        ),
        claim=("price", "prices", "pricing", "increase", "price increase"),
    ),
    Reason(
        recorded="slow answers from support",
        written=(
            "{We waited|We have waited} [few] weeks for {one answer|a reply} from your support{, again|}",
            "{Nobody answers|Your support answers late or never}, {tickets are closed unread|we are passed around}",
        ),
        claim=("support", "slow answers", "waited", "nobody answers", "late or never", "reply"),
    ),
    Reason(
        recorded="data hosted outside their country",
        written=(
            "{Our regulator|The board} {insists on|demands} hosting in our own country, {which you do not offer|and you host abroad}",
            "{Data must stay|Our data has to stay} in the country{, says our counsel|}, {you could not promise it|yours is hosted abroad}",
        ),
        claim=("hosted", "hosting", "country", "abroad"),
    ),
    Reason(
        recorded="repeated data loss after syncing",
        written=(
            "{[things] were lost|We lost [number] [things]} after syncing{, for the third time|}",
            "{We cannot trust|Nobody here trusts} a system that {loses entries|loses data} {every month|after each sync}",
        ),
        claim=("data loss", "lost", "loses", "syncing", "sync"),
    ),
    Reason(
        recorded="merged with a company that runs its own software",
        written=(
            "{We have merged|After our merger}, and {the new owner|our new parent} {runs|insists on} its own software",
            "{The merger|Since the merger} means {one system for all|we take over their system}",
        ),
        claim=("merged", "merger", "own software", "parent"),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """Everybody and everything that tickets, facts and questions speak of."""

    seed: int
    size: WorldSize
    tenant_name: str
    product: str
    rivals: tuple[str, ...]
    domain: Domain
    tiers: tuple[str, ...]
    style: int  # of category labels
    topics: tuple[Topic, ...]
    modules: tuple[str, ...]
    towns: tuple[str, ...]
    last: Quarter
    companies: tuple[Company, ...]
    roles: dict[str, tuple[int, ...]]
    reasons: dict[str, Reason]  # customer_id to why it left
    owners: tuple[str, ...]
    contacts: tuple[str, ...]
    unknown: tuple[str, ...]  # names of companies that no tenant has
    absent_twins: tuple[str, ...]  # like a stored name, and not stored

    @property
    def first(self) -> Quarter:
        return self.last.plus(1 - QUARTERS)

    @property
    def today(self) -> date:
        """Some days after the last quarter has ended."""
        return self.last.plus(1).first_day + timedelta(days=9)

    def role(self, name: str) -> tuple[Company, ...]:
        return tuple(self.companies[place] for place in self.roles[name])

    def label(self, topic: Topic) -> str:
        return topic.labels[self.style]

    def chance(self, *key: object) -> random.Random:
        return stream(self.seed, "world", *key)

    def details(self, chance: random.Random) -> Callable[[str], str]:
        """What brackets in texts stand for, drawn at each mention."""
        domain = self.domain
        fixed = {
            "product": self.product,
            "thing": domain.thing,
            "things": domain.things,
            "place": domain.place,
            "device": domain.device,
        }
        drawn: dict[str, Callable[[], str]] = {
            "module": lambda: chance.choice(self.modules),
            "town": lambda: chance.choice(self.towns),
            "role": lambda: chance.choice(("site lead", "office manager", "planner", "controller", "head of IT")),
            "number": lambda: str(chance.randint(13, 480)),
            "few": lambda: str(chance.randint(2, 9)),
            "money": lambda: f"${chance.randint(12, 980) * 10:,}",
            "day": lambda: f"{chance.choice(('Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday'))}",
            "clock": lambda: f"{chance.randint(6, 17)}:{chance.randint(10, 59)}",
            "error": lambda: chance.choice(("E-417", "E-902", "KX-11", "P-5003", "R77", "W-0404", "Z-19")),
            "wish": lambda: chance.choice(
                (
                    f"a calendar of {domain.things}",
                    f"copying a {domain.thing} with one tap",
                    "dark colours at night",
                    f"a photo for each {domain.thing}",
                    "reminders by text message",
                    f"comments below a {domain.thing}",
                )
            ),
        }
        return lambda name: fixed[name] if name in fixed else drawn[name]()


def draw_cast(seed: int, size: WorldSize, *, avoid: Collection[str] = ()) -> Cast:
    """The cast of a seed. Deterministic; `size.customers` is at least 22. No company's first word is among `avoid`."""
    chance = stream(seed, "world", "cast")
    pool = NamePool(chance, avoid=avoid)
    product = pool.product()
    last = Quarter(2024, 3).plus(chance.randrange(5))
    topics = tuple(chance.sample(TOPICS, 9))
    roles, named, absent = _names(pool, size.customers)
    tiers = chance.choice(_TIERS)
    companies = [_company(chance, place, names, tiers=tiers, last=last) for place, names in enumerate(named)]
    reasons = dict(zip([*roles["left_recorded"], *roles["left_told"]], chance.sample(REASONS, 3), strict=True))
    _let_leave(companies, roles, reasons, last, chance)
    for place in roles["moved_plan"]:
        companies[place] = replace(companies[place], tier="")  # the billing system tells it, with its history
    for place in roles["at_risk"]:
        companies[place] = replace(companies[place], status="at risk")
    for place in roles["late"]:
        companies[place] = replace(companies[place], since=last.plus(-2).first_day + timedelta(days=17))
    for place in roles["driver"]:
        companies[place] = replace(companies[place], weight=1.6)
    return Cast(
        seed=seed,
        size=size,
        tenant_name=f"{pool.root()} Software",
        product=product,
        rivals=tuple(pool.rival() for _ in range(3)),
        domain=chance.choice(DOMAINS),
        tiers=tiers,
        style=chance.randrange(3),
        topics=topics,
        modules=tuple(chance.sample(_MODULES, 3)),
        towns=tuple(chance.sample(_TOWNS, 8)),
        last=last,
        companies=tuple(companies),
        roles=roles,
        reasons={companies[place].customer_id: reason for place, reason in reasons.items()},
        owners=tuple(pool.person() for _ in range(5)),
        contacts=tuple(pool.person() for _ in range(size.customers + 12)),
        unknown=tuple(pool.company()[0] for _ in range(8)),
        absent_twins=absent,
    )


def _names(
    pool: NamePool, many: int
) -> tuple[dict[str, tuple[int, ...]], list[tuple[str, tuple[str, ...], str]], tuple[str, ...]]:
    """Which place plays which part, the names by place, and look-alike names that stay unused."""
    families = [pool.look_alikes(3) for _ in range(2)]
    named = [one for family in families for one in family[:2]]
    named += [pool.company() for _ in range(many - len(named))]
    parts = {
        "alike": 4,
        "left_recorded": 2,
        "left_told": 1,
        "moved_plan": 2,
        "disputed_plan": 1,
        "disputed_owner": 1,
        "disputed_seats": 1,
        "driver": 1,
        "at_risk": 1,
        "late": 1,
    }
    roles, place = {}, 0
    for part, count in parts.items():
        roles[part] = tuple(range(place, place + count))
        place += count
    roles["plain"] = tuple(range(place, many))
    twins = [one for family in families for one in family[2:]]
    return roles, named, tuple(name for name, _, _ in twins)


def _company(
    chance: random.Random,
    place: int,
    names: tuple[str, tuple[str, ...], str],
    *,
    tiers: tuple[str, ...],
    last: Quarter,
) -> Company:
    name, aliases, industry = names
    begun = last.plus(1 - QUARTERS).first_day - timedelta(days=chance.randint(60, 1800))
    return Company(
        customer_id=f"AC{1000 + place * 7 + chance.randrange(7)}",
        name=name,
        aliases=aliases,
        tier=chance.choice(tiers),
        industry=industry,
        region=chance.choice(_REGIONS),
        worth=chance.randint(60, 2400) * 100,
        status="active",
        since=begun,
        weight=chance.choice((0.5, 0.8, 1.0, 1.2, 1.5)),
    )


def _let_leave(
    companies: list[Company],
    roles: dict[str, tuple[int, ...]],
    reasons: dict[int, Reason],
    last: Quarter,
    chance: random.Random,
) -> None:
    recorded = {place: reasons[place].recorded for place in roles["left_recorded"]}
    for place in reasons:
        gone = last.plus(-chance.randint(0, 2)).first_day + timedelta(days=chance.randint(35, 80))
        companies[place] = replace(
            companies[place], status="churned", churned_at=gone, churn_reason=recorded.get(place, ""), weight=1.2
        )
