"""The twelve documents of a world, with parameters drawn anew, and the questions that they answer."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from moe_memorygraph.evaluation.worlds.spellings import Claim, day, money, percent, plural

__all__ = ["Policies", "Policy", "draw_policies"]


_Add = Callable[..., None]
"""Given a file name, its text and the questions that it answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """One parameter of a document: its key, the phrasings of the question, what the answer must hold."""

    key: str
    asked: tuple[str, ...]
    claim: Claim


@dataclass(frozen=True, slots=True, kw_only=True)
class Policies:
    documents: dict[str, str]
    policies: tuple[Policy, ...]


def draw_policies(chance: random.Random, *, product: str, tiers: tuple[str, ...], device: str, today: date) -> Policies:
    """All documents of one world. `tiers`: three names of plans, cheapest first."""
    documents: dict[str, str] = {}
    policies: list[Policy] = []

    def add(name: str, text: str, *asked: Policy) -> None:
        documents[name] = text
        policies.extend(asked)

    _money_rules(chance, add, device)
    _plans(chance, add, product, tiers)
    _promises(chance, add)
    _safety(chance, add, product, tiers)
    _people(chance, add)
    _history(chance, add, product, today)
    return Policies(documents=documents, policies=tuple(policies))


def _ask(key: str, claim: Claim, *asked: str) -> Policy:
    return Policy(key=key, asked=asked, claim=claim)


def _money_rules(chance: random.Random, add: _Add, device: str) -> None:
    window, limit = chance.choice((12, 18, 21, 25, 40, 50)), chance.choice((800, 1500, 2500, 4000, 6000))
    approver, wait = chance.choice(("controller", "head of support", "sales director")), chance.choice((3, 6, 8, 11))
    add(
        "refunds-and-credits.md",
        f"""# Refunds and credits

## Window

A customer may ask for a refund of a licence within {window} days of the invoice date. Later requests become a credit.

## Approval

Support agents approve refunds up to {money(limit)[0]} on their own. Anything above needs the {approver}.

## Payment

An approved refund is paid out within {wait} business days to the account that paid.
""",
        _ask(
            "refund-window",
            plural(window, "day"),
            "How long after the invoice can a customer still ask for a refund?",
            "What is our refund window?",
            "Within how many days do we refund a licence?",
        ),
        _ask(
            "refund-approver",
            (approver,),
            f"Who has to approve a refund of {money(limit * 2)[0]}?",
            f"A customer wants {money(limit * 2)[0]} back. Whose approval do we need?",
        ),
        _ask(
            "refund-payout",
            plural(wait, "business day") + plural(wait, "day"),
            "How quickly is an approved refund paid out?",
            "Once approved, how many business days until the refund is with the customer?",
        ),
    )
    fee, grace = chance.choice((15, 35, 45, 60)), chance.choice((9, 16, 20, 28))
    add(
        "late-payment.md",
        f"""# Late payment

Invoices are due {grace} days after they are issued. The first reminder costs nothing; the second adds a fee of {money(fee)[0]}.
After the third reminder the workspace can be read but not changed.
""",
        _ask(
            "payment-term",
            plural(grace, "day"),
            "How many days do customers have to pay an invoice?",
            "When is an invoice due?",
        ),
        _ask(
            "late-fee",
            money(fee),
            "What fee do we add with the second payment reminder?",
            "How much is the late payment fee?",
        ),
    )
    returns, restock = chance.choice((10, 15, 20, 35)), chance.choice((5, 8, 12, 18))
    add(
        "hardware-returns.md",
        f"""# Returning hardware

A {device} can be sent back within {returns} days of delivery if it is complete. We keep a restocking charge of {restock} %.
A {device} that fails within 24 months is replaced free of charge.
""",
        _ask(
            "return-window",
            plural(returns, "day"),
            f"Until when can a customer send back a {device}?",
            f"What's the return period for a {device}?",
        ),
        _ask(
            "restocking",
            percent(restock),
            "How high is the restocking charge on returned hardware?",
            f"What do we keep when a {device} is returned?",
        ),
    )


