"""The concrete details of one ticket: invoices, amounts, dates, modules, error codes.

A name keeps its value through the ticket, so that subject, body and reply speak of the same invoice.
A digit at the end makes another one of the same kind: `amount` and `amount2`.
"""

import random
from collections.abc import Callable
from datetime import date, timedelta

from moe_memorygraph.sample.values import Account

__all__ = ["Details"]


class Details:
    """The details of one ticket, drawn when first asked for."""

    def __init__(self, account: Account, day: date, chance: random.Random) -> None:
        self.account = account
        self.day = day
        self.chance = chance
        self._known: dict[str, str] = {}

    def __call__(self, name: str) -> str:
        value = self._known.get(name)
        if value is None:
            value = self._known[name] = _MAKERS[name.rstrip("23456789")](self)
        return value

    def pin(self, **values: str) -> None:
        """Fix details that a story decides."""
        self._known.update(values)

    def known(self) -> dict[str, str]:
        return dict(self._known)

    def pick(self, *options: str) -> str:
        return options[int(self.chance.random() * len(options))]

    def number(self, low: int, high: int) -> int:
        return low + int(self.chance.random() * (high - low + 1))

    def fresh(self, options: tuple[str, ...]) -> str:
        """One of the options that no other detail of this ticket has taken."""
        left = [option for option in options if option not in self._known.values()]
        return self.pick(*(left or options))


_MODULES = (
    "the Portfolio board",
    "Timeline Replay",
    "the Resource heatmap",
    "Budget Tracker",
    "the Forecast view",
    "the executive dashboard",
    "Report Builder",
    "the burn-down widget",
    "the risk register",
    "Timesheets",
    "the Gantt view",
    "the milestone calendar",
    "Capacity Planner",
    "the dependency map",
    "Scenario Compare",
    "the stage-gate checklist",
)
_ADDONS = ("Forecast Plus", "the Sync Connect pack", "Premium Support", "Data Vault", "the Guest Viewer pack")
_CONNECTORS = (
    "the Jira connector",
    "the Salesforce connector",
    "the Azure DevOps connector",
    "the SharePoint link",
    "the Power BI feed",
    "the Slack app",
    "the Smartsheet import",
    "the Snowflake share",
    "the ServiceNow bridge",
)
_BROWSERS = ("Chrome", "Edge", "Firefox", "Safari", "Opera", "Brave")
_TEAMS = (
    "the delivery team",
    "the field crew",
    "the project controls group",
    "procurement",
    "engineering",
    "the site teams",
    "the PMO",
    "regional managers",
    "the night shift",
    "the planners",
    "our subcontractors",
    "the steering group",
)
_PEOPLE = (
    "our controller",
    "my manager",
    "the project sponsor",
    "our auditor",
    "the CFO",
    "a colleague in procurement",
    "our new starter",
    "one of the planners",
    "the department head",
    "our IT lead",
    "the bookkeeper",
    "someone in operations",
    "the programme director",
    "a team lead",
)
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_RELEASES = (
    (date(2023, 1, 1), "4.9"),
    (date(2023, 4, 18), "5.0"),
    (date(2023, 8, 22), "5.1"),
    (date(2023, 12, 5), "5.2"),
    (date(2024, 3, 19), "5.3"),
    (date(2024, 6, 25), "5.4"),
    (date(2024, 10, 8), "5.5"),
    (date(2025, 1, 21), "5.6"),
    (date(2025, 4, 8), "5.7"),
    (date(2025, 6, 24), "5.8"),
    (date(2025, 9, 16), "5.9"),
    (date(2025, 12, 2), "6.0"),
)


def _money(details: Details, low: int, high: int) -> str:
    sign = _currency(details)
    whole = details.number(low, high)
    form = details.number(0, 3)
    if form == 0:
        return f"{sign}{whole:,}.{details.number(0, 99):02d}"
    if form == 1:
        return f"{sign}{whole:,}.{details.pick('00', '50', '20', '80')}"
    return f"{sign}{whole:,}"


def _yearly(details: Details) -> str:
    """What the account pays in a year, near enough."""
    return f"{_currency(details)}{round(details.account.arr * (0.8 + 0.07 * (details.day.year - 2023)), -2):,.0f}"


def _currency(details: Details) -> str:
    return {"Europe": "€", "Asia Pacific": "A$"}.get(details.account.region, "$")


def _written(details: Details, day: date) -> str:
    month = _MONTHS[day.month - 1]
    american = details.account.region == "North America"
    return details.pick(f"{month} {day.day}", f"{month} {day.day}") if american else f"{day.day} {month}"


def _past(details: Details, low: int, high: int) -> str:
    return _written(details, details.day - timedelta(days=details.number(low, high)))


def _future(details: Details, low: int, high: int) -> str:
    return _written(details, details.day + timedelta(days=details.number(low, high)))


