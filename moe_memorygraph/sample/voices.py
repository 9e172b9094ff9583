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
    preludes: Sequence[str]  # come before the matter itself
    gripes: Sequence[str] = ()  # stand anywhere, where something is broken or wrong
    closings: Sequence[str]
    demands: Sequence[str] = ()  # closings where something is broken or wrong
    details: tuple[int, int] = (2, 3)  # fewest, most
    greeting: float = 0.5
    prelude: float = 0.2
    gripe: float = 0.2
    impact: float = 0.55
    colour: float = 0.7  # says more than needed
    ask: float = 0.85
    closing: float = 0.5
    lower_case: float = 0.0  # writes without capitals
    slips: float = 0.1  # a typing mistake somewhere
    drops_articles: bool = False
    gripes_of_defects: bool = False  # has gripes about what is broken, none about money


VOICES: Mapping[str, Voice] = {
    "plain": Voice(
        greetings=(
            "{Hello|Hi|Good morning|Hi there|Hello Northstar|Good afternoon}{,| team,| support,}",
            "Hi {support|everyone|all|Northstar},",
        ),
        preludes=(
            "{I looked through|I went through|I searched} the help pages {first|before writing} {and found nothing|, no luck|, nothing fits}.",
            "{This is about|It concerns|It's about} [project]{, mostly| and its neighbours|}.",
            "{For context|Some background}: {I look after|I'm responsible for} [project] {since [olddate]|here|these days}.",
            "{Not sure|I'm not sure} {if this is the right place|who to ask|which category to pick}, {so I'm starting here|feel free to pass it on|I took the nearest}.",
            "{Quick question first|One question}, {then you can go back to your coffee|it shouldn't take long}.",
        ),
        gripes=(
            "{I've waited a few days|We gave it a day or two} {in case it went away by itself|to be sure}{, it didn't|}.",
            "{It isn't dramatic|Nothing dramatic}, {but it's the second time|it just keeps nagging|but I'd like it off my list}.",
            "{We compared notes|I compared notes} with {another site|[team]}{: same there|, they have it too|}.",
        ),
        closings=(
            "{Thanks|Thank you}{ in advance| for looking into it| for your help|}.",
            "{Thanks|Cheers|Best},\\n[role], [company]",
            "Regards, {the|your} [role]",
            "{Many thanks|Thanks a lot|Thanks}{!|.}",
        ),
    ),
    "polite": Voice(
        greetings=(
            "{Dear|Good morning, dear} {support team|Northstar team|support|colleagues},",
            "{Hello and good day|Good afternoon|Hello there|Good day to all of you|Hello to the whole team},",
            "{Hi|Hello|Good morning} {team|all|everyone}, {hope you're well|I hope the week is treating you well|I hope you had a good start to {the week|[month]}|hope you've kept dry|I trust all is well at Northstar}.",
        ),
        preludes=(
            "{Sorry to bother you|Apologies for troubling you|Forgive me for troubling you} {again|with this|on a busy day|so soon after the last one}.",
            "{I know you're busy|I realise everyone is stretched|You must get hundreds of these}, {so thank you for reading|so I'll be brief|so no rush}.",
            "{First of all|Before anything else|To begin with}, {thank you|thanks} for {the quick help last time|sorting out [module] so kindly|the call on [weekday]}.",
            "{I wonder if|I was wondering whether} {you could help me|somebody could help} with {a small matter|something}.",
        ),
        gripes=(
            "{It may well be|It's quite possibly|I wouldn't rule out that it's} {my mistake|something on our side|a silly oversight of mine}, {please tell me if so|I'm happy to be corrected}.",
            "{Please don't take it|I don't mean it} {as a complaint|the wrong way}, {we do like working with you|everybody has such days}.",
            "{My colleagues|The others} {are less patient than I am|have started to grumble}{, I'm afraid|, so I promised to write|}.",
        ),
        closings=(
            "{Thank you so much|Many thanks|Thank you very much} for your {help|patience|time|kindness}.",
            "{With kind regards|Kind regards|Warm regards|Best wishes},\\n[role]",
            "{Have a lovely|Wishing you a good|Have a good} {week|day|weekend}{!|.}",
            "{Much appreciated|I'd be very grateful|Ever so grateful}{.| - [role], [company]}",
        ),
        details=(2, 4),
        greeting=0.9,
        prelude=0.4,
        gripe=0.3,
        closing=0.9,
        slips=0.05,
    ),
    "angry": Voice(
        greetings=("{Hello?|Support,|To whoever reads this:|Right.|Northstar,}",),
        preludes=(
            "{I'll keep this short|Let me be brief|Straight to it}{.|, my patience is short as well.|, I have eleven of these to write.}",
        ),
        gripes=(
            "{Another day|New week|New month}, {another ticket|another problem with Northstar}.",
            "{This is|It's} the {third|fourth|second} time {this quarter|I have to write about it|we've been through this}{!|.}",
            "{Frankly|Honestly|Sorry, but} {I've run out of patience|we expected better|this is not acceptable|that's amateur hour}.",
            "{Don't send me|Spare me|I don't need} {another link to the help centre|a canned reply|the survey|a 'we value your feedback'}.",
            "{For what we pay|At [arr] a year|For that kind of money} {I expect it to work|I shouldn't have to ask|somebody should pick up the phone}.",
            "{Does anyone over there|Does anybody} {read these|test things before they go out|talk to each other}?",
            "{I've been passed|You passed me} {around|from one desk to the next} {since [weekday]|all week}{, enough now|}.",
            "{My boss|[person]} {asks me what we pay you for|wants to know who signed this contract}{, and I'm out of answers|}.",
        ),
        closings=("{Thanks|Regards}, [role]", "- [role], [company]", "{That's all|That's it from me}."),
        demands=(
            "{I expect|We expect|I want} an answer {today|by tomorrow noon|before [future]|from a person}.",
            "{Escalate this|Put a manager on it|Give it to someone who can decide}{, please|}.",
            "{Not amused|Disappointed|Annoyed}, [role]",
            "{Sort it out|Fix it|Do something about it}{.|!}",
        ),
        details=(2, 3),
        greeting=0.25,
        prelude=0.15,
        gripe=0.75,
        impact=0.7,
        closing=0.7,
        slips=0.2,
    ),
    "curt": Voice(
        greetings=("{Hi|Hello}.", "{Morning|Afternoon|Hi all}."),
        preludes=(
            "{See subject|Short version|In short}.",
            "{Second request|Reminder}.",
            "{Quick one|One thing|Two points}.",
        ),
        closings=("Thx", "{Thanks|Rgds|Tks}.", "- [role]", "{Pls advise|Please advise|Waiting}."),
        details=(1, 2),
        colour=0.2,
        greeting=0.2,
        prelude=0.2,
        gripe=0.0,
        impact=0.3,
        ask=0.7,
        closing=0.3,
        lower_case=0.1,
        slips=0.12,
    ),
    "formal": Voice(
        greetings=(
            "{Dear Sir or Madam|Dear Northstar Cloud|To the support desk|Dear colleagues},",
            "Dear {customer service|Northstar support|Northstar team},",
        ),
        preludes=(
            "{We refer to our {agreement|conversation|meeting} {of [olddate]|of last month}|With reference to our {agreement|conversation|meeting} {of [olddate]|of last month}, {I have to report the following|please note what follows}}.",
            "{I am writing|I write} on behalf of [company] {regarding the following|in the matter below|about [project]}.",
            "{Kindly note|Please note} that {this message has been logged|we have logged this} {with us|internally} under {our reference|reference} {[po]|SR-[ticks]}.",
            "{May I draw|Allow me to draw} your attention to {the following|a matter that needs yours}.",
        ),
        gripes=(
            "{For the avoidance of doubt|To be clear}, {this is a request, not a complaint|we remain satisfied with the service as a whole}.",
            "{We would have preferred|I should have preferred} {to be told in advance|not to discover this ourselves}.",
            "{The matter has been|This has been} {noted in the supplier review|brought to my attention by [person]}.",
        ),
        closings=(
            "{Yours faithfully|Yours sincerely|With best regards},\\n[role]\\n[company]",
            "{We look forward|I look forward} to {your reply|hearing from you|your proposal} {by [future]|in due course|this week}.",
            "{Please acknowledge|Kindly acknowledge} receipt of this message.",
        ),
        details=(2, 4),
        greeting=0.9,
        prelude=0.4,
        gripe=0.25,
        closing=0.9,
        slips=0.02,
    ),
    "chatty": Voice(
        greetings=(
            "{Hey|Hey hey|Hiya|Hi hi|Heya}{!| team!| folks,| lovely people,}",
            "{Happy {Monday|Wednesday|Friday}|Me again|Long time no ticket}{!|...}",
        ),
        preludes=(
            "{So|Okay so|Right, so}, {funny story|here's a puzzle for you|coffee in hand|picture this}{.|: }",
            "{I promised myself|I swore} {not to write again this month|I'd figure it out alone}{, and here I am|, yet here we are}.",
            "{Quick one before lunch|Short one, I hope|Two minutes?}{.|, promise.}",
        ),
        gripes=(
            "{You know how it is|Typical}: {one thing works and the next one breaks|Friday plans, Monday surprises|you fix the roof and the tap drips}.",
            "{Tell me I'm not crazy.|Please tell me it's not just us.|Am I holding it wrong?}",
            "{My colleague swears|[person] swears} {it was fine last week|it's the full moon|nobody touched anything}.",
            "{I've tried|We've tried} {turning it off and on again|swearing at it}, {as one does|no luck so far}.",
        ),
        closings=(
            "{Thanks a bunch|You're the best|Cheers|Ta|Thanks heaps}{!| :)|}",
            "{Talk soon|Fingers crossed|Over to you}{!|, [role]}",
            "{Thanks, and sorry for the novel|Ok, back to work|Now lunch}{!|.}",
        ),
        details=(2, 4),
        greeting=0.7,
        prelude=0.3,
        gripe=0.4,
        closing=0.6,
        lower_case=0.35,
        slips=0.35,
    ),
    "rambling": Voice(
        greetings=("{Hello|Good day to you|Hi|Good morning from a grey [company]},",),
        preludes=(
            "{I should explain|Let me explain first|You should know} that {we are a small department|we only moved to your product recently} and {everyone does a bit of everything|I inherited this from someone who kept it all in their head}, {so I may use the wrong words|which is why I ask basic things}.",
            "{It started|It all began} {when [person] asked me a simple question|on [weekday] during the weekly meeting}, {and you know how that goes|and three hours later I was still at it}, {one thing led to another|because one number led to the next}.",
            "{I had written|I wrote} {a longer mail|all this} {yesterday|already} and {lost it|then the browser closed}, {so this is the short version|which didn't improve my mood}.",
            "{We had the auditors in|It's budget season|The heating broke|Half the office has the flu} this week, {so it has been one of those weeks|and this was the last straw, in a manner of speaking|which is why you hear from me only now}.",
            "{My predecessor|The person before me} {always said|used to say} {to call instead of writing|your people are helpful}, {but I like to have things on paper|so here goes}.",
            "{I asked around the office first|Before writing I asked three people here}, {got four opinions|and nobody could say}, {so now it's your turn|hence this mail}.",
        ),
        gripes=(
            "{In the old days|Years ago} {one rang somebody called Pat|there was a number to call} {and it was done|who knew our file}{, but I digress|, never mind|}.",
            "{I don't want to make|I won't make} a {drama|big thing} out of it, {there are worse things|it's only software}, {but still|and yet}.",
        ),
        closings=(
            "{Sorry for the length|Sorry, that got long}{, and thanks|, I do go on|}.",
            "{I hope that makes sense|I hope that makes some sense|I hope this is clear enough|Hope you can follow me|You'll know what I mean}{. Thank you|. Thanks, [role]|, if not, call me|. Bye for now}.",
            "{There was something else|I had a second question}, {but it can wait|I'll send it separately|it escapes me now}.",
        ),
        details=(3, 4),
        colour=0.9,
        greeting=0.6,
        prelude=0.6,
        gripe=0.35,
        impact=0.7,
        closing=0.7,
        slips=0.25,
    ),
    "technical": Voice(
        greetings=("{Hi|Hello}{,| support,| all,}",),
        preludes=(
            "{Short report|Facts first|What we know so far}{:|, in order:}",
            "{Severity from our side|Our priority}: {medium|P3|P2}{, no data at risk|}.",
        ),
        gripes=(
            "Environment: [browser], build [build], workspace region {EU|US|AP}.",
            "{Request id|Trace id} {from the response header|of the last try|for your logs}: req-{7f|3a|c9|e1}[ticks].",
            "{Repro rate|Happens in} {about a third of tries|roughly [tens] % of tries|one try out of four}{, first seen [date]|, so not load related|}.",
            "{HAR file|Screenshots|Logs} {attached|available on request}{, times are UTC|}.",
            "{Ruled out so far|Already excluded}: {proxy, cache, extensions|VPN and DNS|our own deployment of [date]}.",
        ),
        closings=("{Thanks|Regards|Best}, [role]", "{Thanks|Thank you} {in advance|for checking}.", "- [role]"),
        demands=(
            "{Let me know|Tell me} {which logs you need|if a HAR file helps|what else to collect}.",
            "{Happy to test a patch|I can test on staging|We can give you a test workspace}.",
        ),
        details=(2, 4),
        greeting=0.4,
        prelude=0.12,
        gripe=0.6,
        gripes_of_defects=True,
        impact=0.35,
        closing=0.4,
        lower_case=0.08,
        slips=0.06,
    ),
    "nonnative": Voice(
        greetings=(
            "{Hello dear support|Good day|Hello to all|Dear support},",
            "{Dear colleagues from Northstar|Hi Northstar|Hello Northstar team},",
        ),
        preludes=(
            "{Excuse my English|Sorry for my English}, {I try to explain|I hope it is understandable}.",
            "{I have a question|The topic is the following}, {I try to be short|please help}.",
            "{I write you again|I contact you} because {we could not solve it alone|my chief asked me}.",
        ),
        gripes=(
            "{We have already|Already we have} {controlled it from our side|asked our IT}, {they say it is not us|without success}.",
            "{Our headquarter|The headquarter} {is asking me every day|waits for the answer until [future]}.",
            "{For us it is|It is for us} {not clear|difficult to understand} {what we make wrong|how this can be}.",
        ),
        closings=(
            "{Thank you for your soon answer|Waiting for your answer|Thanks for understanding}.",
            "{Best greetings|Cordially|Greetings from [project]}, [role]",
            "{Thank you in before|Many thanks before|Thanks for the support}.",
        ),
        greeting=0.8,
        prelude=0.3,
        gripe=0.4,
        closing=0.7,
        slips=0.3,
        drops_articles=True,
    ),
}

