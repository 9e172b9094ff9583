"""Pricing, refunds and cancellations: what it costs, what should come back, and leaving."""

from moe_memorygraph.sample.topics.issue import Issue

__all__ = ["CANCELLATION", "CANCELLATION_IMPACTS", "PRICING", "PRICING_IMPACTS", "REFUND", "REFUND_IMPACTS"]

PRICING_IMPACTS = (
    "{Budget talks|Our budget round} {start|starts} {in [nextmonth]|next week|on [future]}, {so I need something I can show|and I need a number by then}.",
    "{[person] has asked|I have been asked} {to compare three vendors|for alternatives|to cut software spend by [pct] %}, {nothing personal|you're one of them}.",
    "{We like the product|The tool itself is fine|Nobody wants to switch}, {it's purely about the money|but the sums have to work}.",
    "{I can't sell that|That won't fly|I have no way to explain that} {internally|to [person]|upstairs}.",
    "{In a year like this|With our own margins under pressure} {every subscription is questioned|nobody signs anything without a fight}.",
    "",
)
PRICING = (
    Issue(
        key="renewal_increase",
        intent="renewal_quote",
        weight=1.4,
        subjects=(
            "Renewal quote is [pct] % higher",
            "Price increase at renewal",
            "Our renewal",
            "that's quite an increase",
        ),
        opens=(
            "{The renewal quote|Your renewal offer} {came in|arrived} at [bigamount], {[pct] % above|up [pct] % on} {what we pay today|this year}.",
            "{We received|I've just read|[person] forwarded me} the renewal {quote|offer}. {Same seats, same plan|Nothing changes in scope}, and it's [pct] % more. {Why|How come}?",
            "{What justifies|Can you tell me what justifies} {a jump of|an increase of} [pct] % {in one year|from one term to the next}?",
        ),
        details=(
            "{Our usage went down, not up|If anything we use it less}{: [seats] people, a third of them monthly|}.",
            "{The increase clause|Our contract} {talks of|mentions} {inflation|5 %}{, nothing like this|, I checked|}.",
            "{A competitor|Another vendor} quoted {us|} [amount] less per {quarter|year}{ for the same seats|, and they threw in onboarding|}.",
            "{We'd sign two years|A two-year deal is possible} {if the price stays|at today's price}.",
            "{The new bundle|Your bundle} {contains|includes} [addon], {which we don't need|and we never asked for that}.",
        ),
        asks=(
            "{What can you do|Is there room} {on the price|here}? {A call this week would help.|I'm free on {Tuesday|Wednesday|Thursday} afternoon.|}",
            "{Please send|I'd like} {a quote without the bundle|the quote split by item|a revised offer} by [future].",
        ),
        notes=(
            "{Unhappy with the renewal quote, +[pct] %|Asks for a better renewal price}. {Two-year term may be an option|Passed to the account owner}.",
        ),
        replies=(
            "{Thanks for being open|I understand}. {The quote includes|It contains} [addon] by default; without it the increase is {single digit|far smaller}. {Your account owner|The account team} {calls you|will ring} before [future].",
            "{List prices rose|Our list prices went up} in [month]; {existing customers can lock|you can lock} the current price {with a two-year term|for 24 months}. {A revised quote|The new quote} {is being prepared|follows}.",
        ),
    ),
    Issue(
        key="per_seat_price",
        intent="ask_price",
        subjects=(
            "Price per seat",
            "too expensive for occasional users",
            "Viewer seats?",
            "per-seat model doesn't fit us",
        ),
        opens=(
            "{We have|There are} {lots of|many} people who {look at one board a month|only read [module]|open it twice a year}, and {each of them costs a full seat|we pay full price for them}.",
            "{Per-seat pricing|Paying by head} {hurts|punishes} {companies like ours|seasonal work|us}: {in summer we double|people come and go with the projects}.",
            "{Is there|Do you have|Would you consider} a {read-only|viewer|light} seat? {Most of [team]|Half our people} {never edit|don't change} anything.",
        ),
        details=(
            "{At|With} [seats] {users|seats} {that's|we are at} [arr] {a year|per year}{, more than our [tracker] bill|, a lot for a planning tool|}.",
            "{We already share|People started sharing} {logins|a login}, {which I know is not allowed|and I'd rather stop that}.",
            "{Others charge|Your competitors charge} {by project|for editors only}.",
            "{The Guest Viewer pack|Your guest pack} {is limited to|stops at} {ten people|25}, {we'd need|and we have} [tens].",
        ),
        asks=(
            "{What would it cost for|What's the price for|Can you quote} [tens] {readers|viewers}?",
            "{Any plans|Is anything planned} {to change that|in that direction}?",
            "{Who can talk to us about {volume pricing|a site licence}?|I'd like to talk about {volume pricing|a site licence}.}",
        ),
        notes=(
            "{Asks for viewer pricing for [tens] people|Finds per-seat model unfair}. {Sent the Guest Viewer sheet|Logged as pricing feedback}.",
        ),
        replies=(
            "{Guest Viewer packs|The Guest Viewer pack} {cover|covers} 25 read-only people for $99 a month, {and packs add up|and you can stack them}. {For [tens] readers|In your case} that is {far below full seats|much less}.",
            "{I've noted|Noted}: {editors-only pricing|a lighter seat} {is under discussion|is being looked at} but {has no date|nothing is decided}. {Until then|Meanwhile} a volume tier starts at 150 seats.",
        ),
    ),
    Issue(
        key="plan_choice",
        tiers=("Starter", "Pro"),
        intent="compare_plans",
        subjects=("Pro or Business?", "which plan do we need", "difference between plans", "Upgrade question"),
        opens=(
            "{We're on|Today we have} the [plan] plan and {wonder|I'm asking myself} whether {the next plan up|Business|a bigger plan} {pays off|is worth it} for us.",
            "{Which plan|What plan} do we need {for single sign-on|to get audit logs|if we want [module] for everyone}?",
            "{The comparison page|Your pricing page} {leaves me puzzled|isn't clear}: {is [module] part of Pro|does [addon] need Business|what exactly is 'advanced' reporting}?",
        ),
        details=(
            "{We're|We will be} [seats] {people|users}, {growing to|soon} [moreseats].",
            "{Our main use is|Mostly we use} [module] and [module2].",
            "{[idp] is a must|We need [idp] login} {from [nextmonth] on|by year end|for security}.",
            "{If I read it right|As far as I see} the step {costs|is} {about|roughly} [amount] {more|on top}.",
        ),
        asks=(
            "{A straight answer|Please keep it simple} {is fine|}: {which one|what would you take}?",
            "{Can we try|Is there a trial of} the {higher|bigger} plan {for two weeks|}?",
        ),
        notes=(
            "{Compares plans, needs [module]|Asks which plan has single sign-on}. {Explained: Business and up|Trial of Business for 14 days set up}.",
        ),
        replies=(
            "{Single sign-on|SSO} {and audit logs come|is included} with Business {and up|and Enterprise}; [module] is {in all plans|part of Pro too}. {For [seats] people|With your numbers} {Business is the fit|I'd start there}.",
            "{I've switched on|You have} a 14-day trial of Business. {Nothing is charged|It ends by itself}; {tell us|let me know} {before [future]|} if you want to keep it.",
        ),
    ),
    Issue(
        key="nonprofit_multi",
        intent="ask_discount",
        weight=0.6,
        subjects=("Discount for several years", "volume discount", "Any discount?", "paying yearly"),
        opens=(
            "{Do you offer|Is there} {a discount|a better price} {if we sign for three years|for paying up front|for organisations like ours|from [moreseats] seats}?",
            "{We're thinking of|There's talk here of} {adding [project]|bringing in a second department}, {about [tens] people|another [tens] seats}. {What does that do to|Does that change} the unit price?",
        ),
        details=(
            "{Last time|Two years ago} {we got|your team gave us} [pct] %.",
            "{Payment up front|Paying in advance} {is possible|would work} {this fiscal year only|before [future]}.",
            "{We need|I need} {a formal offer|it as a PDF} {for the tender|for the file}.",
        ),
        asks=(
            "{Please send an offer|Could I have an offer} {by [future]|this week}.",
            "{Let me know|Tell me} {what's possible|your best price}.",
        ),
        notes=("Asks for {volume|multi-year} discount, {[tens] more seats possible|decision before [future]}.",),
        replies=(
            "{Three years|A three-year term} {gives|brings} 12 %, {paying yearly|annual payment} another 5 %; {from 150 seats|above 150 seats} the volume tier applies {too|as well}. {An offer|The PDF} is {attached|on its way}.",
        ),
    ),
)

