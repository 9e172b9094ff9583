"""Wishes, first steps, praise and blame, and connections to other systems."""

from datetime import date

from moe_memorygraph.sample.topics.issue import Issue

__all__ = [
    "FEATURE_IMPACTS",
    "FEATURE_REQUEST",
    "FEEDBACK",
    "FEEDBACK_IMPACTS",
    "INTEGRATION",
    "INTEGRATION_IMPACTS",
    "ONBOARDING",
    "ONBOARDING_IMPACTS",
    "TIMELINE_REPLAY_PRAISE",
]

FEATURE_IMPACTS = (
    "{I know the list is long|You probably hear this a lot}, {still|but} {it would change our week|it's the one thing people ask me for}.",
    "{We'd be glad|I'd be happy} to {test a beta|be your guinea pig}.",
    "{Another tool we looked at|[tracker]} {has it|does that already}{, just saying|}.",
    "{Not a complaint|This isn't a complaint}, {a wish|just an idea from daily use}.",
    "",
)
FEATURE_REQUEST = (
    Issue(
        key="scheduled_pdf",
        intent="request_feature",
        weight=2.0,
        subjects=(
            "Scheduled PDF of a dashboard",
            "mail the dashboard every Monday",
            "automatic PDF export",
            "PDF by mail",
        ),
        opens=(
            "{Could dashboards be|Please let us have dashboards} {mailed as a PDF|sent out as PDF} {every Monday|on a schedule}{? [person] won't log in| to people without a login}.",
            "{Each week|Every [weekday]} I {take screenshots of|make pictures of} [module] and {paste them into a mail|mail them around}. {A scheduled PDF|An automatic PDF} would {end that|save me an hour}.",
            "{Is a scheduled|Will there be a scheduled} PDF export {planned|on the roadmap}? {The manual one|Doing it by hand} {gets old|is fine once, not weekly}.",
        ),
        details=(
            "{Landscape|A4 and letter}, {one page per project|with the filter in the header} {would be perfect|please}.",
            "{The audience|Those who'd get it} {are board members|sit outside the company}{, [tens] of them|}.",
            "{With the date|A date} in the file name{, please|, otherwise nobody finds it|}.",
            "{Charts as images|Even plain images} {would do|are fine}.",
        ),
        asks=(
            "{Can I vote for it|Where do I vote|Is there a list where I can vote|Could you add my vote}{| please| somewhere}?",
            "{Any date|Do you have a date|Is there a date yet|When could that be}?",
        ),
        notes=("Wants scheduled PDF of dashboards, {weekly|to people without login}.",),
        replies=(
            "{You can vote|I added your vote} for scheduled PDF export. {It's one of|It is among} our most requested ideas; {no date yet|it has no date so far}.",
        ),
    ),
    Issue(
        key="row_permissions",
        intent="request_feature",
        weight=1.5,
        subjects=(
            "Row-level permissions",
            "hide cost lines from contractors",
            "permissions per row",
            "restricted columns",
        ),
        opens=(
            "{We need|It would help to have} permissions {per row|on row level}: {contractors should see|[team] should only see} their own {lines|tasks} in [project].",
            "{Cost columns|The cost lines} {must not be visible to everyone|should be hidden from subcontractors}. {Today it's all or nothing|At present one sees all}.",
            "{Row-level rights|Permissions per row} {for dashboards|in [module]} {please|would be great}: {salaries are in there|rates differ by client}.",
        ),
        details=(
            "{Our workaround is|For now we keep} [few] copies of {the same board|one plan}{, always out of step|}.",
            "{Legal insists|Audit insists} {on it|that rates stay private}.",
            "{Filter by owner|A rule like 'owner sees own'} {is enough|would cover it}.",
        ),
        asks=("{Is it planned|Is that coming}?", "{What do others do|How do other customers handle it}?"),
        notes=("Row-level permissions for [project]. {Copies as workaround|Vote added}.",),
        replies=(
            "{Row-level permissions|Row-level rights} {are in design|are being designed}; {I've added|noted} your case. {A second board|For now a filtered copy} with {synced filters|a locked filter} {is the closest|helps}.",
        ),
    ),
    Issue(
        key="teams_alerts",
        intent="request_feature",
        weight=1.2,
        subjects=(
            "Alerts in Microsoft Teams",
            "Teams notifications",
            "Teams instead of Slack",
            "post to a Teams channel",
        ),
        opens=(
            "{Alerts go to Slack|You support Slack}, {we live in|all our people are in} Microsoft Teams. {Could you|Please} {add it|post there too}.",
            "{A message in|Posting to} a Teams channel {when a milestone slips|on a red status} {would spare us|would replace} {mails nobody reads|the daily mail}.",
        ),
        details=(
            "{A simple webhook|Even a webhook} {would be a start|is enough}.",
            "{We built something|IT built a flow} {that breaks every month|with a mail rule}{, not pretty|}.",
            "{Our IT|Security} {won't allow|blocks} Slack.",
        ),
        asks=("{Is there a beta|Any beta}?", "{When|By when}?"),
        notes=("Teams alerts wanted. {Webhook beta mentioned|Vote added}.",),
        replies=(
            "{Teams alerts|Alerts to Teams} are on the roadmap; {a webhook beta|the webhook} {is open|can be switched on} for Business and up. {Shall I|I can} {add you|enable it}?",
        ),
    ),
    Issue(
        key="offline_mode",
        intent="request_feature",
        weight=0.8,
        subjects=("Offline mode", "work without network", "offline on site", "no signal, no app"),
        opens=(
            "{On site|Out in the field} {there is no signal|we have no network|the phone shows no bars}, and the app {shows a spinner|is useless}. {An offline mode|Offline entry} {is what we need|would be the answer}.",
            "{Could the app|Can the phone app} keep {today's tasks|[module]} for offline use{ and sync later|}?",
        ),
        details=(
            "{[team] write on paper|[team] use paper} {and type it at night|, you can guess the errors|}.",
            "{Reading would be enough for a start|Even read-only would help}.",
            "{We asked|This was asked} {in [lastyear]|before}{ already|, no answer then|}.",
        ),
        asks=("{Is it coming|Will it come}?", "{What should I|What can I} tell {them|the crews}?"),
        notes=("Offline mode for {the field|tablets}. {Asked before|Vote added}.",),
        replies=(
            "{Offline reading|Read-only offline} {is being tested|is in test}; {writing offline|editing} {has no date|comes later}. {I've linked|Added} your request.",
        ),
    ),
    Issue(
        key="dark_mode",
        intent="request_feature",
        weight=0.5,
        subjects=("Dark mode", "dark theme please", "night theme"),
        opens=(
            "{Any chance of|Please consider} a dark {mode|theme}? {The control room is dark|Half of us work nights}, {white screens are harsh|it's like looking into a lamp}.",
            "{Half the office|Everyone under forty} {asks for|wants} a dark theme.",
        ),
        details=(
            "{The charts need other colours on dark|Mind the charts: yellow on black is unreadable}.",
            "{It's about eyes, not fashion|Eye strain is a real topic here}.",
        ),
        asks=("{On the list|Is it on the list}?",),
        notes=("Dark mode wanted.",),
        replies=(
            "{A dark theme|Dark mode} {is planned|is on the list} {for the new design|next year}; {your vote counts|vote added}.",
        ),
    ),
    Issue(
        key="bulk_edit",
        intent="request_feature",
        weight=0.9,
        subjects=("Bulk edit of dates", "change owner for many tasks", "multi-select", "mass update"),
        opens=(
            "{Changing the owner|Moving the dates} of [tens] tasks {one by one|by hand} {took me {an hour|the afternoon}|takes forever}. {A bulk edit|Multi-select} {please|would be lovely}.",
            "{Is there really no|Did I overlook a} way to {update many rows at once|edit in bulk} in [module]?",
        ),
        details=(
            "{When someone leaves|A planner left and} {everything must move|[tens] tasks need a new owner}.",
            "{With undo|An undo} {of course|would be needed}.",
            "{CSV round trip|Going through CSV} {loses links|is no solution}.",
        ),
        asks=("{Could the API do it|Is it possible with the API}?", "{Please add my vote|Count me in}."),
        notes=("Bulk edit of {owners|dates}, [tens] tasks.",),
        replies=(
            "{The list view lets you|In the list view you can} select rows with Shift and change the owner; {dates follow|bulk dates are planned}. {The API has|In the API there is} a batch call for 200.",
        ),
    ),
)

