"""Outages, slowness and defects: when the service does not do what it should."""

from datetime import date

from moe_memorygraph.sample.topics.issue import Issue

__all__ = [
    "BUG",
    "BUG_IMPACTS",
    "MARCH_AFTERMATH",
    "MARCH_OUTAGE",
    "OUTAGE",
    "OUTAGE_IMPACTS",
    "PERFORMANCE",
    "PERFORMANCE_IMPACTS",
]

SLOW_DASHBOARDS_FIXED = date(2025, 6, 24)

OUTAGE_IMPACTS = (
    "{[tens] people are|About [tens] of us are|The whole floor is} {sitting here|waiting|working from printouts} {right now|since [clock]|}.",
    "{[project] has a gate|There's a gate review for [project]} {today|tomorrow}, {and the numbers are locked inside|and I have nothing to show}.",
    "{Our status call|The stand-up} {went ahead|started} {without data|on guesswork}{, you can imagine|}.",
    "{The status page|Your status page} {was green|said 'operational'} {the whole time|for the first hour}{, which is what annoys me most|}.",
    "{We've gone back|Everyone went back} to {a spreadsheet|e-mailing lists around}, {and someone will have to type it in later|typing it back will cost another day}.",
    "",
)
OUTAGE = (
    Issue(
        key="short_outage",
        intent="report_outage",
        weight=1.5,
        subjects=(
            "Is the service down?",
            "[http] on every page",
            "can't reach Northstar",
            "app unavailable since [clock]",
            "white page",
        ),
        opens=(
            "{Since [clock]|From about [clock] on} {every page|the whole app} {answers with|returns|ends in} [http].",
            "{Are you down|Is something down}? {[module] gives|We get} [http], {then a white page|and reloading doesn't help}.",
            "{Nobody in|No one at} [company] {can open|gets into} {the app|Northstar|any board} {at the moment|since [clock]}.",
        ),
        details=(
            "{From a phone network|On mobile data} {it's the same|we get the same picture}{, so it's not our line|}.",
            "{The mobile app|The phone app} {shows yesterday's data|still loads}{, at least|}.",
            "{It came back for [minutes] minutes and went again|There were [minutes] minutes of hope, then the same page}.",
            "{Two offices|Both our sites} {are affected|see it}.",
        ),
        asks=(
            "{When will it|Any idea when it will} be back?",
            "{Please keep us posted|An update every hour would do}.",
        ),
        notes=("Cannot reach the app since [clock], [http]. {Linked to incident|Told: teams are on it}.",),
        replies=(
            "{Yes, we had an interruption|There was an interruption} {of [minutes] minutes|from [clock] on}: {a node|one database node} {failed over slowly|did not fail over}. {Service is back|All is back}; {the report follows|a report is published} within five working days.",
            "{It was limited to one region|Only one region was affected}, and {the service recovered|it recovered} after [minutes] minutes. {We're sorry|Apologies} for the {bad moment|interruption}.",
        ),
    ),
    Issue(
        key="maintenance_surprise",
        intent="report_outage",
        weight=0.7,
        subjects=(
            "Maintenance during our working day",
            "unannounced downtime",
            "read-only mode?",
            "maintenance window",
        ),
        opens=(
            "{Your maintenance window|The maintenance} fell {in the middle of the day|right at month end}{: read-only from [clock]|}.",
            "{The app went read-only|Everything was read-only} {without a warning|for [minutes] minutes}{ this morning|}.",
        ),
        details=(
            "{The mail about it|The announcement} {came afterwards|went to people who left}.",
            "{Our time zone|Where we are} {is never quiet when yours is|it's midday then}.",
        ),
        asks=(
            "{Can windows be set|Could you move windows} by region?",
            "{Who gets the announcements? I'd like to be on the list.|Please tell me who gets the announcements.}",
        ),
        notes=("Complains about maintenance window {in working hours|without notice}.",),
        replies=(
            "{The announcement|Our notice} {goes|went} to the technical contact, {which was empty for you|an outdated address}. {I've added you|You're on it now}; windows are {Sundays 02:00 to 05:00 UTC|on Sundays}.",
        ),
    ),
)