def _weekday(details: Details) -> str:
    # A working day of the past week, never the ticket's own.
    back = details.number(1, 6)
    day = details.day - timedelta(days=back)
    while day.weekday() > 4:
        day -= timedelta(days=1)
    return day.strftime("%A")


def _release(details: Details) -> str:
    line = [name for start, name in _RELEASES if start <= details.day][-1]
    return f"{line}.{details.number(0, 4)}"


def _module(details: Details) -> str:
    """A part of the product; Timeline Replay came with release 5.6."""
    replay_exists = details.day >= date(2025, 1, 21)
    return details.fresh(tuple(name for name in _MODULES if replay_exists or name != "Timeline Replay"))


def _clock(details: Details) -> str:
    hour = details.number(7, 17)
    minute = details.number(0, 59)
    if details.account.region == "North America":
        return f"{(hour - 1) % 12 + 1}:{minute:02d} {'am' if hour < 12 else 'pm'}"
    return details.pick(f"{hour:02d}:{minute:02d}", f"{hour}.{minute:02d}")


# As told in facts.csv and by hand, so that generated tickets agree with the stories.
_TOLD_SEATS = {
    "acme": 186,
    "globex": 210,
    "initech": 142,
    "brightwater": 175,
    "halden": 122,
    "lumen": 120,
    "vantage": 230,
    "marlow": 92,
    "meridian": 340,
}
_SEAT_PRICE = {"Starter": 15, "Pro": 29, "Business": 49, "Enterprise": 62}


def _seats(details: Details) -> str:
    """About as many as the account pays for, fewer in its first years."""
    told = _TOLD_SEATS.get(details.account.customer_id)
    if told and details.day.year == 2025:
        return str(told)
    bought = told or details.account.arr / (12 * _SEAT_PRICE[details.account.tier])
    growth = 0.75 + 0.08 * (details.day.year - 2022)
    return str(max(3, round(bought * growth) + details.number(-4, 4)))


def _more_seats(details: Details) -> str:
    return str(int(details("seats")) + details.number(2, 4 + int(details("seats")) // 6))


_MAKERS: dict[str, Callable[[Details], str]] = {
    "addon": lambda d: d.fresh(_ADDONS),
    "agent_hours": lambda d: str(d.number(2, 9)),
    "amount": lambda d: _money(d, 280, 9400),
    "arr": _yearly,
    "bigamount": lambda d: _money(d, int(d.account.arr * 0.8), int(d.account.arr * 1.3)),
    "browser": lambda d: d.fresh(_BROWSERS),
    "build": _release,
    "call_minutes": lambda d: str(d.number(3, 16)),
    "chat": lambda d: d.account.stack["chat"],
    "clock": _clock,
    "company": lambda d: d.pick(d.account.name, *d.account.aliases[:1]),
    "connector": lambda d: d.fresh(_CONNECTORS),
    "date": lambda d: _past(d, 3, 24),
    "days": lambda d: str(d.number(3, 12)),
    "erp": lambda d: d.account.stack["erp"],
    "error": lambda d: d.pick("NS-", "E-", "ERR_") + str(d.number(1004, 7990)),
    "few": lambda d: d.pick("two", "three", "four", "five", "half a dozen"),
    "future": lambda d: _future(d, 4, 24),
    "http": lambda d: d.pick("500", "502", "503", "504", "429", "403", "408"),
    "idp": lambda d: d.account.stack["idp"],
    "invoice": lambda d: f"INV-{d.number(20481, 69977)}",
    "lastmonth": lambda d: _MONTHS[(d.day.month - 2) % 12],
    "lastyear": lambda d: str(d.day.year - 1),
    "minutes": lambda d: str(d.number(6, 55)),
    "module": _module,
    "month": lambda d: _MONTHS[d.day.month - 1],
    "moreseats": _more_seats,
    "nextmonth": lambda d: _MONTHS[d.day.month % 12],
    "olddate": lambda d: _past(d, 26, 75),
    "pct": lambda d: str(d.number(8, 34)),
    "person": lambda d: d.fresh(_PEOPLE),
    "plan": lambda d: d.account.tier,
    "po": lambda d: f"PO-{d.number(10233, 98764)}",
    "project": lambda d: d.fresh(d.account.projects),
    "role": lambda d: d.fresh(d.account.roles),
    "rows": lambda d: f"{d.number(9, 480) * 100:,}",
    "seats": _seats,
    "seconds": lambda d: str(d.number(14, 95)),
    "smallamount": lambda d: _money(d, 12, 260),
    "ticks": lambda d: str(d.number(10204, 99731)),
    "team": lambda d: d.fresh(_TEAMS),
    "tens": lambda d: str(d.number(12, 88)),
    "tracker": lambda d: d.account.stack["tracker"],
    "weekday": _weekday,
    "year": lambda d: str(d.day.year),
}