ONBOARDING_IMPACTS = (
    "{The kick-off|Our kick-off} {is on|was set for} [future], {and I'd like to look prepared|with [tens] people}.",
    "{I'm not technical|None of us is technical}, {so please in plain words|bear with me}.",
    "{First impressions count|People form their opinion in week one}, {as you know|so this matters}.",
    "",
)
ONBOARDING = (
    Issue(
        key="first_import",
        intent="setup_help",
        subjects=("First import of our projects", "Mapping columns", "getting our old plans in", "import help needed"),
        opens=(
            "{We're new|We've just started} and {want to bring over|are trying to import} [tens] projects from {spreadsheets|[tracker]}. {Which columns|What} {are needed|do you need}?",
            "{The mapping step|Column mapping} {is beyond me|loses me}: {what goes into 'stage'|is 'owner' a name or a mail}?",
        ),
        details=(
            "{Our sheets|The sheets} {all look different|grew over ten years}.",
            "{A sample file|An example} {for our industry|with real data} {would help most|is what I need}.",
            "{Test import|My test} {of [project]|with ten rows} {worked|failed with [error]}{, the big one didn't|}.",
        ),
        asks=(
            "{Could someone|Can somebody} {do it with us|look over our shoulder} {for an hour|}?",
            "{Is there a template|Please send a template}.",
        ),
        notes=("New customer, import of [tens] projects. {Session on [future]|Template sent}.",),
        replies=(
            "{The template|Attached template} has the five columns you need; {the rest is optional|leave the rest}. {I booked|We booked} a 60-minute import session on [future].",
        ),
    ),
    Issue(
        key="training",
        intent="training",
        subjects=("Training for [tens] users", "Admin training", "webinar recording?", "train the trainer"),
        opens=(
            "{We need training|We'd like training} for [tens] {people|users} {before [future]|in [nextmonth]}{, half of them on site|}.",
            "{I missed|We missed} the admin webinar. {Is there a recording|When is the next}?",
        ),
        details=(
            "{Two groups|Two levels}: {beginners and admins|planners and viewers}.",
            "{In the local language|Not in English} {if possible|would be good}.",
            "{Short sessions work best|Thirty minutes is what people can spare}.",
        ),
        asks=("{What does it cost|Is it included}?", "{Please propose|Suggest} dates."),
        notes=("Training for [tens], {two groups|before [future]}.",),
        replies=(
            "{Two live sessions|Two sessions} are included in the first 90 days; {further ones|more} cost $400 each. {How about|I suggest} [future]?",
        ),
    ),
    Issue(
        key="setup_question",
        intent="setup_help",
        weight=1.3,
        subjects=(
            "How do we set up stages?",
            "Where do I start?",
            "best practice for [project]",
            "workspace structure",
        ),
        opens=(
            "{How should we|What's the best way to} structure {our workspace|things}: {one per site or one for all|per client or per department}?",
            "I followed the {onboarding|getting started} guide {up to the last step|to the letter} and {now [module] is empty|don't see [module]}.",
            "{Where do I|How do I} {define stages|set working days|switch the currency} {for everyone|}? {I looked everywhere.|The help says 'settings', which ones?}",
        ),
        details=(
            "{We run|There are} [tens] projects{, from tiny to huge| at a time|}.",
            "{Different sites use different calendars|Each site has its own stages|Our sites count working days differently}{, for historical reasons|, don't ask why|, and nobody wants to give in|}.",
            "{In [tracker]|In the old tool} {that was simple|it was one click}.",
        ),
        asks=(
            "{A short call|Fifteen minutes on a call} {would sort it|would help}.",
            "{An example|A screenshot} {would do|please}.",
        ),
        notes=("Set-up question: {structure|stages|calendar}. {Guide sent|Call booked [future]}.",),
        replies=(
            "{One workspace with a program per {site|client} {works best|scales best}|We recommend one workspace and a program per {site|client}}: {stages and calendars|calendars} are set {once, at the top,|at the top} and inherited below. {It's all|The steps are} in the onboarding guide.",
        ),
    ),
    Issue(
        key="slow_start",
        intent="setup_help",
        weight=0.8,
        subjects=(
            "Nobody is using it yet",
            "Onboarding takes too long",
            "we're stuck",
            "waiting for our onboarding contact",
        ),
        opens=(
            "{[days] weeks in|It's week [days]} and {only [few] people|hardly anyone} have logged in. {We need help with the roll-out.|What do others do?}",
            "{Our onboarding contact|The person onboarding us} {changed twice|hasn't answered} {since [date]|}, {each time we start over|we're stuck}.",
        ),
        details=(
            "{[team] say|People say} {it's too complicated|they don't see the point}.",
            "{The checklist|Your checklist} {assumes an IT department|has [tens] items}{, we have none|}.",
            "{Management paid|We pay} {for the full term|already}{, so there's pressure|}.",
        ),
        asks=(
            "{Who is our contact|Who's in charge}?",
            "{Can we get|Please arrange} {a plan with dates|one fixed person}.",
        ),
        notes=("Roll-out stuck, {contact changed|low use}. {New contact named|Plan on [future]}.",),
        replies=(
            "{I've taken over|I'm your contact} {from today|until you're live}. {A two-week plan|The plan} {is attached|follows}: {one team first|start with one project}, {the rest later|then the others}.",
        ),
    ),
)