# The sync outage of 11 to 14 March 2025, as its users met it.
MARCH_OUTAGE = Issue(
    key="sync_outage_2025_03",
    intent="report_outage",
    subjects=(
        "Northstar Sync is down",
        "Sync not running since [outage_day]",
        "Nothing is syncing",
        "changes vanish - sync outage?",
        "URGENT: sync stopped",
        "boards out of date, [connector]",
        "sync queue stuck",
        "data missing since Tuesday",
        "Day [outage_number] without sync",
    ),
    opens=(
        "{Sync has been|Northstar Sync is|Your sync is} {dead|down|standing still} {since [outage_day] around [clock]|since [outage_day]}: {nothing from [connector] arrives|no change gets through either way}.",
        "{Whatever we enter in [tracker] doesn't|Changes made in [tracker] do not} {show up|arrive} {in Northstar|on our boards}{, and it has been like that since [outage_day]| since [outage_day]}.",
        "{[connector]|Our link, [connector],} {hangs at|is stuck on} 'queued' {with [rows] items|since [clock] on [outage_day]|and the number keeps growing}.",
        "{It's day [outage_number]|This is day [outage_number]|Day [outage_number] now} {of the sync outage|without working sync} and {we still can't see real numbers|our boards show last week|nobody tells us anything useful}.",
        "{Half of our updates|Part of what we saved} {on [outage_day]|since [outage_day]} {disappeared|are gone}: {saved, reloaded, old values back|people save, and ten minutes later the old value is back}.",
        "{The outage|This outage} {has reached|hits} [project] now: {hours booked in [tracker]|status changes} {never arrive|get lost}, {so the forecast is wrong|and the plan is drifting}.",
        "{Error NS-SYNC-5031|NS-SYNC-5031} {on every sync job|everywhere}, {manual runs included|restarting changes nothing}{, since [outage_day]|}.",
    ),
    details=(
        "{A manual run|Starting it by hand} {ends after [seconds] seconds with a time-out|just adds to the queue}.",
        "{We restarted|I re-authorised} [connector], {no change|as the help page says, no effect}.",
        "{Duplicates are appearing|We now get duplicates}: {each task two or three times|[tens] doubled tasks so far}.",
        "{Timesheets|The timesheets} {for last week|of [team]} {are incomplete|can't be approved}{, payroll is due on [future]|}.",
        "{Read access works|We can read}, {it's only the writing|so at least old data is there}.",
        "{We switched off|I've paused} our automations {to be safe|before they do damage}.",
        "{Your update at [clock]|The last update} {said|promised} 'within the hour'. {[long_ago]|That hour is long gone|We have stopped counting}.",
        "{I have asked|We told} [team] to {keep notes on paper|stop editing} {until you're back|for now}.",
    ),
    asks=(
        "{Will queued changes|Are the queued changes going to} be {applied|replayed} {in order|later}, or {are they lost|do we re-enter them}?",
        "{Give us|We need} {an honest estimate|a time}, {even a bad one|please}.",
        "{Tell me|Please say} {whether data is lost|if we should re-enter [outage_day]}{, that's all I need today|}.",
        "{We expect|I expect} {a written explanation|a root cause report|the SLA credit} {afterwards|once this is over}.",
        "{Call me|Please ring me} {as soon as it runs|before you replay anything}.",
    ),
    notes=(
        "Sync down since [outage_day], {queue of [rows]|boards outdated}. {Linked to the March sync incident|Told: replay will keep the order}.",
        "{Very upset|Worried about lost updates}, {payroll due [future]|gate review for [project]}. {Call back promised|Wants SLA credit}.",
    ),
    replies=(
        "{This is part of|You're affected by} the sync incident {that began|of} 11 March. {Queued changes are kept|Nothing in the queue is lost} and {will be replayed|are replayed} in order; {sync was fully back|full service returned} on 14 March at 16:40 UTC.",
        "{I'm sorry|We're sorry}. {A failed storage upgrade|A storage upgrade} {blocked|stopped} the sync queue {from 11 March|on 11 March, 06:12 UTC}. {The queue|Your queue} {has been worked off|is empty again}; {duplicates|doubled tasks} are removed by a clean-up job {by 18 March|this week}.",
        "{Since [outage_day]|For you} [rows] changes {were queued|were waiting} and all {have been applied|are applied now}. {The service credit|A service credit} for March {is added automatically|comes with the next invoice}.",
    ),
    since=date(2025, 3, 11),
    until=date(2025, 3, 31),
)