REFUND_IMPACTS = (
    "{It isn't the end of the world|Not a drama}, {but it's our money|still, it's [smallamount] I'd like to see again}.",
    "{[person] checks|Our bookkeeping checks} {every week|daily} {whether it arrived|and then asks me}.",
    "{I was told|Someone on the phone said} {ten days|a week}; {that was|we're now at} {three weeks ago|day [tens]}.",
    "{Without the credit note|As long as there's no credit note} {I can't close|we can't close} {the period|[lastmonth]}.",
    "",
)
REFUND = (
    Issue(
        key="refund_status",
        intent="track_refund",
        subjects=(
            "Where is our refund?",
            "Refund of [amount] outstanding",
            "refund status",
            "still waiting for money back",
        ),
        opens=(
            "{The refund of|Our refund over} [amount] {was promised|was confirmed} on [olddate] and {hasn't arrived|is nowhere to be seen}.",
            "{Could you check|Please look up} {where|what happened to} the refund for [invoice]{ is|}.",
            "{It's been|We are at} [days] {working days|business days} {since you confirmed|since} the refund of [amount]. {Nothing so far|Our account shows nothing}.",
        ),
        details=(
            "{The card it was paid with|That card} {expired|was replaced} {in [lastmonth]|meanwhile}, {maybe it bounced|could that be it}.",
            "{The reference you gave|Your reference} {means nothing to our bank|can't be found}.",
            "{Partly it came|A part came}: [smallamount]{, the rest is missing|. Where's the rest|}.",
            "{It concerns|This was for} [addon]{, cancelled within the 30 days|, which we returned right away|}.",
        ),
        asks=(
            "{A date would be enough|Just give me a date}.",
            "{Please send it by transfer instead|Can you send it to our bank account instead}{, I'll give the details in the portal|}.",
            "{Who|Which department} {handles that|do I chase}?",
        ),
        notes=(
            "{Chasing refund of [amount] promised on [olddate]|Refund for [invoice] not arrived}. {Card expired, re-routing to bank|Trace started}.",
        ),
        replies=(
            "{It bounced|The refund bounced}: the card {was closed|has expired}. {I re-issued it|We've sent it again} as a bank transfer; {allow|it takes} {five|three to five} working days.",
            "{The refund left us|It left our side} on [date]; {your bank's trace number|the trace number} is in the portal. {If it's not there by|Should it be missing on} [future], {write again|reply here}.",
        ),
    ),
    Issue(
        key="refund_request",
        intent="get_refund",
        subjects=(
            "Refund request for [addon]",
            "please refund [invoice]",
            "We'd like our money back",
            "refund within 30 days?",
        ),
        opens=(
            "{We bought|We ordered} [addon] on [date] and {it does not do what we need|it isn't for us|nobody uses it}. {Please refund|We'd like to return it for} [amount].",
            "{I'm asking for|This is a request for} a refund of [invoice]: {the project was stopped|[project] was cancelled|we ordered the wrong plan}.",
            "{Does the 30-day|Is it true that the 30-day} refund {apply|count} {to add-ons as well|from the invoice date|to renewals}? {We're on day [tens]|Ours is [amount]}.",
        ),
        details=(
            "{Sales told us|We were told} {[module] would be included|it works with [connector]}, {which turned out wrong|that's not the case}.",
            "{We opened it|It was used} {twice|for one afternoon}{, see your logs|}.",
            "{Ordered by mistake|It was a mistake}: {someone clicked the banner|two people ordered it}.",
            "{A credit|Credit} {is fine too|would also do}{, if that is easier|, though money is better|}.",
        ),
        asks=(
            "{What are the next steps|How do we go on}?",
            "{Please confirm|Confirm} {the amount|when it's done}.",
            "{Is a form needed|Do I need a form} {or is this enough|}?",
        ),
        notes=(
            "{Refund request for [addon], bought [date]|Asks about 30-day refund}. {Within 30 days, approved|Outside the window, goodwill check}.",
        ),
        replies=(
            "{You're within|That's inside} the 30 days, so {we refund in full|the full amount goes back}: [amount], {same way it was paid|to the original payment method}, {within ten|in up to ten} business days.",
            "{The 30 days|The window} {ended on|closed on} [date]. {I can offer|What I can do is} {a credit for the unused months|a pro-rata credit} of [smallamount].",
        ),
    ),
    Issue(
        key="outage_credit",
        intent="service_credit",
        weight=0.7,
        subjects=("Service credit", "SLA credit for [lastmonth]", "compensation for downtime", "credit note please"),
        opens=(
            "{We'd like to claim|I want to claim} the {service credit|SLA credit} for the {downtime|outage} {on [olddate]|last month}.",
            "{According to the SLA|The SLA says} {we get a credit|there's a credit} {below|under} 99.9 %. {How do we claim it|Where is ours}?",
        ),
        details=(
            "{Our log shows|We counted} [minutes] minutes {without access|of errors}{ in [lastmonth]|}.",
            "{[team] sat idle|People had to wait}, {and that isn't in any SLA|but I'm only asking for the contractual part}.",
            "{Other vendors|Most vendors} {do it automatically|credit it by themselves}.",
        ),
        asks=("{Please confirm|Tell me} the {amount|percentage}.", "{Will it be|Is it} on the next invoice?"),
        notes=("Claims SLA credit for [olddate], {[minutes] minutes counted|calculation requested}.",),
        replies=(
            "{Availability in [lastmonth]|The month} {came out|was} below 99.9 %, so 10 % of the {monthly fee|month's fee} {is credited|comes off your next invoice}: [smallamount].",
            "{The month stayed|We measured} above 99.9 %, {so no contractual credit|hence no credit by contract}. {As a gesture|For the trouble} I added [smallamount].",
        ),
    ),
)

