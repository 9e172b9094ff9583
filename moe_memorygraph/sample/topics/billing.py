"""Billing: invoices, charges, taxes, payments. The largest topic, so the one with the most ways to go wrong."""

from datetime import date

from moe_memorygraph.sample.topics.issue import Issue

__all__ = ["BILLING", "BILLING_IMPACTS"]

NEW_BILLING_SYSTEM = date(2025, 10, 1)

BILLING_IMPACTS = (
    "{[person]|Our finance side} {will not release|is refusing to release|won't sign off} the payment run until {this is cleared up|somebody explains it|the numbers agree}.",
    "{We close the books on|Month end is|Our close is} [future], {so this can't drag on|so I'd rather not carry it over|and I don't want to book it wrong again}.",
    "{It's not a fortune, but|The amount is small, still|I know it is only [smallamount], but} {I have to justify every line|audit asks about each difference|it's the third small thing this quarter}.",
    "{This is the kind of thing|Little things like this are what} [person] {brings up whenever your renewal is on the table|uses against you at renewal time|remembers when we talk renewal}.",
    "{I spent|That cost me|I've now lost} {most of|half of|nearly all of} {a morning|an afternoon|[weekday]} {on this|matching lines by hand|comparing PDFs}.",
    "{We pay on time, always have|We've never been late with a payment}, {so please don't treat us like|and I'd hate for this to turn into} {a late payer|a dunning case}.",
    "{[project] is billed back to a client|The cost is re-billed to [project]}, {so the figure has to be right|which means I need a correct figure} {before [future]|this week|first}.",
    "Our {purchase ledger|AP queue|approval workflow} {rejects|bounces|blocks} {anything|every invoice} that doesn't {match to the cent|match the order exactly}.",
    "{With the audit coming up|Because we're being audited|As the auditors are in the house}, {[person] wants|I've been asked for} {a paper trail for each of these|something in writing}.",
    "",
)

