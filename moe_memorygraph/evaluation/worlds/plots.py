"""What happens to some customers of a world, told by tickets of their own: leaving, rare events, privacy."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from moe_memorygraph.evaluation.worlds.cast import Cast
from moe_memorygraph.evaluation.worlds.spellings import Claim
from moe_memorygraph.evaluation.worlds.values import Company
from moe_memorygraph.sample.wording import write

__all__ = ["EVENTS", "PRIVACY", "Event", "PlotTicket", "events_of", "plot_tickets", "privacy_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlotTicket:
    """A ticket of a plot; its topic is the first of `topics` that the world has."""

    plot: str
    company: Company
    on: date
    subject: str
    body: str
    topics: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that one customer alone tells, the ways to ask for it in other words, and what the answer must hold."""

    key: str
    subject: str
    body: str
    asked: tuple[str, ...]
    claim: Claim
    topics: tuple[str, ...] = ("feature", "mobile", "integration", "export")


EVENTS = (
    Event(
        key="mirror",
        subject="Labels come out in mirror writing",
        body="{Hello|Hi}, the printer in our cold room {prints|puts out} every label in mirror writing {after|since} the frost. {Rebooting does not help|Two restarts changed nothing}.",
        asked=(
            "Find tickets where labels are printed the wrong way round",
            "Has anyone reported labels that come out mirrored?",
        ),
        claim=("mirror", "mirror writing"),
        topics=("delivery", "mobile"),
    ),
    Event(
        key="swan",
        subject="Drone show on the same frequency",
        body="{A drone show|The drone show} {in the harbour|next door} {disturbs|knocks out} the radio of our devices each Friday evening. {Is another channel possible?|Can the channel be changed?}",
        asked=(
            "Which customer has radio interference from drones?",
            "Any similar case to devices disturbed by a drone show?",
        ),
        claim=("drone", "drone show"),
        topics=("delivery", "mobile"),
    ),
    Event(
        key="leap",
        subject="29 February missing",
        body="{In the calendar|On the planning page} the 29th of February {is missing|cannot be picked}, {and everything after it is a day early|so the leap year breaks our plan}.",
        asked=(
            "Somebody ran into a leap year problem. Who was it?",
            "Find tickets about the leap day that cannot be selected",
        ),
        claim=("29th of February", "29 February", "leap year", "29 february missing"),
        topics=("feature", "export"),
    ),
    Event(
        key="parrot",
        subject="Voice entry hears the parrot",
        body="{Please laugh, but|No joke}: the voice entry {listens to|takes orders from} the parrot in our reception and {orders|books} things nobody asked for.",
        asked=(
            "Which ticket is about a bird triggering voice commands?",
            "Find the case where an animal set off the voice input",
        ),
        claim=("parrot",),
        topics=("mobile", "feature"),
    ),
    Event(
        key="strike",
        subject="Ferry strike: change all dates at once?",
        body="{Because of the ferry strike|The ferry strike means that} {we must|we have to} move four hundred dates by a week. {Is there a way to do it in one go?|One by one takes days.}",
        asked=(
            "Who wanted to reschedule everything because of a strike?",
            "Any ticket about moving all dates due to industrial action?",
        ),
        claim=("strike", "ferry strike"),
        topics=("feature", "export"),
    ),
    Event(
        key="braille",
        subject="Screen reader for a blind colleague",
        body="{Our dispatcher is blind|A blind colleague joins us} and works with a screen reader; {the main page reads as one long line|no button has a name}. {What can we do?|Is this known?}",
        asked=("Do we have a case about accessibility for a blind user?", "Find tickets on screen readers"),
        claim=("screen reader", "blind"),
        topics=("feature", "mobile"),
    ),
    Event(
        key="arabic",
        subject="Arabic names are turned around",
        body="{Names of our Arabic drivers|Arabic names} {stand|are shown} letter by letter the other way round {on the printed list|in the PDF}. {They cannot read their own names|Please mend it}.",
        asked=(
            "Has a customer had trouble with right-to-left names?",
            "Which customer complained that Arabic text is reversed?",
        ),
        claim=("Arabic", "arabic names"),
        topics=("export", "feature"),
    ),
)