CANCELLATION_IMPACTS = (
    "{Nothing against your team|Your people were always helpful}, {it's a business decision|the decision came from above}.",
    "{We want a clean exit|I'd like this to be clean}: {data out, access off, last invoice paid|no loose ends}.",
    "{[person] wants it done|It has to be done} {before [future]|by quarter end}.",
    "",
)
CANCELLATION = (
    Issue(
        key="cancel_addon",
        intent="cancel_addon",
        weight=1.3,
        subjects=("Cancel [addon]", "End [addon] at term", "please cancel the add-on", "we no longer need [addon]"),
        opens=(
            "{Please cancel|We'd like to cancel|Kindly end} [addon] {at the end of the term|as soon as possible|with effect from [future]}.",
            "{We don't need|Nobody needs} [addon] any {longer|more} {since [project] ended|now that [connector] does the job|after the reorganisation}.",
        ),
        details=(
            "{We keep|Everything else stays}{ the seats and the plan| as it is|}.",
            "{It was used|Used} {by [few] people|for one project}{, all gone now|}.",
            "{If notice is needed|Should there be a notice period}, {take this as notice|this is it}.",
        ),
        asks=(
            "{Confirm the end date|Please confirm the last day}.",
            "{Will there be|Is there} {any more invoice for it|a final charge}?",
        ),
        notes=("Cancels [addon], {keeps the plan|end of term}.",),
        replies=(
            "[addon] {ends|will end} on [future]; {no further charge|nothing more is billed}. {Your data in it|What you stored there} stays {exportable|available for export} for 30 days.",
        ),
    ),
    Issue(
        key="cancel_workspace",
        intent="cancel_subscription",
        subjects=(
            "Closing one of our workspaces",
            "Cancel the [project] workspace",
            "reduce our contract",
            "Fewer seats from renewal",
        ),
        opens=(
            "{We're closing|We plan to close} the [project] workspace and {want to cancel|would like to end} its {subscription|[seats] seats} {at renewal|by [future]}.",
            "{After|Following} {a merger of departments|a reorganisation|the sale of a business unit} we {need fewer seats|can give back part of the seats}: [seats] {instead of|rather than} [moreseats].",
            "{How do we|What's the way to} cancel {a part of the contract|one workspace} without {losing|touching} the {rest|others}?",
        ),
        details=(
            "{Please keep|We need} the data {readable|available} until {the audit|[future]}.",
            "{The other workspaces {are not affected|stay as they are}|Everything else {stays|is not affected}}.",
            "{Notice is 60 days|The contract asks for 60 days}, {so we're in time|this should be early enough}.",
            "{[person] signs|The signature comes from [person]}{ if you need one|}.",
        ),
        asks=(
            "{Please confirm receipt|Confirm that you got this}.",
            "{What happens to|And what about} {the history|attachments} {after that|then}?",
        ),
        notes=(
            "{Closing workspace [project]|Reducing seats to [seats] at renewal}. {Export guide sent|Account owner informed}.",
        ),
        replies=(
            "{Confirmed|Received}: [project] {ends|closes} on [future]. {You can export|Export is open} for 30 days, {then it is deleted|after which data is deleted}. {The other workspaces|Your other contracts} {stay|are unchanged}.",
        ),
    ),
    Issue(
        key="cancel_terms",
        intent="cancellation_policy",
        subjects=("Notice period?", "How to cancel", "Question on cancellation terms", "auto-renewal"),
        opens=(
            "{What is|Could you tell me} {the notice period|our notice period} {for our plan|in our contract}{?|, and when does it end?}",
            "{Our contract renews|The contract renews itself} {in [nextmonth]|soon}. {Until when can we|What is the last day to} {say no|cancel|change it}?",
            "{We're reviewing|I'm reviewing} all {vendor|software} contracts and {found no date|can't find the end date} {in yours|for this one}.",
        ),
        details=(
            "{This is only a question|We haven't decided anything}{, for the file|, don't send sales|}.",
            "{The signed copy|Our copy} {has gone missing|sits with legal}.",
            "{Auto-renewal|That it renews silently} {isn't popular here|is something [person] dislikes}.",
        ),
        asks=("{Please send the dates|The dates are enough}.", "{Is mail enough|Does it have to be a letter}?"),
        notes=("Asks for {notice period|end of term}. {60 days, told|Sent contract copy}.",),
        replies=(
            "{The notice period|Notice} is 60 days before {the renewal date|the end of the term} for annual plans and {30 days|to the end of the month} for monthly ones; {a mail|this portal} is enough. {Yours renews|Your renewal date is} [future].",
        ),
    ),
    Issue(
        key="cancel_other_tool",
        intent="cancel_subscription",
        weight=0.6,
        subjects=("Not renewing [module] users", "moving part of the team", "trial group ends", "pilot cancelled"),
        opens=(
            "{The pilot with|Our pilot in} [team] {ends|is over} and {won't be continued|we will not extend it}. {Please close|Kindly end} the [tens] pilot seats.",
            "{[team] moves|We're moving [team]} to {another tool|what headquarters uses} {in [nextmonth]|on [future]}; {their seats can go|cancel their seats}.",
        ),
        details=(
            "{Main reason|The reason}: {they live in [tracker] all day|it was one tool too many|no offline use}.",
            "{For the rest of us nothing changes|The rest of us stays}{, promised|}.",
            "{They'd like|They want} {an export|their boards as PDF} first.",
        ),
        asks=(
            "{When does it take effect|What date can we put}?",
            "{Send me|I need} a confirmation{ for procurement|}.",
        ),
        notes=("Ends pilot of [tens] seats, {other teams stay|reason: uses [tracker]}.",),
        replies=(
            "{The pilot seats|These seats} {end|close} on [future], {no notice needed|without notice, as it was a pilot}. {The export|An export of their boards} {is ready|can be started} under Admin > Export.",
        ),
    ),
)