BILLING = (
    Issue(
        key="duplicate_charge",
        intent="dispute_charge",
        weight=1.3,
        subjects=(
            "Charged twice for [invoice]",
            "Duplicate payment taken",
            "double charge - [invoice]",
            "Two debits, one invoice",
            "Same amount taken twice on [date]",
        ),
        opens=(
            "{We were|It looks as if we were|Our bank shows we were} charged twice for [invoice]: [amount] on [date] and the {very same|same} sum {two days|three days|a day|not even a week} later.",
            "[amount] has {gone out|left our account|been collected} twice for {one and the same invoice|the same invoice}, [invoice].",
            "{Can somebody|Could anyone over there} explain why {there are two identical debits|I see two identical debits} of [amount] {on our statement|against our account}?",
            "{Pretty sure|I'm fairly certain} your system {ran our card twice|collected [invoice] twice|took the [month] payment two times}. {Both lines say|Each line reads} [amount].",
            "{While reconciling|Going through} the {[lastmonth]|[month]} statement {I found|we noticed|my colleague noticed} a second {payment|collection} for [invoice], [amount], {that nobody here approved|that we did not authorise|which nobody can account for}.",
        ),
        details=(
            "{Only one of the two|Just one of them} {appears|shows up|is listed} under Billing > Payments{, which makes it worse|; the other seems to live only at our bank|}.",
            "The {bank reference|transaction reference} is {identical|the same} on both {lines|entries}{, apart from the time stamp|, down to the last digit|}.",
            "{Our card was replaced|We switched cards} on [olddate]{, maybe it was retried on the old one| and I wonder whether both were tried|}.",
            "{It was a bank transfer, not a card|We pay by direct debit}, so {this can't be a pending authorisation|it isn't one of those holds that drop off}.",
            "{First I thought|At first I assumed|I hoped} it was {a hold that would drop off|just a pre-authorisation}, {but both have settled now|but after [days] days both are final}.",
            "{The same thing|Exactly this|Something similar} happened {in [lastmonth]|last spring|about a year ago} and {took three weeks to sort out|needed four mails to fix}.",
        ),
        asks=(
            "{Please|Can you} {reverse|send back|return} the second one {before [future]|this week|to the card it came from}.",
            "{I'd like|We need} the {duplicate|extra} [amount] {back|returned}, {not a credit for next time|as money, not as a credit note}.",
            "{Could you confirm in writing|Please confirm} {that one will be refunded|which of the two stands}{ and when| so I can book it|}?",
            "{Who can get|What do you need from me to get} {the second payment|one of them} {reversed|undone}?",
        ),
        notes=(
            "{Says|Reports} [invoice] was {collected|charged} twice, [amount] each, {a few days apart|on [date] and again later}.",
            "{Sent|Will send} {the bank statement|a screenshot of both lines}. {Wants money back, no credit note|Prefers refund to original card}.",
            "{Checked: second attempt came from the payment retry|I can see two captures in the payment log, one without invoice}.",
        ),
        replies=(
            "I can see {both payments|two captures}: the second is an automatic retry that {should have stopped|did not see the first one had settled}. {I reversed|We've reversed} [amount] today; {your bank may need|allow} {three to five|up to five} working days.",
            "{You are right|Confirmed}, [invoice] was collected twice. The {extra payment|second one} {is on its way back|has been refunded} under reference RF-[rows].",
            "{Thanks for the statement|Thank you for checking}. {Our payment provider|The processor} reported a timeout and {our side tried again|we retried}. The duplicate [amount] {will be returned|goes back} to the same account.",
        ),
    ),
    Issue(
        key="seat_count",
        intent="dispute_charge",
        weight=1.4,
        subjects=(
            "Seat count wrong on [invoice]",
            "[moreseats] seats billed, we have [seats]",
            "Why are we paying for [moreseats] users?",
            "licence numbers don't add up",
            "Question about seats on the last bill",
        ),
        opens=(
            "[invoice] {lists|bills|charges us for} [moreseats] seats. {We have|There are} [seats] {active people in the workspace|people in there|users, I counted}.",
            "{According to|If I read} the {admin page|Members screen} {right |}we have [seats] {users|members}, {yet|but} {the bill|the invoice} {says|insists on} [moreseats].",
            "{The number of seats|The seat figure} on {our bill|the [month] invoice} is {off|wrong|not ours} {again|}: [moreseats] instead of [seats].",
            "{We removed|[person] removed|I deactivated} {[few] people|a batch of contractors|the leavers} {on [olddate]|weeks ago}, and they {are still being billed|are still on [invoice]|still count as seats}.",
            "{How do you count seats|What counts as a seat}? {We thought|I was told} {guests are free|viewers don't count|deactivated people drop off}, and {still|yet} [invoice] {comes to|says} [moreseats].",
        ),
        details=(
            "{Guests|Our guest viewers|External reviewers} {were never|should not be} {part of the deal|billed as full seats}{, see the order form|, at least that is what your colleague said|}.",
            "{[few] of them|A handful} are {service accounts for [connector]|test logins|the same person with two addresses}.",
            "{I exported|Attached is|I can send} the member list {as of [date]|from this morning}{: [seats] rows, no more|, count it yourself|}.",
            "{The difference is|That makes} [amount] {for the quarter|over the term|a year}{, not pocket change|, which is hard to explain|}.",
            "{Single sign-on keeps|[idp] keeps|The directory sync keeps} {re-creating people who left|adding everyone in the group}, {maybe that's the cause|I suspect that is why}.",
            "{Nobody from [team]|None of [team]} has {logged in|opened it} since [olddate], {yet they're all on the list|but they all count}.",
        ),
        asks=(
            "{Please correct|Can you re-issue} the invoice {for [seats] seats|with the right number}{ and tell me how to stop this|}.",
            "{Send me|I'd like} the list of {names|accounts} {you billed|behind that number}, {then we can compare|so I can tick them off}.",
            "{Can we agree on|Please set} [seats] {as the count|seats} {from [date]|for this period} {and credit the rest|}?",
            "{What do I have to do|Which button is it} so that {removed people are not billed|leavers stop costing money}?",
        ),
        notes=(
            "{Disputes|Questions} the seat count on [invoice]: billed [moreseats], {believes it should be|says} [seats].",
            "{Explained that|Told them} deactivated members {drop off at the next cycle|still count until the period ends}. {Not happy with that|They want it in writing}.",
        ),
        replies=(
            "{I compared|We compared} your member list with [invoice]: {[few] deactivated people were|a group of guests was} counted. {A corrected invoice for [seats] seats|The new invoice, for [seats] seats,} {is in your billing page|went out today}.",
            "Seats are counted on {the first day of the period|the renewal date}, so people removed {later|after that} {drop off next time|disappear from the next bill}. {As a courtesy I credited|I have credited} [amount].",
            "{The directory sync|[idp]} had {re-activated|brought back} {[few] leavers|several accounts}. They're {gone now|removed}, and {the difference of [amount]|[amount]} is credited.",
        ),
    ),
    Issue(
        key="proration",
        intent="explain_charge",
        subjects=(
            "Proration on [invoice]",
            "How was [amount] calculated?",
            "mid-month seats, strange amount",
            "Please explain the prorated line",
        ),
        opens=(
            "{We added|I added|[person] added} {[few]|ten|fifteen} seats {in the middle of the month|on [olddate]} and the {prorated|partial} line {makes no sense to me|came out at [amount]|is higher than a full month}.",
            "{Could you walk me through|I can't reproduce|Help me understand} the {'partial period'|'adjustment'|prorated} line {on [invoice]|over [amount]}?",
            "{The partial charge for|Proration for} [project] {seats|users} {shows|is} [amount], {my own sum gives|I get} {about half|a third less|[smallamount] less}.",
            "{One line|A line} on [invoice] {says 'adjustment'|reads 'prorated usage'|is called 'mid-term change'} with [amount] {behind it|next to it} and {no dates at all|not a word of explanation}.",
        ),
        details=(
            "{I used|My sum uses} {30|31} days, {you might use a different base|maybe you count the year as 360}.",
            "{We upgraded and then|They added and later|We added and within a week} removed {some of them|[few] seats}, {so I'd expect a minus too|but there is no credit line}.",
            "{In [lastmonth]|Last quarter} the same {change|step} cost {far less|[smallamount]}{, with more seats|}.",
            "{The PDF has|There's} no {start date|from-to} on that {line|row}{, so I can't check anything|}.",
            "{Is it counted|Do you count} {from the day of the order|from midnight UTC|from the billing date} or {from the day they first log in|the date of the invite}?",
        ),
        asks=(
            "{A simple breakdown|The formula, with dates,} {would do|is all I need}.",
            "{Please send|Can I have} the {days, seats and price|calculation} {behind it|line by line}.",
            "{If it is wrong|If there's an error}, {please credit it|fix it} {before the next run on [future]|on the next invoice}.",
        ),
        notes=(
            "{Wants|Asked for} the calculation behind the prorated [amount] on [invoice].",
            "{Walked through|Explained} daily proration; {customer gets a different sum|still [smallamount] apart}. {Passed to billing|Sending the worksheet}.",
        ),
        replies=(
            "{Here is the sum|The calculation}: seats × monthly price × remaining days ÷ days in the month, {counted from|starting at} the day of the change. {For [invoice]|In your case} that gives [amount].",
            "{You were right to ask|Good catch}: the removal {was not taken into account|came in a day late}, so [smallamount] {is credited|comes off the next invoice}.",
        ),
    ),
    Issue(
        key="vat",
        intent="correct_invoice",
        subjects=(
            "VAT on [invoice]",
            "Tax charged although exempt",
            "reverse charge missing",
            "Sales tax question",
            "tax ID not on invoice",
        ),
        opens=(
            "[invoice] {carries|has|shows} {VAT|tax} although {we gave you our number|our VAT ID is on file|we are exempt} {ages ago|since [olddate]|}.",
            "{Our tax adviser|[person]} {sent back|rejected} [invoice] because the {reverse-charge note {is missing|isn't printed}|tax ID {is missing|is an old one}|VAT number isn't ours}.",
            "{Why is there|There is} {sales tax|tax} of [smallamount] on {the last bill|[invoice]}{? We sent the exemption certificate in [lastmonth]| even though we filed our exemption certificate|}.",
            "{The tax line|Tax} {changed|is different} {from [lastmonth] to [month]|since the last invoice} {without any change on our side|and nobody told us why}.",
        ),
        details=(
            "{The number is correct|It's right} {in the portal under Company details|on your own order form}, {just not on the PDF|but the PDF prints something else}.",
            "{For us this is a cost|We can't reclaim it}, {so it matters|so [smallamount] is real money}.",
            "{Without it|Unless it's on there} {we can't deduct|the tax office doesn't accept} {anything|the document}.",
            "{The billing country|Our country} {seems to have been reset|flipped to the wrong one} {after the address change|when we changed the card}.",
            "{Same story|This was already wrong} {on the previous two|on [invoice2] too}.",
        ),
        asks=(
            "{Please re-issue|We need a corrected} [invoice] {without tax|with our ID on it}{ and refund the [smallamount]|}.",
            "{Can you check|Would you check} {our tax settings|what's stored for us} {before the next bill|and fix all three}?",
            "{Tell me where to|Where do I} upload the certificate {so it sticks|once and for all}?",
        ),
        notes=(
            "{Tax|VAT} charged on [invoice]; customer {claims exemption|has a valid ID on file}. {Asked for the certificate by mail|Found it in the account notes}.",
            "{Needs|Wants} a corrected PDF before [future].",
        ),
        replies=(
            "Your tax ID {was stored|is stored} but {not validated|never passed validation}, so the default rate applied. {It is validated now|I validated it}; corrected [invoice] {attached|in your portal}, and [smallamount] {refunded|credited}.",
            "{The exemption certificate|Your certificate} {had expired in our records|was filed under the old legal entity}. {I've moved it|I corrected that}, {re-issued the invoice, and the tax is off|and a new invoice is out}.",
        ),
    ),
    Issue(
        key="po_number",
        intent="correct_invoice",
        subjects=(
            "PO number missing on [invoice]",
            "[po] must be on the invoice",
            "invoice rejected by our AP system",
            "wrong purchase order printed",
        ),
        opens=(
            "{Our AP system|[erp]|Accounts payable} {rejected|bounced} [invoice] because {it has no PO number|[po] isn't on it|the order number is missing}.",
            "{Please put|We need to see|I need} [po] on [invoice]{, otherwise it won't be paid|; without it nothing moves here|}.",
            "{The purchase order printed on [invoice] is wrong|You quote the wrong order on [invoice]}{: it should be [po]|; ours is [po], yours belongs to last year|}.",
            "{Every|Each} {quarter|renewal} {the same dance|it's the same}: {we send the PO|we mail you [po]}, {the invoice comes without it|and the bill ignores it}.",
        ),
        details=(
            "{We raised it|The order was raised} on [olddate] and {mailed it to your billing address|uploaded it in the portal}.",
            "{Payment terms are 30 days|Thirty days}, and {the clock only starts|they count} {with a valid document|once it's accepted}.",
            "{The field in your portal|Your PO field} {takes twelve characters|cuts off after the dash}, {maybe that's why|which may be the reason}.",
            "{Please also move the {ship-to|cost centre} over to [project]|The {ship-to|cost centre} is wrong as well, it still says [project]}.",
            "{We're not trying to delay|Nobody wants to pay late}, {it's simply blocked|the system leaves us no choice}.",
        ),
        asks=(
            "{A re-issued PDF|A corrected copy} {today|by [future]} {would save us both trouble|is enough}.",
            "{Could you store it|Please store it} {on the account|as a standing order} {so next time it's there|for the coming year}?",
            "{Same date, same amount, just|Nothing else needs to change, only} the number{, please|}.",
        ),
        notes=("{Needs|Asks for} [po] on [invoice]. {AP will not pay otherwise|Blocked in [erp]}.",),
        replies=(
            "{Done|Added}: [invoice] now {carries|shows} [po], and I saved it {on the account|as the standing reference} so the next one {has it too|picks it up}.",
            "{The portal field was full|Our form cut it off}, sorry. {Re-issued with|New PDF with} [po] {attached|in your billing page}.",
        ),
    ),
    Issue(
        key="card_declined",
        intent="payment_issue",
        subjects=(
            "Card declined, but it works elsewhere",
            "Payment failed notice",
            "can't update our card",
            "Payment method error [error]",
        ),
        opens=(
            "{Your page|The billing page} {declines|refuses|won't take} our {new|company} card{, [error]|}, {while the bank says it never saw a request|and it works fine everywhere else|and yes, it has funds}.",
            "{Got a mail|We received a notice} that {the payment for [invoice]|our [month] payment} failed. {The card is valid|Nothing changed on our side}.",
            "{I'm trying to|I want to|Tried to} {replace|update} the card before [future], {and the Save button does nothing|but the form just spins|but it ends with [error]}.",
            "{Every time I enter|As soon as I enter} the {security code|postcode} the {form|page} {goes blank|reloads|says 'try again later'}.",
        ),
        details=(
            "{Tried|I tried} [browser] and [browser2], {same result|no difference}.",
            "{The bank asks for|It wants} {an approval on the phone|3-D Secure} and {that pop-up never opens|the window closes by itself}.",
            "{It's a virtual card|The card is a virtual one} {with a limit of [amount]|issued for SaaS vendors only}{, plenty for this|}.",
            "{The banner says|There's a banner saying} {our workspace goes read-only|access will be limited} {in [days] days|on [future]}{, and that scares people|}.",
            "{I'd rather not|I won't} {send card data by mail|read a card number over the phone}.",
        ),
        asks=(
            "{Can you send a payment link|Is there a way to pay by transfer|Could we just get bank details} {for this one|instead}?",
            "{Please hold off|Stop} the {read-only thing|suspension} {while we fix it|until it's sorted}.",
            "{What does [error] mean|Can you tell me what [error] means|What is [error] supposed to tell me}?",
        ),
        notes=(
            "{Card|New card} {declined|rejected} in the portal ([error]). {Offered a payment link|Extended grace period by [days] days}.",
        ),
        replies=(
            "{The bank's|Your bank's} confirmation window {was blocked|is blocked} by {the pop-up setting|an extension}. {Here is a payment link|I've mailed a one-off link}; {access stays on|no suspension} {meanwhile|until [future]}.",
            "{We found|There was} a problem with {our card form|the address check} {this week|between [date] and today}. {It's repaired|Fixed}; please try again, and I've {moved the deadline|put off the reminder} to [future].",
        ),
    ),
    Issue(
        key="invoice_missing",
        intent="get_invoice",
        subjects=(
            "No invoice for [month]",
            "Where is the [lastmonth] invoice?",
            "invoice copy please",
            "invoices go to the wrong inbox",
        ),
        opens=(
            "{We paid|The card was charged|[amount] left our account} on [date] and {no invoice arrived|I still don't have the invoice|there's no PDF anywhere}.",
            "{I can't find|Nobody here received|We're missing} the invoice for [lastmonth]{. Only the receipt is there|; the list in the portal stops before that|}.",
            "{Invoices go to|Your mails still go to} {someone who left|a mailbox we closed|the wrong department}{, have done for months|}, {so we miss them|and then I get a reminder for a bill I've never seen}.",
            "{Need|I need|Please send} copies of {all invoices|everything} {for [lastyear]|since [olddate]}{, for the auditors|, the download gives me a zip with nothing in it|}.",
        ),
        details=(
            "{The billing contact should be|Please make it} {our shared finance mailbox|the AP inbox}, {not a person|people come and go}.",
            "{A receipt isn't|The receipt is not} {a tax document|enough} {here|for our books}.",
            "{The download link|The link in the mail} {has expired|ends in a [http] page}.",
            "{I already changed|We changed} the {contact|address} {in the portal|under Billing > Contacts} {on [olddate]|twice}, {it jumps back|apparently without effect}.",
        ),
        asks=(
            "{Can you mail|Please send} {the PDF|it} {today|straight away|to this address}?",
            "{And please fix|Also fix} the {recipient|contact} {for good|so this stops}.",
            "{All I need is|Just} the document{, nothing else|}.",
        ),
        notes=(
            "{Invoice for [lastmonth] not received|Asks for copies of [lastyear] invoices}. {Contact was outdated|Sent by mail during the call}.",
        ),
        replies=(
            "{Attached|Here you go}: the {[lastmonth]|missing} invoice. {Your billing contact|The contact} {was a deactivated person|had bounced}; I {replaced it with the one you gave|set the shared mailbox}.",
            "{The export failed|The zip was empty} because {one old document had no file|of a broken entry from the 2022 import}. {All PDFs are now|You can now find everything} under Billing > Documents.",
        ),
    ),
    Issue(
        key="removed_addon",
        intent="dispute_charge",
        subjects=(
            "Still billed for [addon]",
            "[addon] was cancelled",
            "add-on we don't use",
            "remove add-on from invoice",
        ),
        opens=(
            "{We dropped|We cancelled|I switched off} [addon] on [olddate] and [invoice] {still has it|bills it again|lists it as if nothing happened}.",
            "{There's|I see} a {line|charge} for [addon], [amount]. {Nobody here|No one} {ordered|asked for|uses} it.",
            "{The trial of|Our trial for} [addon] {ended|was over} {on [olddate]|weeks ago}; {it seems to have|apparently it} turned into {a paid thing|a subscription} {by itself|without a single mail}.",
            "{How many times|How often} {must we|do we have to} {say that we don't want|say no to} [addon]?",
        ),
        details=(
            "{I have|There is} {a confirmation|a mail} {from your side|from your team} {dated [olddate]|saying it ends with the month}.",
            "{In the portal it's|The portal shows it as} {greyed out|'inactive'}, {on the bill it's alive|so why is it billed}.",
            "{It was meant for|We took it for} [project], {which closed|and that ended} {in [lastmonth]|months ago}.",
            "{That's [amount] a month|At [amount] a period}{, times however many months this has been running|, I can think of better uses|}.",
            "{Auto-renewal of add-ons|That add-ons renew on their own} {isn't mentioned|is nowhere} {in the order form|in what we signed}.",
        ),
        asks=(
            "{Take it off|Remove it} and {credit|refund} {what was charged since|the [month] part}.",
            "{Please confirm the end date|I'd like a confirmation that it's off|Confirm that it's gone}{, in writing| by mail|}.",
            "{Who|Which of our admins} {switched it on|ordered it}? {The log should tell|I'd like to know}.",
        ),
        notes=(
            "{Billed for [addon] after cancelling on [olddate]|Says [addon] was never ordered}. {Log shows an admin accepted the trial|Cancellation found, credit requested}.",
        ),
        replies=(
            "{You did cancel|I see your cancellation}; {the add-on's own term|the term of [addon]} ran {to the end of the quarter|until [date]}. {As the mail didn't say so|Since that wasn't clear}, {I credited|we credit} [amount].",
            "[addon] {is removed|is off} as of today. {The trial was accepted|Someone accepted the trial} {in the app|from the banner} on [olddate]; {I've refunded it all the same|we'll refund the one period}.",
        ),
    ),
    Issue(
        key="usage_overage",
        intent="explain_charge",
        subjects=("Overage on [invoice]", "What is 'sync overage'?", "API usage charge", "unexpected usage fees"),
        opens=(
            "{What is|Can you explain} the {'sync overage'|overage|usage} {line|item} {of [amount]|over [amount]} {on [invoice]|on our last bill}?",
            "{Out of nowhere|All of a sudden} {we pay|there is} [amount] for {API calls|sync operations}. {Nothing changed|We did nothing different} {on our end|here}.",
            "{[connector] seems to {burn|eat}|Apparently [connector] {burns|eats}} through the quota: [rows] {operations|calls} {in one week|in [lastmonth]}.",
            "{We got billed|You billed us} for going over the limit, {but there was no warning|and the warning mail came after the fact|while the usage page shows [pct] % used}.",
        ),
        details=(
            "{The usage page|Your usage graph} {and the invoice|and the bill} {disagree by|differ by} [rows2].",
            "{Looks like|I think} it {retries|polls} every minute {since [date]|when the other side is down}, {that can't be our fault|surely that shouldn't count}.",
            "{A warning at 80 %|An alert before it happens} {would have helped|is the least I'd expect}.",
            "{On our plan|In our contract} {there should be|we have} {a million calls|100,000 operations} {included|a month}.",
            "{Half of those|Most of them} {ended in|are} [http] errors{, and failed calls should be free|}.",
        ),
        asks=(
            "{Please waive|Would you waive} it {this once|for this period} and {show us|tell me} {how to cap it|where the switch is}.",
            "{Send the log|I'd like the log} of {what was counted|these calls}.",
            "{Can we set|Is there} a hard limit {instead of a bill|per month}?",
        ),
        notes=(
            "{Asks what the overage of [amount] is|Disputes usage charge}. {[connector] polled every minute after a failure|Retries counted as calls}.",
        ),
        replies=(
            "{The connector|[connector]} {had been retrying|was retrying} a failed job {since [date]|for days}. {Failed calls|Those} shouldn't count, {so I removed [amount]|so the line is credited}. {An alert at 80 %|A cap} can be set under Usage > Limits.",
            "{The line covers|It covers} [rows] operations above the {plan's quota|included amount}. {As it's the first time|As a one-off} {we waive it|I've waived half}; {please set a limit|the limit switch is} under Usage.",
        ),
    ),
    Issue(
        key="dunning",
        intent="payment_issue",
        subjects=(
            "Reminder for a paid invoice",
            "We HAVE paid [invoice]",
            "final notice received in error",
            "payment not matched",
        ),
        opens=(
            "{You are chasing us|We got a reminder|Third reminder now} for [invoice], {which was paid|paid} on [olddate].",
            "{Your final notice|This 'final notice'} about [amount] {is embarrassing|landed on my desk|went to our CEO of all people}. {It was paid|We paid it} {weeks ago|on [olddate]}.",
            "{The transfer of [amount] left us on|We transferred [amount] on} [date]{, your system still shows|; the portal still says} 'overdue'.",
            "{Somebody matched|I believe you booked} our payment {to the wrong account|against [invoice2]} {, and now|, so} [invoice] {is open|looks unpaid}.",
        ),
        details=(
            "{Reference on the transfer was|We used as reference} [invoice]{ and our customer number|, exactly as printed|}.",
            "{The bank confirms|Our bank confirms} {it was credited|arrival} on {[date]|[weekday]}.",
            "{We paid two invoices in one go|It was one transfer for two invoices}{, that may be why|, [invoice] and [invoice2]|}.",
            "{A late fee was added|They've even added a late fee}{ on top| as well|}{, which I won't pay|, how nice|}.",
            "{I've explained this|I already told this} {to two of your colleagues|on the phone on [weekday]}.",
        ),
        asks=(
            "{Please match it|Match the payment} and {stop the mails|stop the reminders}.",
            "{Cancel the late fee|Take the fee off} {while you're at it|too}.",
            "{An apology to [person]|A short note that it's settled} {would be nice|is needed for our files}.",
        ),
        notes=(
            "{Reminder for [invoice] although paid on [olddate]|Payment of [amount] not matched}. {Proof of payment requested|Found it under unmatched receipts}.",
        ),
        replies=(
            "{Found it|We found your payment}: it was {booked to another customer with a similar name|sitting in unmatched receipts}. [invoice] is {closed|settled}, the fee {cancelled|removed}, and reminders {stop|have stopped}. {My apologies|Sorry for the embarrassment}.",
            "{One transfer for two invoices|The combined transfer} {confused|was too much for} our matching. {Both are marked paid|Both are settled} {as of|with value date} [olddate].",
        ),
    ),
    Issue(
        key="entity_change",
        intent="update_details",
        subjects=(
            "Change of company name on invoices",
            "New billing address",
            "legal entity changed",
            "please bill our other company",
        ),
        opens=(
            "{We have moved|Our company moved|As of [olddate] we've moved}, and {the new address|our address} {is still not on|never made it to} [invoice].",
            "{From [nextmonth]|Starting [nextmonth]} {please bill|invoices should go to} our {holding|sister} company {instead of|rather than} {us|this entity}.",
            "{The legal name on|Our name on} [invoice] is {the old one|out of date|missing its legal form}, {so [erp] refuses it|and the auditors complain}.",
            "{Half of the seats|Part of the seats} belong to {[project]|another cost centre} and {need|should get} {their own invoice|a separate bill}.",
        ),
        details=(
            "{I changed it|Changed it} in the portal, {the preview is right|it looked right}, {the PDF isn't|the final document wasn't}.",
            "{Only billing changes|It's only for billing|This is for the books only}, {the workspace stays as it is|users should notice nothing|nobody moves, nothing gets renamed}.",
            "{The registry extract|A registry extract} {can be sent|is attached} {if you need it|}.",
            "{Two invoices|[invoice] and [invoice2]} {went out|were issued} with the {old|wrong} {data|address} {already|}.",
        ),
        asks=(
            "{Please update and re-issue|Would you update it and re-issue} {both|the last one}.",
            "{Is a new contract needed|Do we need a new contract} for that, or {is a mail enough|does this ticket do}?",
            "{Tell me|Let me know} {what you need|which papers you need} {from our side|}.",
        ),
        notes=(
            "{Billing entity changes from [nextmonth]|Address on [invoice] outdated}. {Needs amendment form|Updated during call, PDF re-issued}.",
        ),
        replies=(
            "{Updated|The details are updated}, and [invoice] {was re-issued|is re-issued} with the {new name|new address}. {A change of legal entity|Another entity} {needs|takes} a one-page amendment; {it is on its way|I've mailed it}.",
            "{Splitting the bill|A split} by {cost centre|workspace} {is possible|works}: {each group gets its own invoice|one invoice per group}, {starting in|from} [nextmonth].",
        ),
    ),
    Issue(
        key="discount_missing",
        intent="dispute_charge",
        subjects=(
            "Agreed discount not applied",
            "[pct] % missing on [invoice]",
            "price differs from the order form",
            "promo not honoured",
        ),
        opens=(
            "{Our order form says|We agreed on} [pct] % off, and [invoice] {is at list price|shows none of it|was calculated without it}.",
            "{The unit price|The price per seat} on [invoice] is {not what we signed|higher than the order form says|a few {dollars|euros} too high}.",
            "{[person] negotiated|We negotiated} {a multi-year discount|a volume price} {in [lastmonth]|last year} and {every single bill|each bill since} {ignores it|has been wrong}.",
            "{The credit|The goodwill credit} {your colleague promised|we were promised} on [olddate], [amount], {isn't on|never showed up on} {the invoice|[invoice]}.",
        ),
        details=(
            "{Happy to send|I can send|Attached:} the signed {form|page}{, it's on page two|, see the box at the bottom|}.",
            "{Over the year|Added up} {that is|it's} [amount2]{, which we budgeted to save|}.",
            "{Your sales rep|The rep} {has left, I hear|doesn't answer}, {so I'm writing here|so here I am}.",
            "{For the first two bills|At the beginning} {it was right|the discount was there}, {then it vanished|since [olddate] it's gone}.",
        ),
        asks=(
            "{Please correct|Can you correct} {this one and the earlier ones|the price} {and credit the difference|}.",
            "{I'd like|We expect} {a corrected invoice|the right price} {before we pay|by [future]}.",
        ),
        notes=(
            "{Discount of [pct] % from order form missing on [invoice]|Promised credit [amount] not applied}. {Order form checked, customer is right|Needs approval from sales}.",
        ),
        replies=(
            "{The order form confirms|You're right:} [pct] %{, it had not been carried over to the renewal|; the price list was updated without it|}. {Corrected|A corrected} [invoice] {is out|follows today}, {difference|and} [amount] credited.",
            "{The credit was approved|The approval was there} but {never posted|stuck with the old rep}. {It's posted|Now posted}; it {comes off|reduces} the next invoice.",
        ),
    ),
    Issue(
        key="plan_term",
        intent="explain_charge",
        weight=0.7,
        subjects=(
            "Annual invoice instead of monthly",
            "billing period changed?",
            "Why are we invoiced for a year?",
            "invoice date moved",
        ),
        opens=(
            "{We're on monthly|Our plan is monthly}, {yet|but} [invoice] is for {a full year|twelve months}: [bigamount].",
            "{Why did the billing date move|What made our billing date jump} {to the middle of the month|from the first to some random day}?",
            "{Somebody|I hope nobody here} {switched us|clicked us} to annual {billing|payment}{, because that's what I got|; the invoice says so}.",
            "{The quarter|Our quarter} {doesn't line up|no longer lines up} with {our fiscal year|yours}, {and invoices now cover|so [invoice] covers} {odd periods|two budget years}.",
        ),
        details=(
            "{We don't have|There's no} {budget|approval} for {that sum|[bigamount]} {this year|in one go}.",
            "{The setting under|What I see under} Billing > Plan {still says|says} 'monthly'.",
            "{Cash flow|Liquidity} {matters|is a topic} {in our business|right now}{, as you can imagine|}.",
            "{If annual gives {a discount|some percent off}|If there's a discount for annual}, {tell me|I might consider it}, but {not like this|ask first}.",
        ),
        asks=(
            "{Please cancel|Cancel} this one and {bill|send} the month.",
            "{Can you move|Please move} the date {back to the first|to match our fiscal year}?",
        ),
        notes=(
            "{Annual invoice [bigamount] sent by mistake|Wants billing date moved}. {Re-issued as monthly|Explained renewal terms}.",
        ),
        replies=(
            "{The renewal form had the annual box ticked|On the renewal form the annual box was ticked} by default. {I voided|We voided} [invoice] and {set you back to|you're on} monthly.",
            "{Moved|The date is moved}: from [nextmonth] {you're billed|bills go out} on the first, with {one short period|a partial bill} {to bridge the gap|in between}.",
        ),
    ),
    Issue(
        key="payment_details",
        intent="payment_issue",
        weight=0.6,
        subjects=("Bank details changed?", "Is this mail from you?", "your new bank account", "remittance address"),
        opens=(
            "{We got a mail|A mail arrived} {saying|claiming} your bank details {changed|have changed}. {Is that genuine|Is this really you}?",
            "{The account on|The bank account printed on} [invoice] is {different from|not the same as} the one {we paid until [lastmonth]|in our vendor file}.",
            "{To set you up|For setting you up} in [erp] {we need|I need} {a bank confirmation|a signed vendor form} {from you|on your letterhead}.",
        ),
        details=(
            "{Our policy is|We have a rule} to {call back|verify by a second channel} {before changing any bank data|}.",
            "{The sender|It} {looked right|looks fine}, {but the tone was odd|but with so much fraud around I'm asking}.",
            "{Until then|As long as that's open} {payment of [invoice] is on hold|[amount] stays blocked}.",
        ),
        asks=(
            "{Please confirm|Kindly confirm} {the right details|which account is correct} {by phone|through the portal}.",
            "{Can someone from billing|Could billing} {call|ring} {our AP desk|[person]}?",
        ),
        notes=(
            "{Verifying bank details after a mail|Bank account on [invoice] differs}. {Confirmed: our account changed with the new entity|Mail was not from us, reported as phishing}.",
        ),
        replies=(
            "{Thank you for checking|Good that you asked}. {That mail was not ours|It isn't from us}; our details {have not changed|are the ones in the portal}. {Please forward it|Forward it to our security desk}.",
            "{Yes, it's genuine|It is correct}: {we changed banks|the account changed} on [olddate]. {A signed confirmation|The letter} is in your portal under Documents.",
        ),
    ),
    Issue(
        key="seat_trueup",
        intent="dispute_charge",
        weight=7.0,
        since=NEW_BILLING_SYSTEM,
        subjects=(
            "Seat true-up on [invoice] is wrong",
            "New billing system counts our seats twice",
            "true-up charge?!",
            "[amount] 'seat true-up' we don't owe",
            "October invoice, true-up line",
        ),
        opens=(
            "{Since you moved|Ever since the move} to the new billing system {we get|there's} a 'seat true-up' {line|charge}, {this time|now} [amount], {for seats we already pay for|that nobody ordered|which counts the same people twice}.",
            "[invoice] {adds|has} a true-up of [moreseats] seats {on top of|in addition to} the [seats] {we're contracted for|in our contract}. {It's the same people|They are the same heads}.",
            "{The new invoices|These new-style bills} {charge|bill} our seats {once as subscription and once as 'true-up'|twice}{: [amount] too much|. That's [amount] extra|}.",
            "{What is a|Please explain this} 'seat true-up'? {We've been with you for years and never saw one|In all the years with you there was no such thing}{, now it costs us [amount]|}.",
            "{Your October change|The migration of your billing} {broke|messed up} {our bill|our invoice}: {seats appear twice|every seat is listed two times, regular and true-up}.",
        ),
        details=(
            "{The member page|Members} {says|shows} [seats], {and that number hasn't moved|no change} since [olddate].",
            "{The true-up period|The period on that line} {starts before|begins before} {our contract did|October}{, which can't be|}.",
            "{On the old invoices|With the old system} {it was one line|there was a single line}, {easy to check|clear to everyone}.",
            "{Already [lastmonth]|The one before}, [invoice2], {had the same line|was wrong the same way}{, and we were told it'd be fixed|}.",
            "{Your status page|The notice you sent} {mentions|said} {a new layout|'improved invoices'}, {not a word about|nothing about} extra charges.",
            "{We can't approve|I cannot approve} {a bill|an invoice} that {is [pct] % higher|jumps by [pct] %} {with the same number of people|without a reason}.",
            "{Other customers|People in the user group} {report the same|have it too}, so {it's hardly us|please look at the system}.",
        ),
        asks=(
            "{Remove the line|Take the true-up off} and {re-issue|send a clean invoice}{, please|}.",
            "{Credit|Please credit} [amount] {now|today}, {we'll not wait for the next cycle|not with the next bill}.",
            "{Put the account on hold|Pause collection} {until it's right|meanwhile}{, or the card will be charged|}.",
            "{When will|By when will} {this be fixed at the source|the system stop doing that}?",
        ),
        notes=(
            "{Seat true-up of [amount]|True-up line} on [invoice] {counts contracted seats again|doubles the contracted seats} {since the October billing move|}.",
            "{Known problem with the new billing system|Linked to the true-up problem}. {Credit requested|Collection paused until [future]}.",
        ),
        replies=(
            "{This is a fault|That's a fault} in the {new billing system|migration}: seats {with a start date before October|moved from the old contracts} {were counted|are counted} again as true-up. {I credited|We've credited} [amount] and {re-issued|corrected} [invoice].",
            "{You're not alone with this|Several customers are affected}. The true-up line {is cancelled|has been cancelled}; {collection is paused|nothing will be collected} {until the corrected invoice is out|before [future]}.",
            "{Our billing team|Billing} {confirmed|confirms} the double count. {A credit note over|Credit note for} [amount] {is in your portal|went out today}, and {the fix ships|the job is repaired} {before the next run|by [future]}.",
        ),
    ),
    Issue(
        key="platform_fee",
        intent="dispute_charge",
        weight=4.5,
        since=NEW_BILLING_SYSTEM,
        subjects=(
            "New 'platform fee'?",
            "Platform fee not in our contract",
            "what is this [smallamount] fee",
            "unannounced fee on [invoice]",
        ),
        opens=(
            "{There's a new|I see a new|[invoice] has a new} 'platform fee' of [smallamount] {that isn't in our contract|nobody told us about|on the bill}.",
            "{Since when do we pay|Since when do you charge|How long has there been} a platform fee? {Our order form|The contract} {has no such item|lists seats and nothing else}.",
            "{A fee called|Something called} 'platform fee' {appeared|turned up} {with the new invoice layout|in [month]}, [smallamount] {per month|a month}{, small but unexplained|}.",
            "{We refuse to|Sorry, we won't} pay the platform fee on [invoice]{: it was never agreed|. It was not agreed, not announced|}.",
        ),
        details=(
            "{The notice about|Your mail on} the new billing system {promised|said} 'no change to your price'{. I kept it|; I have it here|}.",
            "{Prices are fixed|Our price is fixed} until {the renewal|the term ends}{, clause four|, it's in writing|}.",
            "{On a yearly basis|Over a year} it's {more than|about} {one seat|two seats}{, so no, not trivial|}.",
            "{The support chat|Your chat} {told us|said} it's 'standard'. {Standard for whom?|That is no explanation.}",
            "{If every vendor|Imagine if every vendor} {added a line like that|did that}.",
        ),
        asks=(
            "{Please remove it|Take it off} {from this and all coming invoices|for good}.",
            "{Show me|I'd like to see} the clause {that allows it|it rests on}.",
            "{We'll pay the invoice|I will pay} less the fee{, please adjust|} {and expect a corrected copy|}.",
        ),
        notes=(
            "{Objects to platform fee of [smallamount] on [invoice]|Platform fee not in contract}. {Fee removed, flag set on the account|Passed to billing, legacy contract}.",
        ),
        replies=(
            "{The platform fee|That fee} applies to contracts {signed after October 2025|from October 2025 on}, {yours is older|not to yours}. {It was switched on by the migration|The migration set it by mistake}; [smallamount] {is credited|refunded} and {the flag is off|it won't come back}.",
            "{You're right, it does not belong|It doesn't belong} on your invoice. {Removed|I removed it}, and {a corrected|the corrected} [invoice] {is in the portal|follows}.",
        ),
    ),
    Issue(
        key="invoice_layout",
        intent="correct_invoice",
        weight=2.5,
        since=NEW_BILLING_SYSTEM,
        subjects=(
            "New invoice layout unusable",
            "cost centres gone from the invoice",
            "can't read the new bill",
            "please bring back line details",
        ),
        opens=(
            "{The new invoice|Your new layout} {lumps everything together|has no line per workspace any more|drops the cost centres}, {so I can't allocate a thing|and I allocate by line, every month}.",
            "{Where did the cost-centre split go|What happened to the per-project lines|Why are the line details gone}? {The old invoice had them|[invoice] is one big number|I need them to book this}.",
            "[invoice] is {one page|a single line}: 'subscription, [bigamount]'. {That's not an invoice|With that I can do nothing}.",
            "{Our import into|The import to} [erp] {fails|breaks} since the {PDF|CSV} {changed its columns|has a new format} {in October|without notice}.",
        ),
        details=(
            "{We split by|We allocate by} [project], [project2] {and a few more|and so on}.",
            "{Typing it in by hand|Doing it by hand} {takes|costs me} {two hours|half a day} {a month|each time}.",
            "{A CSV with|Even a plain CSV with} {the lines|seats per workspace} {would do|would be fine}.",
            "{The PO number moved|PO and period moved} to the {footer|second page}, {our scanner misses it|where OCR doesn't look}.",
        ),
        asks=(
            "{Can we have|Please give us} the {old layout|detail page} back{, at least as an option|}?",
            "{Is there|Do you have} a {detailed export|line-item file} {somewhere|I overlooked}?",
        ),
        notes=(
            "{New invoice layout lacks cost centres|Import of new invoice format into [erp] fails}. {Detail export promised for [nextmonth]|Sent a manual breakdown}.",
        ),
        replies=(
            "{A line-item CSV|The line items} {is available|can be downloaded} under Billing > Documents > Details. {The split by cost centre returns|Cost centres come back} {to the PDF|} in [nextmonth].",
            "{I've attached|Attached is} a breakdown of [invoice] by workspace. {We're sorry|Apologies} {for the change without notice|that the new format broke your import}; the {column list|new format} is {in our help pages|documented now}.",
        ),
    ),
)