FEEDBACK_IMPACTS = (
    "{No answer needed|Nothing to do}, {just wanted to say it|pass it on}.",
    "{Someone should hear|I thought you should know}{ it|, people only write when they're angry|}.",
    "",
)
# Praise for Timeline Replay, which came with release 5.6; counted apart in the truth.
TIMELINE_REPLAY_PRAISE = Issue(
    key="timeline_replay_praise",
    intent="give_praise",
    since=date(2025, 2, 1),
    subjects=(
        "Timeline Replay is great",
        "Loving the replay",
        "Compliment to the Replay team",
        "replay saved our review",
    ),
    opens=(
        "{Just a line to say|I wanted to tell you} that Timeline Replay is {the best thing you've shipped|brilliant|a gem}.",
        "{We used|[person] used} Timeline Replay in {the steering meeting|yesterday's review} and {for once nobody argued|the discussion took five minutes}.",
        "{Whoever built|Whoever had the idea for} Timeline Replay {deserves a raise|should get cake}{, seriously|}.",
    ),
    details=(
        "{You can see|One sees} {when and why|exactly when} [project] slipped{, no finger pointing|}.",
        "{What used to take|Something that took} {a day of digging|hours} {is now|takes} two clicks.",
        "{[team] open it|[team] look at it} {every [weekday]|before each stand-up}.",
        "{Even|And even} [person] {understood it|likes it}{, which says something|}.",
    ),
    asks=(
        "{Export of the replay|A way to export it} {would top it|would be nice one day}.",
        "{Thank the team|Please pass on our thanks}.",
    ),
    notes=("Praise for Timeline Replay.",),
    replies=(
        "{That made our day|Thank you}, {I've read it out to|I've shared it with} the team. {Export as video|Exporting replays} {is an idea we're looking at|is on our list}.",
    ),
)
FEEDBACK = (
    Issue(
        key="support_praise",
        intent="give_praise",
        subjects=("Thanks to your support", "Great help on [weekday]", "compliment", "well done"),
        opens=(
            "{I'd like to thank|Thanks to} {your colleague|the agent} who {stayed on the line until it worked|helped us on [weekday]|walked me through [module]}.",
            "{Credit where it's due|Fair is fair}: the {problem|thing} with [module] was {solved in an hour|fixed faster than I expected}.",
        ),
        details=(
            "{No script|Not once a script}, {real help|a person who thinks along}.",
            "{[project] went out|We delivered [project]} on time{ because of it|}.",
            "{Compared to|After} {other vendors|our last supplier} {that's a relief|a different world}.",
        ),
        asks=("{Please pass it on|Pass it on}.", ""),
        notes=("Praise for support.",),
        replies=("{Thank you|That's kind}, {it's read out|I'll read it out} in the team meeting{ on [future]|}.",),
    ),
    Issue(
        key="design_criticism",
        intent="give_criticism",
        weight=1.3,
        subjects=("The new navigation", "feedback on the redesign", "too many clicks", "who asked for this?"),
        opens=(
            "{The new menu|Your new navigation} {hides|buries} [module] {three levels deep|where nobody looks}.",
            "{Since the redesign|With the new look} I need {[few] clicks more|twice the clicks} {for the same thing|to get to [project]}.",
            "{Honest feedback|Some feedback} after {a month with|[days] weeks of} the new design: {pretty, but slower to work with|nice on the eye, hard on the hand}.",
        ),
        details=(
            "{Grey on grey|The grey text} {is hard to read|fails on our projectors}.",
            "{The old shortcuts|Keyboard shortcuts} {are gone|changed}{, my fingers hate it|}.",
            "{New people|Newcomers} {like it|find it easier}{, to be fair|}.",
        ),
        asks=(
            "{Let us choose for a while|A switch back to the old one, please}.",
            "{Is anyone reading|Does anybody read} these?",
        ),
        notes=("Unhappy with the new navigation.",),
        replies=(
            "{Someone does|Yes, we read them}: {favourites|pinned items} {come back|return} with the next release, and {contrast|text contrast} {is being raised|goes up}.",
        ),
    ),
    Issue(
        key="survey_comment",
        intent="give_feedback",
        subjects=("Re: survey", "comment on NPS mail", "my 7 out of 10", "additional comment"),
        opens=(
            "{You asked why|You wanted to know why} I gave {a six|a seven|an eight}: {solid product, slow answers|good tool, weak reports}.",
            "{My score was|I scored you} lower {this time|than in [lastyear]} {because|since} {support got slower|the app feels heavier}.",
        ),
        details=(
            "{On the plus side|What's good}: [module]{, used daily|}.",
            "{What's missing|I miss} is {a roadmap we can trust|someone who knows our set-up}.",
            "{[team] would|If you asked [team] they'd} {score lower|say nine}.",
        ),
        asks=("{That's all|No need to call}.", ""),
        notes=("Survey comment.",),
        replies=(
            "{Thank you for|Thanks for} the plain words. {Answer times are our goal|Response time is what we work on} this quarter{; I'd like to ask again in three months|}.",
        ),
    ),
    Issue(
        key="docs_feedback",
        intent="give_feedback",
        weight=0.8,
        subjects=(
            "Help page out of date",
            "docs: wrong screenshot",
            "translation mistakes",
            "the guide for [connector]",
        ),
        opens=(
            "{The help page|Your article} on [module] {shows screens from before [build]|is out of date}.",
            "{The guide for|Your guide to} [connector] {skips a step|has the steps in the wrong order}{: after step {three|four|five} nothing matches|}.",
        ),
        details=(
            "{Took me|I lost} [minutes] minutes{ to find out|}.",
            "{Search in the help|Help search} {finds|gives} the old one first.",
            "{The video|Your video} is {better|good}{, more of those|}.",
        ),
        asks=("{Please correct it|Could you update it}.", ""),
        notes=("Docs out of date: [module].",),
        replies=(
            "{Corrected|The page is corrected}, {thanks|thank you}; {the old one|the outdated page} {redirects|is gone}.",
        ),
    ),
)