PRIVACY = (
    Event(
        key="erasure",
        subject="Erasure still not done",
        body="A former {driver|employee} of ours asked {you to erase|for erasure of} all personal data seven weeks ago under the GDPR. {Nothing happened so far|It is still in the system}, {our data protection officer is alarmed|the deadline has passed}.",
        asked=(
            "Is any erasure request overdue?",
            "Which customer waits for the deletion of a former employee's data?",
            "Did somebody complain that a GDPR deletion was not done in time?",
        ),
        claim=("erasure", "erase", "GDPR"),
        topics=("login", "export", "billing"),
    ),
    Event(
        key="misdirected",
        subject="We see the staff list of somebody else",
        body="{This morning|Today} our overview showed the {staff list|employee names and phone numbers} of another company. {We closed it at once|We did not copy anything}, but this {is a data breach|must be reported}.",
        asked=(
            "Was data of one customer shown to another?",
            "Any suspected data breach in our tickets?",
            "Did a customer see somebody else's staff data?",
        ),
        claim=("staff list", "another company", "data breach", "breach"),
        topics=("export", "login", "billing"),
    ),
    Event(
        key="password",
        subject="Password for your technician",
        body="{As asked on the phone|As your agent wished}, here is the administrator's password in plain text so that {you can look for yourselves|the technician gets in}. {We find that odd|Is that how you do it?}",
        asked=(
            "Did a customer send us a password in plain text?",
            "Has one of our agents asked for a password?",
            "Who mailed us an administrator password?",
        ),
        claim=("password",),
        topics=("login", "integration", "export"),
    ),
)

_RISK = Event(
    key="at_risk",
    subject="Last warning before we look elsewhere",
    body="{This is the fourth time|Once more} the {monthly closing|closing run} {stopped half way|failed}, and nobody could tell us why. {Our director looks at other vendors now|We have begun to look at alternatives}.",
    asked=(),
    claim=("closing", "closing run", "at risk"),
    topics=("performance", "billing", "export"),
)


def events_of(cast: Cast) -> list[tuple[Event, Company]]:
    """The rare events of a world with the customers that tell them."""
    chance = cast.chance("events")
    tellers = [one for one in cast.role("plain") if one.churned_at is None]
    return list(zip(chance.sample(EVENTS, 5), chance.sample(tellers, 5), strict=True))


def privacy_of(cast: Cast) -> list[tuple[Event, Company]]:
    chance = cast.chance("privacy")
    return list(zip(PRIVACY, chance.sample(cast.role("plain"), len(PRIVACY)), strict=True))


def plot_tickets(cast: Cast) -> Iterator[PlotTicket]:
    yield from _leaving(cast)
    events = [*events_of(cast), *privacy_of(cast), *((_RISK, one) for one in cast.role("at_risk"))]
    for event, company in events:
        chance = cast.chance("event", event.key)
        details = cast.details(chance)
        yield PlotTicket(
            plot=event.key,
            company=company,
            on=cast.last.plus(-chance.randint(0, 3)).first_day + timedelta(days=chance.randint(3, 80)),
            subject=event.subject,
            body=write(event.body, chance, details),
            topics=event.topics,
        )


def _leaving(cast: Cast) -> Iterator[PlotTicket]:
    """Three tickets of each lost customer: trouble, a warning, the notice with its reason."""
    for company in (*cast.role("left_recorded"), *cast.role("left_told")):
        reason, gone = cast.reasons[company.customer_id], company.churned_at
        if gone is None:
            raise ValueError(f"{company.name} left, but on no day")
        chance = cast.chance("leaving", company.customer_id)
        details = cast.details(chance)
        first, second = reason.written
        rival = cast.rivals[0] if company in cast.role("left_recorded")[:1] else cast.rivals[1]
        texts = (
            ("{Not acceptable|This has to change}", f"{first}. {{What do you propose?|Please call us.}}", 100),
            (
                "{Our contract|Talk about the contract}",
                f"{second}. {{If that stays so, we leave|We consider leaving}}.",
                55,
            ),
            (
                "{Notice|We cancel}",
                f"{{Herewith we cancel|We hereby cancel}} the contract. The reason: {first}. We {{change|switch}} to {rival}.",
                25,
            ),
        )
        for subject, body, before in texts:
            yield PlotTicket(
                plot=f"left:{company.customer_id}",
                company=company,
                on=gone - timedelta(days=before + chance.randint(0, 9)),
                subject=write(subject, chance, details),
                body=write(body, chance, details),
                topics=("feature", "billing", "performance"),
            )