def _plans(chance: random.Random, add: _Add, product: str, tiers: tuple[str, ...]) -> None:
    prices = sorted(chance.sample(range(7, 95), 3))
    storage = sorted(chance.sample((20, 60, 150, 400, 900, 2000), 3))
    sso_from, minimum = chance.choice((1, 2)), chance.choice((3, 4, 6, 8))
    rows = "\n".join(
        f"| {tier} | {money(price)[0]} | {gigabytes} GB | {'yes' if place >= sso_from else 'no'} |"
        for place, (tier, price, gigabytes) in enumerate(zip(tiers, prices, storage, strict=True))
    )
    asked = chance.randrange(3)
    add(
        "plans-and-prices.md",
        f"""# Plans and prices of {product}

| plan | per user and month | storage | single sign-on |
| --- | --- | --- | --- |
{rows}

Every plan starts at {minimum} users. Single sign-on begins with the {tiers[sso_from]} plan.
""",
        _ask(
            "plan-price",
            money(prices[asked]),
            f"What does the {tiers[asked]} plan cost per user?",
            f"How much do we charge per user and month on {tiers[asked]}?",
        ),
        _ask(
            "plan-storage",
            (f"{storage[asked]} GB",),
            f"How much storage comes with the {tiers[asked]} plan?",
            f"What is the storage allowance on {tiers[asked]}?",
        ),
        _ask(
            "plan-sso",
            (tiers[sso_from],),
            "From which plan on is single sign-on included?",
            "What is the cheapest plan with SSO?",
        ),
        _ask(
            "plan-minimum",
            (f"{minimum} users", str(minimum)),
            "With how many users does every plan start?",
            "What is the minimum number of users on a plan?",
        ),
    )
    limits = sorted(chance.sample((40, 75, 90, 180, 250, 500, 800), 3))
    add(
        "api-limits.md",
        "# API limits\n\nCalls per minute and key: "
        + ", ".join(f"{limit} on {tier}" for tier, limit in zip(tiers, limits, strict=True))
        + ". Above it the answer is 429.\n",
        _ask(
            "api-limit",
            (str(limits[asked]),),
            f"What is the API limit on the {tiers[asked]} plan?",
            f"How many API calls per minute may a {tiers[asked]} customer make?",
        ),
    )


def _promises(chance: random.Random, add: _Add) -> None:
    uptime = chance.choice(("99.5", "99.8", "99.93", "99.95"))
    credit, urgent = chance.choice((4, 7, 15, 30)), chance.choice((20, 40, 45, 90))
    add(
        "service-levels.md",
        f"""# Service levels

We promise {uptime} % availability in a calendar month. In a month below it the customer gets {credit} % of the monthly fee as a credit.

Urgent tickets get a first answer within {urgent} minutes, all others within one business day.
""",
        _ask(
            "sla-uptime",
            percent(uptime),
            "Which availability do we promise our customers?",
            "What uptime is in our service levels?",
        ),
        _ask(
            "sla-credit",
            percent(credit),
            "What credit is due when we miss the availability promise?",
            "How much of the monthly fee do we give back after a month below the promised availability?",
        ),
        _ask(
            "sla-urgent",
            plural(urgent, "minute"),
            "How fast must we answer an urgent ticket?",
            "What's the first response time for urgent tickets?",
        ),
    )
    discount, notice = chance.choice((6, 9, 11, 14)), chance.choice((45, 75, 100, 120))
    who = chance.choice(("regional director", "chief revenue officer", "deal desk"))
    add(
        "renewals.md",
        f"""# Renewals

Start the renewal talk {notice} days before the contract ends. Account managers may grant up to {discount} % discount; more needs the {who}.
""",
        _ask(
            "renewal-discount",
            percent(discount),
            "What discount may an account manager grant at renewal?",
            "Up to how much discount can we offer in a renewal without asking anybody?",
        ),
        _ask(
            "renewal-start",
            plural(notice, "day"),
            "How long before the contract ends do we start talking about renewal?",
            "When should the renewal talk begin?",
        ),
    )


