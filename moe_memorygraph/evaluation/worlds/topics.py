"""What customers of a world write about: topics, their labels in several styles, their texts.

In texts, braces hold alternatives and brackets a detail: see `moe_memorygraph.sample.wording`.
"""

from dataclasses import dataclass

__all__ = ["CLOSINGS", "DISTRACTIONS", "DOMAINS", "ERRORS", "OPENINGS", "REPLIES", "TOPICS", "Domain", "Topic"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain:
    """What the tenant's software is for, with the nouns of its users."""

    use: str
    thing: str
    things: str
    place: str
    device: str


DOMAINS = (
    Domain(use="shift planning", thing="rota", things="rotas", place="ward", device="time clock"),
    Domain(use="stock keeping", thing="stock count", things="stock counts", place="depot", device="handheld scanner"),
    Domain(use="field service", thing="work order", things="work orders", place="branch", device="tablet"),
    Domain(use="appointment booking", thing="booking", things="bookings", place="practice", device="check-in kiosk"),
    Domain(use="fleet routing", thing="route", things="routes", place="yard", device="in-cab terminal"),
    Domain(use="quality inspection", thing="checklist", things="checklists", place="plant", device="label printer"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A topic: `labels` in the styles snake_case, "Title & Title" and "Head: tail"; `said` as people ask for it.

    `said` stands before "tickets", `about` after "tickets about".
    """

    key: str
    labels: tuple[str, str, str]
    said: tuple[str, ...]
    about: str
    weight: float
    subjects: tuple[str, ...]
    bodies: tuple[str, ...]


OPENINGS = (
    "{Hello|Hi|Hi there|Good morning},",
    "{Dear team|Dear support},",
    "{I run|I look after} [product] at {our|the} [place] in [town].",
    "{Writing on behalf of|Asking for} {our|the} [role].",
    "",
    "",
    "",
)
CLOSINGS = (
    "{Thanks|Thank you|Many thanks}.",
    "{Kind regards|Best wishes|Regards}, [role]",
    "{Please advise|Please get back to me|An answer today would help}.",
    "{We are around until six|You can reach us until noon}.",
    "",
    "",
)
DISTRACTIONS = (
    "{By the way|As an aside}, the {new colours|new menu} {look nice|took getting used to}.",
    "{Nothing to do with the [thing] of last week|This is not about the [thing] we wrote of before}.",
    "{The bill for last month is fine, before you ask|Our contract is not the topic here}.",
    "{We moved to the second floor|Our [town] site opens in spring}, so {mails may cross|calls may go unanswered}.",
    "{My colleague has already asked|Somebody here may have asked} {about the trainer|for a demo of [module]} {separately|in another mail}.",
    "{The [device] at the [place] works|All [device]s are charged}, {that is not it|we checked that first}.",
    "{It is month end here|It is our busiest week}.",
)
REPLIES = (
    "{Hello|Hi}, {we looked into it|thanks for waiting}: {it is settled now|a colleague corrected it this morning}.",
    "{We could reproduce it|Found it}. {A fix went out|The setting is corrected}, {please try again|please check once more}.",
    "{Passed on to|With} the second line, {you hear from us tomorrow|an answer follows}.",
    "{Sorry about that|Our apologies}. {Done|Corrected} as you asked.",
)
ERRORS = ("E-417", "E-902", "KX-11", "KX-38", "P-5003", "P-5120", "R77", "W-0404", "Z-19")

TOPICS = (
    Topic(
        key="billing",
        labels=("billing_invoices", "Billing & Invoices", "Billing: invoices"),
        said=("billing", "invoice"),
        about="billing",
        weight=1.5,
        subjects=("Invoice {[number]|of last month}", "{Wrong|Odd} line on {our bill|the invoice}", "Billing question"),
        bodies=(
            "{The invoice|Our latest bill} {lists|shows} [number] {users|licences}, {yet|but} we {have|run} only [few] fewer. {Please correct it|Could you send a corrected one?}",
            "{We were billed|You billed us} [money] {twice|two times} {this month|for the same period}. {Our accounts department|Finance} {noticed it today|asks for an explanation}.",
            "{Where do I find|I cannot find} the {PDF of the invoice|bill} for {last month|the second half}? {The auditor|Our bookkeeper} {needs|wants} it.",
            "The {purchase order number|cost centre} is {missing from|wrong on} the invoice{ again|}, so {it cannot be booked|our payables team sent it back}.",
            "{VAT|Sales tax} was {added|charged} on the invoice of [day] although {we are exempt|we sent the certificate}.",
        ),
    ),
    Topic(
        key="refund",
        labels=("refund_request", "Refunds & Credits", "Refund: request"),
        said=("refund",),
        about="refunds",
        weight=0.7,
        subjects=("Refund {for|of} [money]", "{Money back|Refund} please", "Credit still open"),
        bodies=(
            "{We would like|Please arrange} a refund of [money] for the [module] {add-on|module}, {which nobody used|ordered by mistake}.",
            "{The refund|The credit} {promised|agreed} on [day] has {not arrived|not shown up on the account}. {When can we expect it?|Please check with your bank.}",
            "{We sent back|We returned} [few] [device]s {unused|in their boxes}. {Please refund|We expect} [money].",
            "{Can the rest of the year|Could the unused months} be {refunded|paid back}? {The branch in [town] has closed|The [place] is no longer open}.",
        ),
    ),
    Topic(
        key="login",
        labels=("login_sso", "Sign-in & SSO", "Login: SSO"),
        said=("login", "sign-in", "SSO"),
        about="sign-in",
        weight=1.2,
        subjects=("{Cannot|Can't} sign in", "SSO {loop|error [error]}", "{Locked out|Password mails missing}"),
        bodies=(
            "{Since [day]|Since the morning} [number] of our people {cannot sign in|are thrown back to the sign-in page}. {The message says|It shows} [error].",
            "{Single sign-on|SSO} {ends in a loop|stops} after {our identity provider|the company page}. {Without it nobody|Nobody} {opens|sees} a [thing].",
            "{The reset mail|The password mail} {never arrives|takes an hour}. {The [role]|Our new colleague} is {locked out|waiting}.",
            "{The code from the phone|The second factor} is {refused|not accepted} {every morning|since the phone was replaced}.",
        ),
    ),
    Topic(
        key="outage",
        labels=("service_outage", "Outages & Downtime", "Outage: service"),
        said=("outage", "downtime"),
        about="outages",
        weight=0.7,
        subjects=("[product] {is down|not reachable}", "Outage {again|at [town]}", "Everything stands still"),
        bodies=(
            "[product] {is down|cannot be reached} {for all of us|at every [place]} since [clock]. {We write [things] on paper|Nothing moves}.",
            "{Another outage|Downtime again}: {error page|only a white page} {from|since} [clock], {[number] people wait|the [place] stands still}.",
            "{Your status page is green|The status page says all is well}, {but|yet} {no [thing] loads|we get no connection} {in [town]|anywhere}.",
        ),
    ),
    Topic(
        key="performance",
        labels=("slow_performance", "Speed & Performance", "Performance: speed"),
        said=("performance", "speed"),
        about="performance",
        weight=1.0,
        subjects=("{Very slow|Slow} since {the update|[day]}", "[module] takes {minutes|ages}", "Loading times"),
        bodies=(
            "{Opening a [thing]|Saving a [thing]} takes [number] seconds{ since the update|}. {It used to be instant|Last month it took two}.",
            "[module] {crawls|is sluggish} {between nine and eleven|in the afternoon}; {people go for coffee meanwhile|the [role] is losing patience}.",
            "{The search over [things]|The list of [things]} {needs a minute|hangs} {before anything shows|each time}.",
            "{Speed is a problem|It lags} on every [device], {even on a wired line|our network was checked}.",
        ),
    ),
    Topic(
        key="integration",
        labels=("integration_api", "Integrations & API", "Integration: API"),
        said=("integration", "API"),
        about="integrations",
        weight=0.9,
        subjects=("API returns [error]", "{Connector|Interface} to {the ERP|payroll} stopped", "Webhook question"),
        bodies=(
            "{The connector|Our interface} to {payroll|the ERP} {stopped|breaks} on [day] with [error]. {No [thing] comes across|[number] [things] are missing}.",
            "{Your API|The API} {answers|returns} [error] for {every third call|calls with an umlaut}. {Did the schema change?|Nothing changed here.}",
            "{Webhooks arrive|The webhook comes} {twice|out of order}, so {[things] are booked twice|we count double}.",
            "{Is there an endpoint|Which endpoint do we use} {for|to read} [things] {by date|of one [place]}?",
        ),
    ),
    Topic(
        key="export",
        labels=("data_export", "Exports & Spreadsheets", "Export: data"),
        said=("export",),
        about="exports",
        weight=0.8,
        subjects=("Export {is empty|stops}", "{Spreadsheet|CSV} with wrong {dates|columns}", "Export of [things]"),
        bodies=(
            "{The export|The spreadsheet} of [things] {is empty|ends after [number] rows}. {We filter by [place]|No filter is set}.",
            "{Dates|Decimals} in the export {swap day and month|come as text}, {so the formulas break|the import elsewhere fails}.",
            "{Can the nightly export|Could the export} {go to our own folder|be sent as a spreadsheet}? {Now somebody clicks it by hand|We need it for the board}.",
        ),
    ),
    Topic(
        key="feature",
        labels=("feature_request", "Ideas & Feature requests", "Feature: request"),
        said=("feature request",),
        about="feature requests",
        weight=0.8,
        subjects=("{Wish|Idea}: [wish]", "Feature request", "{Could|Can} [product] do this?"),
        bodies=(
            "{We would love|It would help us to have} [wish]. {The [role] asks every week|Others surely want that too}.",
            "{Is [wish] planned?|Any plans for [wish]?} {We would test it gladly|Happy to join a pilot}.",
            "{A wish from our [place]|Feature request}: [wish]{, please|}. {It would save us hours|At present we do it by hand}.",
        ),
    ),
    Topic(
        key="onboarding",
        labels=("onboarding_setup", "Onboarding & Setup", "Onboarding: setup"),
        said=("onboarding", "setup"),
        about="onboarding",
        weight=0.7,
        subjects=("{Setting up|Start at} [town]", "{Import|Upload} of old [things]", "First steps"),
        bodies=(
            "{We are setting up|We are rolling out} [product] at [town] {next week|on [day]}. {How do we bring in|What is the best way to import} the old [things]?",
            "{The import of|Uploading} [number] [things] {stops at row [few]|fails at once}. {Our trainer could not help|The guide does not say why}.",
            "{Who|Which of your people} {will train|trains} the {[number] new users|team in [town]}? {Nobody called so far|The date was moved twice}.",
        ),
    ),
    Topic(
        key="delivery",
        labels=("hardware_delivery", "Shipping & Delivery", "Delivery: hardware"),
        said=("delivery",),
        about="deliveries",
        weight=0.7,
        subjects=("{Where are|Delivery of} our [device]s", "[device] arrived {damaged|broken}", "Parcel {lost|late}"),
        bodies=(
            "{The parcel with|Our order of} [few] [device]s {has not come|is late}. {Tracking stopped|No news} since [day].",
            "{One [device]|A [device]} {arrived with a cracked screen|was dead on arrival}. {Please send another|How do we return it?}",
            "{The parcel went to|You shipped to} {our old address|[town]} instead of {the new one|the main [place]}.",
        ),
    ),
    Topic(
        key="mobile",
        labels=("mobile_app", "Mobile & Tablets", "Mobile: app"),
        said=("mobile", "mobile app"),
        about="the mobile app",
        weight=0.8,
        subjects=("App {crashes|closes}", "{Mobile app|Phone app} loses [things]", "App and {battery|camera}"),
        bodies=(
            "{The mobile app|The app} {closes|crashes} when {I take a photo|a [thing] has a signature}. {Phones are new|It is version [few].2}.",
            "{The app|The mobile app} {drains the battery|gets hot} {by noon|within three hours}.",
            "{[things] entered on the phone|Entries from the app} {vanish|are gone} {after syncing|the next morning}. {That is [number] lost this week|We type them twice}.",
        ),
    ),
)
