"""From a slot to a ticket: an issue's phrases in the voice of the account and the form of the channel."""

import random
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from moe_memorygraph.sample.details import Details
from moe_memorygraph.sample.personal import personal_sentence
from moe_memorygraph.sample.plan import Slot
from moe_memorygraph.sample.topics import ACCOUNT_COLOUR, TOPIC_COLOUR, TOPICS, Issue
from moe_memorygraph.sample.values import STORY_ENDS
from moe_memorygraph.sample.voices import (
    FOLLOW_UPS,
    PHONE_ENDS,
    PHONE_FRAMES,
    REPLY_ENDS,
    REPLY_FOLLOW_UPS,
    REPLY_OPENS,
    VOICES,
    Voice,
    slip,
)
from moe_memorygraph.sample.wording import stream, write

__all__ = ["Composer", "Draft"]

PERSONAL_SHARE = 0.11  # of the generated tickets give away personal data
_MOST_USES = 5  # of one sentence in the corpus; then another wording is drawn
_DRAWS = 14

_DEFECTS = frozenset({"login", "outage", "performance", "bug", "integration"})
_COMPLAINTS = _DEFECTS | {"billing", "refund", "pricing"}
_CHANNELS = (("email", 0.46), ("web", 0.24), ("chat", 0.18), ("phone", 0.12))
_URGENCY: Mapping[str, tuple[float, float, float, float]] = {  # low, normal, high, urgent
    "outage": (0.0, 0.1, 0.45, 0.45),
    "login": (0.05, 0.45, 0.35, 0.15),
    "security": (0.05, 0.4, 0.4, 0.15),
    "cancellation": (0.05, 0.6, 0.3, 0.05),
    "feature_request": (0.6, 0.38, 0.02, 0.0),
    "feedback": (0.7, 0.28, 0.02, 0.0),
}
_USUAL_URGENCY = (0.2, 0.55, 0.2, 0.05)
_PRIORITIES = ("low", "normal", "high", "urgent")
_DAYS_TO_RESOLVE: Mapping[str, float] = {
    "outage": 0.7,
    "login": 1.0,
    "feature_request": 5.0,
    "bug": 4.5,
    "billing": 2.6,
    "refund": 5.0,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The words and the fate of one generated ticket; personal data is still marked in the body."""

    subject: str
    body: str
    response: str
    channel: str
    author: str
    priority: str
    status: str
    csat: int | None
    resolved_at: datetime | None
    customer: str


class Composer:
    """Writes tickets one after another, and remembers sentences so that none is used often."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._uses: Counter[str] = Counter()
        self._openers: dict[str, tuple[Details, str]] = {}  # thread -> details and author of its first ticket
        self._bodies: set[str] = set()

    def draft(self, slot: Slot) -> Draft:
        issue = _issue_of(slot)
        chance = stream(self._seed, "words", slot.account.customer_id, slot.topic, slot.moment.isoformat())
        details, author = self._conversation(slot, chance)
        voice = VOICES[slot.account.voices[slot.account.roles.index(author) % len(slot.account.voices)]]
        channel = "email" if slot.turn and chance.random() < 0.7 else _weighted(chance, _CHANNELS)
        subject = self._sentence(_said_that_day(slot, issue.subjects), chance, details)
        body = self._body(slot, issue, voice, channel, chance, details)
        while body in self._bodies:
            body = self._body(slot, issue, voice, channel, chance, details)
        self._bodies.add(body)
        priority = _weighted(chance, tuple(zip(_PRIORITIES, _URGENCY.get(slot.topic, _USUAL_URGENCY), strict=True)))
        resolved_at, status = _fate(slot, chance)
        response = (
            self._reply(slot, issue, channel, chance, details) if status != "open" and chance.random() < 0.9 else ""
        )
        return Draft(
            subject=f"Re: {subject}" if slot.turn else subject,
            body=body,
            response=response,
            channel=channel,
            author=f"{author} at {slot.account.name}",
            priority=priority,
            status=status,
            csat=_score(slot, chance, resolved_at),
            resolved_at=resolved_at,
            customer=_customer_column(slot, chance),
        )

    def _conversation(self, slot: Slot, chance: random.Random) -> tuple[Details, str]:
        """The details and the author; a later turn of a thread has those of the first."""
        if slot.turn and slot.thread in self._openers:
            first, author = self._openers[slot.thread]
            details = Details(slot.account, slot.moment.date(), chance)
            details.pin(**first.known())
            return details, author
        author = chance.choice(slot.account.roles)
        details = Details(slot.account, slot.moment.date(), chance)
        details.pin(role=author)
        if slot.topic == "outage" and slot.moment.year == 2025 and slot.moment.month == 3:
            _pin_march(details, slot.moment)
        self._openers[slot.thread] = (details, author)
        return details, author

    def _body(
        self, slot: Slot, issue: Issue, voice: Voice, channel: str, chance: random.Random, details: Details
    ) -> str:
        personal = self._personal(slot, chance, details)
        if channel == "phone":
            return self._phone_note(slot, issue, chance, details, personal)
        sentences = self._sentences(slot, issue, voice, channel, chance, details, personal)
        greeting = self._sentence(voice.greetings, chance, details) if chance.random() < voice.greeting else ""
        may_demand = slot.topic in _gripe_topics(voice)
        closings = (*voice.closings, *voice.demands, *voice.demands) if may_demand else voice.closings
        closing = self._sentence(closings, chance, details) if chance.random() < voice.closing else ""
        if chance.random() < voice.slips:
            at = chance.randrange(len(sentences))
            sentences[at] = slip(sentences[at], chance)
        return _laid_out(greeting, sentences, closing, voice, channel, chance)

    def _sentences(
        self,
        slot: Slot,
        issue: Issue,
        voice: Voice,
        channel: str,
        chance: random.Random,
        details: Details,
        personal: str,
    ) -> list[str]:
        fewest, most = voice.details
        if channel == "chat":
            fewest, most = max(1, fewest - 1), max(1, most - 1)
        opening = (
            self._sentence(FOLLOW_UPS, chance, details) if slot.turn else self._opening(slot, issue, chance, details)
        )
        matter = [opening, *self._details(issue, chance.randint(fewest, most), chance, details)]
        # Chats are short; elsewhere people add what the matter is to them.
        if channel != "chat" or chance.random() < 0.3:
            if chance.random() < voice.colour:
                matter.append(self._sentence(TOPIC_COLOUR[slot.topic], chance, details))
            if chance.random() < voice.colour * 0.6:
                place = chance.randint(1, len(matter))
                matter.insert(place, self._sentence(ACCOUNT_COLOUR[slot.account.customer_id], chance, details))
        if chance.random() < voice.impact:
            matter.append(self._sentence(TOPICS[slot.topic].impacts, chance, details))
        if slot.topic in _gripe_topics(voice) and voice.gripes and chance.random() < voice.gripe:
            matter.insert(chance.randint(1, len(matter)), self._sentence(voice.gripes, chance, details))
        if personal:
            matter.insert(chance.randint(1, len(matter)), personal)
        if not slot.turn and chance.random() < voice.prelude:
            matter.insert(0, self._sentence(voice.preludes, chance, details))
        if chance.random() < voice.ask:
            matter.append(self._sentence(issue.asks, chance, details))
        sentences = [sentence for sentence in matter if sentence]
        if voice.drops_articles:
            sentences = [_without_articles(sentence, chance) for sentence in sentences]
        return sentences

    def _opening(self, slot: Slot, issue: Issue, chance: random.Random, details: Details) -> str:
        return self._sentence(_said_that_day(slot, issue.opens), chance, details)

    def _details(self, issue: Issue, count: int, chance: random.Random, details: Details) -> list[str]:
        """As many of the issue's details, in any order, rather those that are not worn out yet."""
        candidates = chance.sample(list(issue.details), min(count + 2, len(issue.details)))
        texts = [self._wording((phrase,), chance, details) for phrase in candidates]
        fresh = sorted(range(len(texts)), key=lambda at: max(0, self._uses[texts[at]] - _MOST_USES))[:count]
        for at in fresh:
            self._uses[texts[at]] += 1
        return [texts[at] for at in fresh]

    def _phone_note(self, slot: Slot, issue: Issue, chance: random.Random, details: Details, personal: str) -> str:
        """What an agent wrote down: sometimes the words of the caller, sometimes a summary, then what was done."""
        summary, _, action = self._sentence(issue.notes, chance, details).partition(". ")
        told = self._details(issue, chance.randint(1, 2), chance, details)
        if slot.turn or chance.random() < 0.55:
            opening = (
                self._sentence(FOLLOW_UPS, chance, details)
                if slot.turn
                else self._opening(slot, issue, chance, details)
            )
            lead = chance.choice(("In their words:", "Quote:", "Said:", "As they put it:", "Their words:"))
            told = [f'{lead} "{opening}"', f'{chance.choice(("Also:", "Adds:", "And:", "Further:"))} "{told[0]}"']
        else:
            told = [summary.removesuffix(".") + ".", *told]
        parts = [self._sentence(PHONE_FRAMES, chance, details), *told, personal, action]
        parts.append(self._sentence(PHONE_ENDS, chance, details))
        return " ".join(part for part in parts if part)

    def _personal(self, slot: Slot, chance: random.Random, details: Details) -> str:
        if chance.random() >= PERSONAL_SHARE:
            return ""
        phrase, value = personal_sentence(slot.topic, slot.account, chance)
        return write(phrase, chance, details).replace("<>", value)

    def _reply(self, slot: Slot, issue: Issue, channel: str, chance: random.Random, details: Details) -> str:
        parts: list[Sequence[str]]
        if slot.turn:
            parts = [REPLY_FOLLOW_UPS, REPLY_ENDS]
        elif channel == "phone":
            parts = [REPLY_OPENS["phone"], issue.replies, REPLY_ENDS]
        else:
            parts = [REPLY_OPENS["sorry" if slot.topic in _COMPLAINTS else "plain"], issue.replies, REPLY_ENDS]
        sentences = [self._sentence(part, chance, details) for part in parts]
        return " ".join(sentence for sentence in sentences if sentence)

    def _sentence(self, phrases: Sequence[str], chance: random.Random, details: Details) -> str:
        """A wording of one of the phrases that has not been used too often; the least used one if all have."""
        text = self._wording(phrases, chance, details)
        self._uses[text] += 1
        return text

    def _wording(self, phrases: Sequence[str], chance: random.Random, details: Details) -> str:
        best, fewest = "", 1 << 30
        for _ in range(_DRAWS):
            text = write(phrases[int(chance.random() * len(phrases))], chance, details)
            uses = self._uses[text]
            if uses < fewest:
                best, fewest = text, uses
            if uses < _MOST_USES or len(text) < 20:
                break
        return best


def _issue_of(slot: Slot) -> Issue:
    if slot.issue is None:
        raise ValueError("a hand-written ticket has its words already")
    return slot.issue


def _weighted(chance: random.Random, options: Sequence[tuple[str, float]]) -> str:
    names, weights = zip(*options, strict=True)
    return str(chance.choices(names, weights)[0])


def _pin_march(details: Details, moment: datetime) -> None:
    """The outage began on Tuesday 11 March, whatever the day of the ticket."""
    american = details.account.region == "North America"
    names = (
        ("this morning",)
        if moment.day == 11
        else ("Tuesday", "March 11" if american else "11 March", "Tuesday morning")
    )
    details.pin(
        outage_day=details.pick(*names),
        outage_number=str(max(2, moment.day - 10)),
        long_ago="That was hours ago" if moment.day == 11 else details.pick("That was yesterday", "That was a day ago"),
    )


def _gripe_topics(voice: Voice) -> frozenset[str]:
    """Engineers give traces and logs, which make no sense of an invoice, or where everything is down."""
    return _DEFECTS - {"outage"} if voice.gripes_of_defects else _COMPLAINTS


def _said_that_day(slot: Slot, phrases: Sequence[str]) -> Sequence[str]:
    """Phrases that fit the day: on the first day of the outage nobody counts days."""
    if slot.topic == "outage" and slot.moment.day == 11:
        return [phrase for phrase in phrases if "[outage_number]" not in phrase]
    return phrases


def _laid_out(
    greeting: str, sentences: list[str], closing: str, voice: Voice, channel: str, chance: random.Random
) -> str:
    closing = closing.replace("\\n", "\n")
    if channel == "chat":
        lines = [greeting, *sentences, closing.split("\n")[0].removesuffix(",")]
        joint = "\n" if chance.random() < 0.5 else " "
        body = joint.join(line for line in lines if line)
        return _lowered(body) if chance.random() < 0.3 + voice.lower_case else body
    middle = " ".join(sentences)
    if len(sentences) > 4 and chance.random() < 0.6:
        cut = chance.randint(2, len(sentences) - 2)
        middle = " ".join(sentences[:cut]) + "\n\n" + " ".join(sentences[cut:])
    own_line = channel == "email" or chance.random() < 0.4
    body = ("\n\n" if own_line else " ").join(part for part in (greeting, middle, closing) if part)
    return _lowered(body) if chance.random() < voice.lower_case else body


def _lowered(text: str) -> str:
    """Capitals at the start of sentences gone, names and codes kept."""
    return _FIRST_WORD.sub(lambda match: match.group() if match.group() in _KEPT else match.group().lower(), text)


_FIRST_WORD = re.compile(r"(?:(?<=[.?!:]\s)|(?<=\n)|^)(?:A|[A-Z][a-z']+)\b")
_KEPT = frozenset(
    [
        "Northstar",
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
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
        "Chrome",
        "Edge",
        "Firefox",
        "Safari",
        "Slack",
        "Okta",
        "Jira",
        "Timeline",
        "Timesheets",
        "Budget",
        "Report",
        "Scenario",
        "Capacity",
    ]
)


def _without_articles(sentence: str, chance: random.Random) -> str:
    words = sentence.split(" ")
    kept = [words[0]] + [word for word in words[1:] if word not in {"the", "a", "an"} or chance.random() < 0.75]
    return " ".join(kept)


def _fate(slot: Slot, chance: random.Random) -> tuple[datetime | None, str]:
    """When it was resolved, and its status on the last day of the story."""
    days = chance.expovariate(1 / _DAYS_TO_RESOLVE.get(slot.topic, 2.4)) + 0.08
    if slot.account.customer_id == "vantage" and slot.moment.year == 2025 and slot.moment.month >= 6:
        days = 7.0 + days  # they are kept waiting: one reason why they may leave
    resolved_at = slot.moment + timedelta(seconds=int(days * 86_400))
    if resolved_at.date() > STORY_ENDS:
        return None, chance.choice(("open", "pending"))
    return resolved_at, "closed" if (STORY_ENDS - resolved_at.date()).days > 14 else "resolved"


def _score(slot: Slot, chance: random.Random, resolved_at: datetime | None) -> int | None:
    if resolved_at is None or chance.random() > 0.42:
        return None
    mood = (
        4.3
        - (resolved_at - slot.moment).days * 0.12
        - (0.9 if slot.topic in {"outage", "billing", "cancellation"} else 0)
    )
    if "angry" in slot.account.voices:
        mood -= 0.4
    return max(1, min(5, round(chance.gauss(mood, 0.9))))


def _customer_column(slot: Slot, chance: random.Random) -> str:
    """Rows name their customer as people do: mostly by id, sometimes by name or alias."""
    form = chance.random()
    if form < 0.86:
        return slot.account.customer_id
    return slot.account.name if form < 0.95 else chance.choice(slot.account.aliases)