# What was left to say once sync ran again, after 14 March.
MARCH_AFTERMATH = Issue(
    key="sync_outage_aftermath",
    intent="report_outage",
    subjects=(
        "After the sync outage",
        "Duplicates after the replay",
        "Credit for March?",
        "post-mortem of the sync outage",
    ),
    opens=(
        "{Sync runs again|It's working again}, thank you, {but the replay left us with|and now we have} [tens] doubled tasks in [project].",
        "{After the outage of last week|Now that the sync outage is over} {[person] would like|we'd like} {the root cause in writing|to know what will be different next time}.",
        "{What is the credit|How large is the credit} for the {four days in March|days without sync}{? [person] asks for the number| and when does it arrive}?",
    ),
    details=(
        "{Timesheets for|Hours of} [team] {had to be entered twice|were off by a day until Monday}.",
        "{We lost|It cost us} {about|roughly} [few] {working days|days of planning}{, all told|}.",
        "{The status page|Your status page} {stayed green for too long|should have said so earlier}{, which is the point I'd raise first|}.",
        "{The replay itself|Order and times of the replay} {was clean|were right}, {credit for that|I checked a sample of [tens]}.",
    ),
    asks=(
        "{Please send|Can we have} the {report|post-mortem} when it's out.",
        "{Will the clean-up|Does the clean-up job} remove them{ by itself|}?",
    ),
    notes=("Aftermath of the March outage, [tens] duplicates. Clean-up explained.",),
    replies=(
        "{The post-mortem is published|We published the post-mortem} on 21 March. {All accounts with Sync|Everyone on Sync} {receive|get} a credit of 50 % of the monthly fee{ on the next invoice|}; doubled tasks {are removed|were removed} by 18 March.",
    ),
    since=date(2025, 3, 15),
    until=date(2025, 4, 30),
)