PHONE_FRAMES = (
    "{Call|Phone call}, {about|roughly} [call_minutes] {min|minutes}. {Caller is the|Spoke to the} [role].",
    "[role] {called|rang|phoned} at [clock]{, line was bad|, calm but firm|, in a hurry|}.",
    "{Call back to|Returned the call of} the [role]{ who left a voicemail| as agreed|}.",
    "{Inbound call|Incoming call}, [role] {on the line|speaking}{, asked for a supervisor first|}.",
    "Voicemail {from|left by} the [role] at [clock], {summary|short version} below.",
)
PHONE_ENDS = (
    "{Promised|Agreed} {to mail|a mail} {by [future]|today}.",
    "{Will call back|Calling back} {on {Monday|Tuesday|Thursday} morning|after checking with the second line}.",
    "{Customer|Caller} {happy with that|accepted that|not convinced, wants it in writing|says fine for now}.",
    "{Asked for|Wants|Would like} {a ticket number|written confirmation|a mail with the main points}.",
    "",
)
FOLLOW_UPS = (
    "{Any news|Is there any news|Any progress} on {this|my message of [date]|the below}? {It's been [few] days|I have heard nothing since|Nothing reached me so far|[person] keeps asking}.",
    "{Following up|Coming back} on {this|my earlier ticket}: {nothing has changed|it's still the same here|the answer didn't help, I'm afraid}.",
    "{Thanks for the reply|Thank you for the first answer}, {but|however} {that isn't what I asked|it only covers half of it|I'm no further}.",
    "{Still open on our side|Same question, day [days]}. {Did this get lost|Has anyone picked it up}?",
    "{Adding to|One more thing for} the open {case|ticket}, {which I forgot|as it may matter|before I forget}.",
    "{Friendly reminder|A gentle nudge}{, please|}: {[company] is waiting|this one is still waiting} {for an answer|on you} {since [date]|}.",
    "{Partly solved|Good news and bad news}: {the first point is settled|one half is clear now}, {the other isn't|the rest is as it was}.",
    "{I read your answer twice|I've read your answer}, {and I think we talk about two different things|but it doesn't match what I see}.",
)
REPLY_OPENS = {
    "phone": ("{Thank you for|Thanks for} {the call today|taking the time on the phone|calling}.", ""),
    "sorry": (
        "{I'm sorry about|Sorry for|Apologies for} {the trouble|this|the effort this has cost you}.",
        "{Hello|Hi|Good morning|Good afternoon}, {thanks for flagging this|thank you for the details}.",
        "{Thanks for|Thank you for} {your message|the clear description|reporting this}.",
        "",
        "",
    ),
    "plain": (
        "{Hello|Hi|Good morning|Good afternoon}, {thanks for writing|thank you for your message|good to hear from you}.",
        "{Thanks for|Thank you for} {your message|getting in touch|asking}.",
        "",
        "",
    ),
}
REPLY_ENDS = (
    "{Anything else|If something is still open}, {just reply here|answer to this mail}.",
    "{I'll keep|I'm keeping} this {open|ticket open} until {you confirm|[future]}.",
    "{Let us know|Tell us} {how it goes|if that works for you}.",
    "{Best|Kind regards|Best regards}, Northstar {Support|Customer Care}",
    "",
    "",
)
REPLY_FOLLOW_UPS = (
    "{Sorry this fell behind|Apologies for the silence}. {I've taken it over|It's with me now}, and {you'll hear from me|I will write} by [future].",
    "{Thanks for the nudge|Thank you for coming back}. {The second line|A specialist} {answered this morning|has it}: {the cause is found|we know more}, {the answer follows|you get the details} {today|by [future]}.",
    "{Understood, reopened|I've reopened it}. {I looked again|Looking again} {at your workspace|with a colleague}: {there was a second cause, which is gone now|the first change had not reached you, now it has}.",
    "{You're right|Fair point}, {my first answer missed the point|we only answered half}. {I've asked|I asked} {the team in charge|billing and engineering} and {come back to you|will write} by [future].",
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