INTEGRATION_IMPACTS = (
    "{We built the month-end report on it|Our whole process is built on it}{, so it hurts|}.",
    "{Our developer|The contractor who built it} {is gone|has left}, {I only have the logs|so go easy on me}.",
    "{It's not critical|Not critical}, {data is a day old|we can wait a day or two}.",
    "",
)
INTEGRATION = (
    Issue(
        key="connector_fails",
        intent="integration_help",
        weight=1.4,
        subjects=(
            "[connector] stopped",
            "[connector]: [error]",
            "connection lost to [tracker]",
            "re-authorise every day",
        ),
        opens=(
            "{[connector] stopped|Our connection, [connector], stopped} {on [date]|after build [build]} with [error].",
            "{[connector] wants|Every morning [connector] wants} {us to sign in again|a new token}.",
            "{Fields from|Custom fields from} [tracker] {no longer arrive|come through empty} via [connector] {since [date]|}.",
        ),
        details=(
            "{The service account|Our service account} {has all rights|wasn't changed}.",
            "{The log says|Logs show} [http] {after [seconds] seconds|on every second call}.",
            "{Deleting and adding it|Setting it up again} {lost the mapping|helped for a day}.",
            "{[project] still works|It works for [project]}, {the others don't|not for the rest}.",
        ),
        asks=(
            "{Did you change|Has anything changed in} {the API|the scopes}?",
            "{Could you look|Please look} at the {last run|log at [clock]}.",
        ),
        notes=("[connector] fails, [error]. {Token scope missing|Re-authorised}.",),
        replies=(
            "{The vendor|The other side} {shortened|changed} token lifetimes in [lastmonth]; {re-authorise once|please re-authorise} with 'offline access' {ticked|on}. {Your mapping|The mapping} is {kept|safe}.",
            "{A field type|One field} changed from text to list, {which stopped|and that stopped} the run. {I've refreshed the schema|The schema is refreshed}, {next run is|it ran again} at [clock].",
        ),
    ),
    Issue(
        key="api_question",
        intent="api_help",
        subjects=("API: rate limits", "429 from the API", "webhook signature", "pagination question"),
        opens=(
            "{Our script|A script of ours} gets 429 {after|at} about [tens] calls. {What is the limit|Which limit applies} {on our plan|}?",
            "{Webhooks|Your webhooks} {arrive twice|come out of order}{ for [project]|}. {Is there an id to de-duplicate?|By design?|}",
            "{The API returns|From the API I get} [rows] {items|tasks}, {the screen shows more|fewer than on screen}. {Is there a page limit|Paging problem}?",
        ),
        details=(
            "{We call|It calls} /v2/tasks {every minute|in a loop}{, guilty|}.",
            "{Retry-After|The Retry-After header} {is empty|says 0}.",
            "{Signature check|Verifying the signature} fails {with special characters|for large bodies}.",
            "{In [lastmonth]|Until [date]} it {ran|worked} {untouched|without trouble}.",
        ),
        asks=(
            "{A pointer to the docs|A link} is {enough|fine}.",
            "{Can the limit|Could our limit} be raised{ for one night|}?",
        ),
        notes=("API limit question. {Docs link sent|Burst allowed one night}.",),
        replies=(
            "{Limits are|The limit is} per token and minute: {60 on Pro, 300 on Business, 1,200 on Enterprise|see the table in the API page}. {Use|Please use} the cursor and {changed_since|the filter}, {not a loop|it saves most calls}.",
        ),
    ),
    Issue(
        key="bi_export",
        intent="integration_help",
        subjects=("Power BI refresh fails", "data feed incomplete", "Snowflake share late", "columns renamed in feed"),
        opens=(
            "{The nightly|Our nightly} {Power BI refresh|data feed} {fails|breaks} {since [date]|with [error]}.",
            "{A column in the data feed was renamed|Columns of the data feed changed names} {overnight|without notice}, {all our reports are red|and nothing adds up}.",
        ),
        details=(
            "{Row count|The row count} is [rows]{, yesterday it was twice that|, far too low|}.",
            "{Incremental refresh|Incremental} {works|is fine}, full {doesn't|times out}.",
            "{[team] build their {weekly|monthly} numbers on it|[team] use it for their {weekly|monthly} numbers}.",
        ),
        asks=(
            "{Please announce|Announce} {such changes|it} {beforehand|30 days ahead}.",
            "{Can we get|Could we have} the old {view|schema} back{ for a month|}?",
        ),
        notes=("BI feed broken, {renamed column|time-out}.",),
        replies=(
            "{The old names|Old column names} are back as {a compatibility view|aliases} until [future]. {The change|It} should have been announced{, sorry|}; {you're on the list|I put you on the notice list} now.",
        ),
    ),
    Issue(
        key="calendar_files",
        intent="integration_help",
        weight=0.8,
        subjects=(
            "Calendar feed empty",
            "SharePoint link broken",
            "files don't open from [module]",
            "Outlook milestones twice",
        ),
        opens=(
            "{The calendar feed|Our calendar feed} {shows nothing|is empty} {since [weekday]|for [project]}.",
            "{Documents|Files} linked from {SharePoint|our drive} {open as 404|don't open} in [module].",
            "{Milestones appear|Each milestone appears} twice in {Outlook|the calendar}{, one an hour off|}.",
        ),
        details=(
            "{We moved|IT moved} {the site|folders} on [olddate]{, maybe that|}.",
            "{For me|For me as admin} it works, {not for others|for [team] it doesn't}.",
            "{A new link|Linking again} {works|helps}{, but there are [tens]|}.",
        ),
        asks=("{Can links be|Is there a way to have links} updated in bulk?", "{What should we|What can we} check?"),
        notes=("Calendar or file links, {site moved|feed reset}.",),
        replies=(
            "{The feed token|The token} {expired|was reset} {with the owner's account|when the owner left}; {create it|please create it} under a service account. {For links|For file links} there's a bulk 're-base' in Admin > Files.",
        ),
    ),
)