PERFORMANCE_IMPACTS = (
    "{In front of|During a call with} {the steering group|a client|[person]} {that's painful|it's embarrassing}.",
    "{People stop|[team] have stopped} {opening it|using [module]}, {which defeats the purpose|and I understand them}.",
    "{On a bad day|Some days} {I get more coffee than work done|it costs me an hour}.",
    "{Our line is fine|The network is fine}: {[pct]0 megabits|everything else is fast}{, I checked with IT|}.",
    "",
)
PERFORMANCE = (
    Issue(
        key="slow_dashboards",
        intent="report_slowness",
        weight=5.0,
        since=date(2024, 5, 1),
        until=SLOW_DASHBOARDS_FIXED,
        subjects=(
            "Dashboards take [seconds] seconds",
            "[module] is crawling",
            "slow since build [build]",
            "loading, loading, loading",
            "Dashboard time-outs",
        ),
        opens=(
            "{Our main dashboard|The dashboard for [project]} {needs|takes} [seconds] seconds {to open|before anything appears}{, every time|, on a good day|}.",
            "{[module] gets slower every month|[module] has become unusable with our data}: [seconds] seconds {on [weekday]|per filter change}.",
            "{Loading the|Opening the} dashboard {ends in a time-out|gives up} {[few] times out of five|more often than not}{, [error]|}.",
            "{Anything with more than|As soon as a view has over} [rows] tasks {it crawls|it's hopeless}{: [seconds] seconds and counting|}.",
        ),
        details=(
            "{Small projects|The little boards} {are fine|open at once}, {[project] isn't|it's the portfolio views}.",
            "{Worst is|It's worst} {on Monday mornings|between nine and ten|after lunch}.",
            "{Turning off|Removing} {the cost widget|the roll-up column} {helps a bit|halves it}.",
            "{The browser's network tab|The network tab} {shows|points to} one call to /aggregate {taking|with} [seconds] seconds.",
            "{A year ago|Last year} the same view {opened|was there} in {two|three} seconds.",
            "{I cleared the cache|Cache cleared}, {new profile|other machine}, {nothing changes|no gain}.",
        ),
        asks=(
            "{Is there|Do you have} {a trick|a setting} {meanwhile|until it's fixed}?",
            "{When is|Is} a fix {planned|in sight}?",
            "{Please look at|Can an engineer look at} our {workspace|data}{, you have my permission|}.",
        ),
        notes=(
            "Dashboard for [project] takes [seconds] s. {Known, fix in work|Collected HAR file}.",
            "{Portfolio views time out|Slow since [build]}, {worst in the morning|[rows] tasks}.",
        ),
        replies=(
            "{Thanks for the detail|The trace helps}. {The roll-up query|The aggregate call} {reads too much|isn't cached} on large portfolios; {engineering is rebuilding it|a new query cache is being built}. {Until then|For now} {filter by program|hide the roll-up column}.",
            "{We see it too|I can reproduce it}: [seconds] seconds with your [rows] tasks. {It's on the list|The fix is scheduled} for the query cache work.",
        ),
    ),
    Issue(
        key="slow_after_fix",
        intent="report_slowness",
        weight=1.0,
        subjects=("[module] slow today", "search is slow", "long wait when saving", "sluggish in the afternoon"),
        opens=(
            "{[module] is slow|Saving in [module] is slow} {today|this week}: [seconds] seconds {per click|until the spinner stops}.",
            "{Search takes|The search needs} [seconds] seconds {for [project]|and then shows half the results}.",
            "{Opening attachments|Uploading drawings} {takes ages|hangs at [pct] %} {since [weekday]|from our site office}.",
            "{Scrolling|Dragging bars} in {the Gantt view|a long plan} {stutters|lags} {with more than|above} [tens] rows.",
        ),
        details=(
            "[browser] is {better|a bit quicker} than [browser2].",
            "{Only|It's only} {[project]|the big plans}, {small ones fly|others are quick}.",
            "{At home|From home} it's {the same|no better}.",
            "{It started|Started} {with build|after} [build]{, I believe|}.",
        ),
        asks=(
            "{Anything on your side|Is there something going on}?",
            "{Can you check|Please check} {our workspace|the logs} {around [clock]|}?",
        ),
        notes=("[module] slow, [seconds] s per click. {Trace asked for|Index rebuilt}.",),
        replies=(
            "{An index|The search index} for your workspace {was being rebuilt|needed a rebuild}; {it finished|done} at [clock]. {Please tell us|Tell me} if it's {still slow|not better}.",
            "{The trace points to|It's} {a very large attachment list|one plan with [rows] links}. {Archiving|Splitting} it {helps|cuts the time}; {a fix|paging} is {planned|coming}.",
        ),
    ),
    Issue(
        key="report_generation",
        intent="report_slowness",
        weight=0.8,
        subjects=(
            "Report takes [minutes] minutes",
            "PDF report never finishes",
            "scheduled report late",
            "report job stuck",
        ),
        opens=(
            "{The weekly report|Our monthly report} {takes|runs for} [minutes] minutes {and then fails{ with [error]|}|before the PDF appears}.",
            "{Scheduled reports|The reports} {that should be there at seven|due at 7} {arrived|came} {at half past nine|around eleven|after ten}{, after the meeting|}.",
        ),
        details=(
            "{It has|The report has} [tens] pages, {mostly tables|many charts}.",
            "{Split into two it works|In two halves it runs|Half the pages work}{, but who wants that|, which is no way to live|, sort of|}.",
            "{The job list shows|Under Jobs it says} 'retry [few] of five'.",
        ),
        asks=("{Can its priority be raised|Could you move it up}?", "{Please restart it|Kick it, please}."),
        notes=("Report job [minutes] min, {fails|late}. {Moved to larger worker|Restarted}.",),
        replies=(
            "{I moved your|Your} report {to a larger worker|runs on a bigger worker now}: [seconds] seconds {instead of|down from} [minutes] minutes. {The late delivery|The delay} {was a queue|came from a queue} problem, {solved|fixed} on [date].",
        ),
    ),
)