def _safety(chance: random.Random, add: _Add, product: str, tiers: tuple[str, ...]) -> None:
    erase, backup = chance.choice((14, 20, 27, 29)), chance.choice((42, 56, 70, 84))
    audit = chance.choice((6, 9, 15, 18))
    add(
        "data-protection.md",
        f"""# Data protection

A request to erase personal data is fulfilled within {erase} days. Backups are overwritten after {backup} days.
The audit log is kept for {audit} months on {tiers[2]}.
A breach is reported to the data protection officer at once, and by them to the authority.
""",
        _ask(
            "erase-days",
            plural(erase, "day"),
            "How long may we take to fulfil an erasure request?",
            "By when must personal data be erased after somebody asks?",
        ),
        _ask(
            "backup-days",
            plural(backup, "day"),
            "After how many days are backups overwritten?",
            "How long do our backups live?",
        ),
        _ask(
            "audit-log",
            plural(audit, "month"),
            f"For how long is the audit log kept on {tiers[2]}?",
            "How many months back does the audit log go?",
        ),
    )
    length, idle, tries = chance.choice((11, 13, 15, 16)), chance.choice((12, 25, 35, 50)), chance.choice((4, 6, 7, 9))
    add(
        "sign-in-security.md",
        f"""# Sign-in and passwords

A password of {product} has at least {length} characters. A session ends after {idle} minutes without activity.
After {tries} wrong passwords the account is locked until an administrator opens it. Agents never ask for a password.
""",
        _ask(
            "password-length",
            (f"{length} characters", str(length)),
            "How long must a password be at least?",
            "What is the minimum password length?",
        ),
        _ask(
            "session-idle",
            plural(idle, "minute"),
            "After how long without activity does a session end?",
            "When is an idle user signed out?",
        ),
        _ask(
            "lockout",
            (str(tries),),
            "How many wrong passwords lock an account?",
            "After how many failed attempts is an account locked?",
        ),
    )


def _people(chance: random.Random, add: _Add) -> None:
    weeks, training = chance.choice((3, 5, 7, 9)), chance.choice((280, 350, 620, 750))
    add(
        "onboarding-plan.md",
        f"""# Onboarding plan

A new customer is live within {weeks} weeks of signature: import, roles, training, review. One training is included, each further session costs {money(training)[0]}.
""",
        _ask(
            "onboarding-weeks",
            plural(weeks, "week"),
            "In how many weeks should a new customer be live?",
            "How long is onboarding supposed to take?",
        ),
        _ask(
            "training-price",
            money(training),
            "What do we charge for a further training session?",
            "How much is an extra training?",
        ),
    )
    hours, duty = chance.choice((2, 3, 5, 6)), chance.choice(("duty manager", "escalation desk", "support lead"))
    add(
        "escalations.md",
        f"""# Escalations

An escalated ticket goes to the {duty}, who calls the customer within {hours} hours. The account owner is told the same day.
""",
        _ask(
            "escalation-who",
            (duty,),
            "Who takes over an escalated ticket?",
            "To whom does a ticket go when it is escalated?",
        ),
        _ask(
            "escalation-hours",
            plural(hours, "hour"),
            "Within how many hours do we call an escalating customer?",
            "How soon must the customer be called after an escalation?",
        ),
    )


def _history(chance: random.Random, add: _Add, product: str, today: date) -> None:
    version = f"{chance.randint(2, 9)}.{chance.randint(1, 9)}"
    released = date(today.year - 1, chance.randint(2, 11), chance.randint(2, 27))
    feature = chance.choice(("night mode", "bulk editing", "voice notes", "colour labels", "shared templates"))
    cause = chance.choice(("an expired certificate", "a full disk", "a faulty router", "a wrong firewall rule"))
    minutes = chance.choice((95, 140, 170, 220, 310))
    add(
        "release-notes.md",
        f"""# Release notes of {product}

## Version {version}, {day(released)[1]}

Brings {feature} and faster lists. The incident of that week was caused by {cause} and lasted {minutes} minutes.
""",
        _ask("release-day", day(released), f"When was version {version} released?", f"Release date of {version}?"),
        _ask(
            "release-feature",
            (feature,),
            f"What is new in version {version}?",
            f"Which feature came with version {version}?",
        ),
        _ask(
            "incident-cause",
            (cause.split(" ", 1)[1],),
            f"What caused the incident in the week of release {version}?",
            f"What was the root cause of the incident around version {version}?",
        ),
    )
