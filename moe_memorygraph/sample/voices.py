"""How different people write the same complaint: greeting, order, length, asides, habits and slips."""

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

__all__ = [
    "FOLLOW_UPS",
    "PHONE_ENDS",
    "PHONE_FRAMES",
    "REPLY_ENDS",
    "REPLY_FOLLOW_UPS",
    "REPLY_OPENS",
    "VOICES",
    "Voice",
    "slip",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """A manner of writing. Numbers are chances between 0 and 1."""

    greetings: Sequence[str]
    asides: Sequence[str]
    closings: Sequence[str]
    details: tuple[int, int] = (2, 3)  # fewest, most
    greeting: float = 0.5
    aside: float = 0.3
    impact: float = 0.55
    colour: float = 0.7  # says more than needed
    ask: float = 0.85
    closing: float = 0.5
    lower_case: float = 0.0  # writes without capitals
    slips: float = 0.1  # a typing mistake somewhere
    drops_articles: bool = False


VOICES: Mapping[str, Voice] = {
    "plain": Voice(
        greetings=("{Hello|Hi|Good morning|Hi there|Hello Northstar}{,| team,}", "Hi {support|everyone},"),
        asides=(
            "{I looked through|I went through} the help pages {first|before writing} {and found nothing|, no luck}.",
            "{As I wrote|As mentioned} {in the subject|on the phone}, {it concerns|this is about} [project].",
            "{For context|Some background}: {I took over|I look after} [project] {since [olddate]|here}.",
            "{Not sure|I'm not sure} {if this is the right place|who to ask}, {so I'm starting here|feel free to pass it on}.",
        ),
        closings=(
            "{Thanks|Thank you}{ in advance| for looking into it|}.",
            "{Thanks|Cheers},\\n[role], [company]",
            "Regards, {the|your} [role]",
            "{Many thanks|Thanks a lot}{!|.}",
        ),
    ),
    "polite": Voice(
        greetings=(
            "{Dear|Good morning, dear} {support team|Northstar team},",
            "{Hello and good day|Good afternoon|Hello there},",
            "Hi {team|all}, {hope you're well|I hope the week is treating you well}.",
        ),
        asides=(
            "{Sorry to bother you|Apologies for troubling you} {again|with this|on a busy day}.",
            "{I know you're busy|I realise everyone is stretched}, {so thank you for reading|so I'll be brief}.",
            "{First of all|Before anything else}, {thank you|thanks} for {the quick help last time|sorting out [module] so kindly}.",
            "{It may well be|It's quite possibly} {my mistake|something on our side}, {please tell me if so|I'm happy to be corrected}.",
        ),
        closings=(
            "{Thank you so much|Many thanks} for your {help|patience|time}.",
            "{With kind regards|Kind regards|Warm regards},\\n[role]",
            "{Have a lovely|Wishing you a good} {week|day|weekend}{!|.}",
            "{Much appreciated|I'd be very grateful}{.| - [role], [company]}",
        ),
        details=(2, 4),
        greeting=0.9,
        aside=0.6,
        closing=0.9,
        slips=0.05,
    ),
    "angry": Voice(
        greetings=("{Hello?|Support,|To whoever reads this:|Right.}",),
        asides=(
            "{This is|It's} the {third|fourth} time {this quarter|I have to write about it}{!|.}",
            "{Frankly|Honestly}, {I've run out of patience|we expected better|this is not acceptable}.",
            "{Don't send me|Spare me} {another link to the help centre|a canned reply|the survey}.",
            "{We pay|For what we pay, [arr] a year,} {good money for this|I expect it to work}.",
            "{Does anyone over there|Does anybody} {read these|test things before they go out}?",
            "{I've been passed|You passed me} {around|from one desk to the next} {since [weekday]|all week}.",
        ),
        closings=(
            "{I expect|We expect} an answer {today|by tomorrow noon|before [future]}.",
            "{Escalate this|Put a manager on it}{, please|}.",
            "{Not amused|Disappointed}, [role]",
            "{Sort it out|Fix it}{.|!}",
        ),
        details=(2, 3),
        greeting=0.25,
        aside=0.7,
        impact=0.7,
        closing=0.7,
        slips=0.2,
    ),
    "curt": Voice(
        greetings=("{Hi|Hello}.", "{Morning|Afternoon}."),
        asides=("{See subject|Short version}.", "{Second request|Reminder}.", "{Quick one|One thing}."),
        closings=("Thx", "{Thanks|Rgds}.", "- [role]", "{Pls advise|Please advise}."),
        details=(1, 2),
        colour=0.2,
        greeting=0.2,
        aside=0.2,
        impact=0.3,
        ask=0.7,
        closing=0.3,
        lower_case=0.1,
        slips=0.12,
    ),
    "formal": Voice(
        greetings=(
            "{Dear Sir or Madam|Dear Northstar Cloud|To the support desk|Dear colleagues},",
            "Dear {customer service|Northstar support},",
        ),
        asides=(
            "{We refer to|With reference to} our {agreement|conversation} {of [olddate]|from last month}.",
            "{I am writing|I write} on behalf of [company] {regarding the following|in the matter below}.",
            "{Kindly note|Please note} that {this message has been logged|we log this} {with us|internally} under {our reference|reference} {[po]|SR-[rows]}.",
            "{For the avoidance of doubt|To be clear}, {this is not a complaint|we remain satisfied} {in general|with the service as a whole}.",
        ),
        closings=(
            "{Yours faithfully|Yours sincerely|With best regards},\\n[role]\\n[company]",
            "{We look forward|I look forward} to {your reply|hearing from you} {by [future]|in due course}.",
            "{Please acknowledge|Kindly acknowledge} receipt of this message.",
        ),
        details=(2, 4),
        greeting=0.9,
        aside=0.5,
        closing=0.9,
        slips=0.02,
    ),
    "chatty": Voice(
        greetings=("{Hey|Hey hey|Hiya|Hi hi}{!| team!| folks,}", "{Happy [weekday] week|Me again}{!|...}"),
        asides=(
            "{So|Okay so}, {funny story|here's a puzzle for you|coffee in hand and ready to complain, nicely}.",
            "{You know how it is|Typical}: {one thing works and the next one breaks|Friday plans, Monday surprises}.",
            "{I promised myself|I swore} {not to write again this month|I'd figure it out alone}{, and here I am|, yet here we are}.",
            "{Tell me I'm not crazy|Please tell me it's not just us}.",
            "{My colleague swears|[person] swears} {it worked last week|it's the full moon}.",
        ),
        closings=(
            "{Thanks a bunch|You're the best|Cheers|Ta}{!| :)|}",
            "{Talk soon|Fingers crossed}{!|, [role]}",
            "{Thanks, and sorry for the novel|Ok, back to work}{!|.}",
        ),
        details=(2, 4),
        greeting=0.7,
        aside=0.6,
        closing=0.6,
        lower_case=0.35,
        slips=0.35,
    ),
    "rambling": Voice(
        greetings=("{Hello|Good day to you|Hi},",),
        asides=(
            "{I should explain|Let me explain first} that {we are a small department|we only moved to your product recently} and {everyone does a bit of everything|I inherited this from someone who kept it all in their head}, {so I may use the wrong words|which is why I ask basic things}.",
            "{It started|It all began} {when [person] asked me a simple question|on [weekday] during the weekly meeting}, {and you know how that goes|and three hours later I was still at it}, {one thing led to another|because one number led to the next}.",
            "{I had written|I wrote} {a longer mail|all this} {yesterday|already} and {lost it|then the browser closed}, {so this is the short version|which didn't improve my mood}.",
            "{We had the auditors in|It's budget season|The heating broke} {this week|as well}, {so it has been one of those weeks|and this was the last straw, in a manner of speaking}.",
            "{My predecessor|The person before me} {always said|used to say} {to call instead of writing|your people are helpful}, {but I like to have things on paper|so here goes}.",
        ),
        closings=(
            "{Sorry for the length|Sorry, that got long}{, and thanks|}.",
            "{I hope that makes sense|Does that make sense?}{ Thank you| Thanks, [role]|}",
            "{There was something else|I had a second question}, {but it can wait|I'll send it separately}.",
        ),
        details=(3, 4),
        colour=0.9,
        greeting=0.6,
        aside=0.9,
        impact=0.7,
        closing=0.7,
        slips=0.25,
    ),
    "technical": Voice(
        greetings=("{Hi|Hello}{,| support,}",),
        asides=(
            "Environment: [browser], build [build], workspace region {EU|US|AP}.",
            "{Request id|Trace id} {from the response header|of the last try}: req-{7f|3a|c9|e1}[rows].",
            "{Repro rate|Happens} {[tens] %|about every third time} {so far|in our tests}, {first seen [date]|since [date]}.",
            "{HAR file|Screenshots|Logs} {attached|available on request}{, times are UTC|}.",
        ),
        closings=(
            "{Let me know|Tell me} {which logs you need|if a HAR file helps}.",
            "{Thanks|Regards}, [role]",
            "{Happy to test a patch|I can test on staging}.",
        ),
        details=(2, 4),
        greeting=0.4,
        aside=0.6,
        impact=0.35,
        closing=0.4,
        lower_case=0.08,
        slips=0.06,
    ),
    "nonnative": Voice(
        greetings=("{Hello dear support|Good day|Hello to all},", "{Dear colleagues from Northstar|Hi Northstar},"),
        asides=(
            "{Excuse my English|Sorry for my English}, {I try to explain|I hope it is understandable}.",
            "{We have already|Already we have} {controlled it from our side|asked our IT}, {they say it is not us|without success}.",
            "{I have this question|The problem is the following} since {two weeks|[olddate]}.",
            "{Our headquarter|The headquarter} {is asking me|waits for the answer} {every day|until [future]}.",
        ),
        closings=(
            "{Thank you for your soon answer|Waiting for your answer|Thanks for understanding}.",
            "{Best greetings|Cordially|Greetings from [project]}, [role]",
            "{Thank you in before|Many thanks before}.",
        ),
        greeting=0.8,
        aside=0.55,
        closing=0.7,
        slips=0.3,
        drops_articles=True,
    ),
}

PHONE_FRAMES = (
    "{Call|Phone call}, {about|roughly} [minutes] {min|minutes}. {Caller is the|Spoke to the} [role].",
    "[role] {called|rang|phoned} at [clock]{, line was bad|, calm but firm|, in a hurry|}.",
    "{Call back to|Returned the call of} the [role]{ who left a voicemail| as agreed|}.",
    "{Inbound call|Incoming call}, [role] {on the line|speaking}{, asked for a supervisor first|}.",
    "Voicemail {from|left by} the [role] at [clock], {summary|short version}:",
)
PHONE_ENDS = (
    "{Promised|Agreed} {to mail|a mail} {by [future]|today}.",
    "{Will call back|Calling back} {on [weekday] morning|after checking with the second line}.",
    "{Customer|Caller} {happy with that|accepted that|not convinced, wants it in writing}.",
    "{Asked for|Wants} {a ticket number|written confirmation}.",
    "",
)
FOLLOW_UPS = (
    "{Any news|Is there any news|Any progress} on {this|my message of [date]|the below}? {It's been [few] days|I have heard nothing since|[person] keeps asking}.",
    "{Following up|Coming back} on {this|my earlier ticket}: {nothing has changed|it's still the same here|the answer didn't help, I'm afraid}.",
    "{Thanks for the reply|Thank you for the first answer}, {but|however} {that isn't what I asked|it only covers half of it|the problem is back}.",
    "{Still open on our side|Same problem, day [days]}. {Did this get lost|Has anyone picked it up}?",
    "{I tried|We tried} what you {suggested|wrote} {on [weekday]|right away}: {no luck|it helped for an hour|one part is solved, the other isn't}.",
    "{Adding to|One more thing for} the open {case|ticket}: {I forgot to say|in the meantime we found out} {the following|something}.",
    "{Friendly reminder|A gentle nudge}{, please|}: {[company] is waiting|this one is still waiting} {for an answer|on you} {since [date]|}.",
    "{Partly solved|Good news and bad news}: {the first point is fixed|it works for me now}, {the rest of [team] still has it|but not for [person]}.",
)
REPLY_OPENS = (
    "{Hello|Hi|Good morning|Good afternoon}, {thanks for writing|thank you for the details|thanks for flagging this|thank you for your patience}.",
    "{Thanks for|Thank you for} {your message|getting in touch|the call today}.",
    "{I'm sorry about|Sorry for|Apologies for} {the trouble|the wait|this}.",
    "",
    "",
)
REPLY_ENDS = (
    "{Anything else|If something is still off}, {just reply here|answer to this mail}.",
    "{I'll keep|I'm keeping} this {open|ticket open} until {you confirm|[future]}.",
    "{Let us know|Tell us} {how it goes|if that works for you}.",
    "{Best|Kind regards|Best regards}, Northstar {Support|Customer Care}",
    "",
)
REPLY_FOLLOW_UPS = (
    "{Sorry this fell behind|Apologies for the silence}. {I've taken it over|It's with me now}, and {you'll hear from me|I will write} by [future].",
    "{Thanks for the nudge|Thank you for coming back}. {The second line|Engineering} {answered this morning|has it}: {the cause is found|we have a cause}, {the fix follows|a fix is being tested}.",
    "{Understood, reopened|I've reopened it}. {I looked again|Looking again} {at your workspace|with a colleague}: {there was a second cause|the first change had not reached you}. {It has now|Now it has}.",
)

_SLIPS: Mapping[str, str] = {
    "receive": "recieve",
    "received": "recieved",
    "because": "becuase",
    "the": "teh",
    "which": "wich",
    "their": "thier",
    "definitely": "definately",
    "separate": "seperate",
    "invoice": "invocie",
    "account": "acount",
    "again": "agian",
    "until": "untill",
    "and": "adn",
    "please": "pls",
    "tomorrow": "tommorow",
    "don't": "dont",
    "doesn't": "doesnt",
    "can't": "cant",
    "isn't": "isnt",
    "it's": "its",
    "we're": "were",
    "with": "wiht",
    "from": "form",
    "business": "buisness",
    "problem": "probelm",
    "charged": "chraged",
    "working": "workign",
    "really": "realy",
    "address": "adress",
}
_WORD = re.compile(r"[A-Za-z']+")


def slip(text: str, chance: random.Random) -> str:
    """The text with one common typing mistake, where it has a word that people mistype."""
    spots = [match for match in _WORD.finditer(text) if match.group() in _SLIPS]
    if not spots:
        return text
    spot = chance.choice(spots)
    return text[: spot.start()] + _SLIPS[spot.group()] + text[spot.end() :]