BUG_IMPACTS = (
    "{We can work around it|There's a workaround}, {it just looks unprofessional|but new people fall for it}.",
    "{It has already|This already} {led to a wrong order|caused a wrong decision|sent a crew on the wrong day}.",
    "{[person] has lost trust in|[team] don't trust} {the numbers|that screen}{ because of it|}.",
    "{Happy to|I'm happy to} {record a video|show it on a call|test a fix}.",
    "",
)
BUG = (
    Issue(
        key="wrong_totals",
        intent="report_bug",
        subjects=(
            "Totals wrong in [module]",
            "sum doesn't match rows",
            "[module] counts tasks twice",
            "numbers differ between views",
        ),
        opens=(
            "{The total in|The sum at the bottom of} [module] {is wrong|doesn't match its rows}: [rows]{, while the rows add up to [tens] less|; I count [tens] less|}.",
            "[module] and [module2] {show|give} {different totals|two different numbers} for [project]{, same filter, same day|}.",
            "{Tasks in two phases count double|Anything tagged twice is counted twice} in [module] {since [build]|}.",
        ),
        details=(
            "After a reload {it's right for a minute|it changes again|another number appears}{, then wrong once more|, as if it couldn't decide|}.",
            "{It only happens|Only} with {the currency set to local|archived tasks shown|sub-projects}.",
            "{The export|The CSV} {is correct|has the right sum}{, so it's the screen|}.",
            "{I compared|We compared} [tens] rows by hand.",
        ),
        asks=(
            "{Which one is right|Which of them is right}?",
            "{Please fix|Can you fix} it before {the report on|the} [future]{ deadline|}?",
        ),
        notes=("Totals in [module] wrong for [project]. {Reproduced|Screenshots sent}.",),
        replies=(
            "{Reproduced|I can reproduce it}: {archived sub-tasks|tasks in two phases} are {added twice|summed again}. {Fixed in|The fix is in} the next patch; {the CSV is right|CSV is correct} {meanwhile|until then}.",
        ),
    ),
    Issue(
        key="date_shift",
        intent="report_bug",
        subjects=(
            "Dates off by one day",
            "milestone moves when saved",
            "time zone bug",
            "[date] became the day before",
        ),
        opens=(
            "{Milestones entered as [future] show up|A milestone I enter as [future] is shown} {one day earlier|a day early} {for colleagues overseas|in the PDF|on the phone}.",
            "{Each time someone|Whenever anyone} {west of us|in another office} {saves|touches} the plan, {dates slip by a day|the finish date moves}.",
        ),
        details=(
            "{Duration stays|Durations stay} the same, {only start and end move|just shifted}.",
            "{Daylight saving|The clock change} {may play a part|could be it}{, it began around then|}.",
            "{Workspace zone|Our workspace zone} is {set correctly|right}.",
            "{In [project] [tens] tasks are|[project] has [tens] tasks that are} {hit|affected}.",
        ),
        asks=(
            "{Can dates be|Could dates be} stored without a time?",
            "{How do I|Is there a way to} repair {them|the shifted ones} {in bulk|}?",
        ),
        notes=("Dates shift one day {across time zones|on save}, [tens] tasks. {Bug filed|Script run}.",),
        replies=(
            "{All-day dates|Dates} were {stored at midnight|saved with a time} of the editor's zone. {The fix|A fix} is live since [date], and {a script|our script} {moved [tens] tasks back|corrected [tens] tasks}.",
        ),
    ),
    Issue(
        key="save_lost",
        intent="report_bug",
        subjects=("Comments disappear", "edit lost in [module]", "my text is gone", "autosave doesn't"),
        opens=(
            "{Comments|Long comments} in [module] {vanish|are gone} {after posting|when two people write at once}.",
            "{I wrote|Wrote} {half a page|the whole minutes} in [module], {pressed save|autosave said 'saved'}, {and after a reload it was empty|now it's blank}.",
        ),
        details=(
            "{History shows|The history lists} {an empty version|'0 changes'} at [clock].",
            "{It's the third time|Third time} {this month|since [date]}.",
            "{With short texts|With one-liners} it {never happens|doesn't happen}.",
            "{In [browser]|On [browser]}{, no extensions|}.",
        ),
        asks=(
            "{Can it be recovered|Is there any way to get it back}?",
            "{Please bring back|Could you restore} {the version of|what was there at} [clock].",
        ),
        notes=("Text lost in [module] around [clock]. {Recovered from draft store|Not recoverable}.",),
        replies=(
            "{I found it|We found your text} in the draft store and {put it back|restored it}. {Two editors overwrote each other|When two people save within a second the later one wins}; {that's fixed|this is corrected} in the next build.",
        ),
    ),
    Issue(
        key="mobile",
        intent="report_bug",
        subjects=("Mobile app crashes", "Phone app: photo upload fails", "app closes by itself", "tablet view broken"),
        opens=(
            "{The mobile app|Your phone app} {closes|crashes} {when I open [module]|as soon as a photo is attached} {since the update|on the newest version|}.",
            "{On tablets|On our site tablets} {the buttons overlap|the bottom row is cut off} {in landscape|}.",
        ),
        details=(
            "{Android and iPhone|Both platforms}, {[few] devices|all of ours}.",
            "{Reinstalled|We reinstalled it}, {no difference|it lasted one day}.",
            "{Out on site|In the field} {there's no laptop|that's all they have}.",
            "{Crash report|A crash report} {was sent|went out} at [clock].",
        ),
        asks=("{Is it known|Is that known}?", "{When can we expect|Any date for} a fix?"),
        notes=("App crash {with photos|opening [module]}. {Version noted|Fix in store}.",),
        replies=(
            "{Photos above 12 MB|Large photos} {made it|made the app} run out of memory. {The version|An update} {with the fix|that fixes it} is in the stores {since [date]|now}.",
        ),
    ),
    Issue(
        key="import_error",
        intent="report_bug",
        subjects=(
            "CSV import rejects rows",
            "import stops at row [tens]",
            "umlauts broken after import",
            "import maps wrong column",
        ),
        opens=(
            "{The CSV import|Import} {stops|gives up} at row [tens] with [error]{, the row looks perfectly normal|}.",
            "{After importing|We imported} [rows] rows and {special characters are garbled|owners ended up in the wrong column|all dates are American}.",
        ),
        details=(
            "{The file is|Our file is} UTF-8{, straight from [erp]|}.",
            "{Last month|In [lastmonth]} the same file {was no problem|went through}.",
            "{The preview was correct|In the preview everything looked right}{, the result isn't|, so I pressed the button|, I even took a screenshot|}.",
            "{Undo|The undo button} {is greyed out|took back only half}.",
        ),
        asks=(
            "{Can you roll back|Please roll back} {the import|it}?",
            "{What's in row|What is wrong with row} [tens]?",
        ),
        notes=("Import error [error], [rows] rows. {Semicolon in a quoted field|Rolled back}.",),
        replies=(
            "{Row [tens] has|There's} a line break inside quotes, {which the importer cut|our importer split there}. {I rolled it back|Import undone}; {please use|choose} 'strict quotes' {until the fix is out|for now}.",
        ),
    ),
    Issue(
        key="permission_bug",
        intent="report_bug",
        subjects=(
            "User sees projects they shouldn't",
            "Edit button missing",
            "role change has no effect",
            "permissions ignored",
        ),
        opens=(
            "{Someone with the viewer role|A viewer} can {edit|delete} {milestones|tasks} in [project]{, that can't be intended|}.",
            "{I changed|We changed} {a planner|[few] people} to editor, {yet the edit button is missing|but nothing happens}{ in [module]|}.",
        ),
        details=(
            "{Log out and in|A new login} {doesn't help|changes nothing}.",
            "{They're in two groups|The user is in two teams}{, maybe the wrong one wins|}.",
            "{Copied projects|It's in copied projects}{ only|, originals are fine|}.",
        ),
        asks=("{Which rule wins|Which right wins}?", "{Please check|Check} {this user|our roles}."),
        notes=("Role {ignored|too wide} in [project]. {Copy kept old rights|Cache cleared}.",),
        replies=(
            "{Copied projects kept|A copied project keeps} the rights of the template. {Corrected for|I corrected} [project]; {the fix for all|a general fix} {is in test|follows}.",
        ),
    ),
)
