"""Logins, security, privacy and account administration: who gets in, and what becomes of data."""

from moe_memorygraph.sample.topics.issue import Issue

__all__ = [
    "ACCOUNT",
    "ACCOUNT_IMPACTS",
    "LOGIN",
    "LOGIN_IMPACTS",
    "PRIVACY",
    "PRIVACY_IMPACTS",
    "SECURITY",
    "SECURITY_IMPACTS",
]

LOGIN_IMPACTS = (
    "{[team] can't|Right now [team] can't} {update anything|get to their boards|book time}{, and the review is on [future]|}.",
    "I have {[tens] people|a queue of people} {asking me|at my desk} {every hour|since this morning}.",
    "{We ended up|People started} {sharing screens|sharing one working login|going back to spreadsheets}, {which isn't great|not what we pay for}.",
    "{It's a small thing|Sounds minor}, {but it's the first thing|yet it's what} people see {every morning|each day}.",
    "",
)
LOGIN = (
    Issue(
        key="password_reset",
        intent="recover_password",
        subjects=("Password reset mail never arrives", "can't reset password", "Locked out", "reset link expired"),
        opens=(
            "{The reset mail|Your reset mail} {never arrives|doesn't come|takes hours}. {Tried [few] times|We've asked for it [few] times} {since [weekday]|today}.",
            "{The link in the reset mail says it has expired|Reset links expire} {the moment I click them|straight away}.",
            "{Locked out|I'm locked out|One of our people is locked out} after {too many attempts|a password change}, {and the 30 minutes are long over|the counter never ends}.",
        ),
        details=(
            "{It's not in spam|Checked the spam folder}{, our mail gateway shows nothing|, nor in quarantine|}.",
            "{Other mails from you come through|The weekly digest arrives} {fine|normally}.",
            "{[browser] and [browser2]|Two browsers}, {same|no difference}.",
            "{The account was|It's an account that was} {migrated|renamed} {in [lastmonth]|recently}.",
        ),
        asks=(
            "{Can you reset it|Please reset it} {from your side|by hand}.",
            "{Please unlock|Unlock} the account.",
            "{Which address|What address} {do you send from|should we allow}?",
        ),
        notes=(
            "{Reset mail does not arrive|Locked out after failed attempts}. {Unlocked|Gateway was blocking our sender}.",
        ),
        replies=(
            "{Your mail gateway|The gateway on your side} {clicks links|opens links} to scan them, {which uses up|and that burns} the one-time link. {Allow|Please exempt} our sender domain; {I've sent|here is} a code instead.",
            "{Unlocked|The account is unlocked}. {The lock|The counter} was {restarted|started again} by a phone app with the old password: {sign out there|please update it there too}.",
        ),
    ),
    Issue(
        key="mfa",
        intent="mfa_help",
        subjects=("New phone, no codes", "MFA reset", "Two-factor codes rejected", "authenticator out of sync"),
        opens=(
            "{New phone|[person] has a new phone}, {old one wiped|the old one is gone}, {and the authenticator codes went with it|no recovery codes}.",
            "{The six-digit codes|Codes from the app} {are rejected|don't work any more} {since [weekday]|for [few] of us}.",
            "{Two-factor|MFA} {asks every single time|wants a code on each login}, {although 'remember this device' is ticked|ten times a day}.",
        ),
        details=(
            "{The phone's clock|Clock on the phone} is {right|set automatically}.",
            "{We have no second admin|The only other admin is on leave}{, so nobody can reset it|}.",
            "{Recovery codes|The recovery codes} {were printed|were in the drawer}{, of course they're used up|, two left, both refused|}.",
            "{It began|Started} {after build|with} [build].",
        ),
        asks=(
            "{Please reset MFA|Reset the second factor} {for that user|for this account}.",
            "{How do we prove|What do you need to prove} it's {really us|a genuine request}?",
        ),
        notes=(
            "MFA reset {after phone change|requested}. {Verified through second admin|Call-back to the number on file}.",
        ),
        replies=(
            "{After checking with|We verified with} your second admin, {the factor is reset|I reset the second factor}; {you'll be asked|the next login asks} to enrol again. {Please print|Keep} new recovery codes.",
            "{One of our login nodes|A login node} {was off by a minute|ran 70 seconds late}, {which broke the codes|hence the rejects}. {Corrected|Fixed} at [clock].",
        ),
    ),
    Issue(
        key="sso_setup",
        intent="sso_help",
        weight=1.2,
        subjects=("SSO with [idp]", "SAML login fails, [error]", "single sign-on loop", "certificate rollover"),
        opens=(
            "{Single sign-on|SSO} {through|via|with} [idp] {fails|ends} with [error] {for some users|for everyone in one group|since [weekday]}.",
            "{Since we rolled|After we rolled} the {signing certificate|SAML certificate} {nobody gets in|login loops back to the start page}.",
            "We're setting up SAML with [idp] and {get stuck|hang} at {the ACS URL|'audience mismatch'|the test login}.",
            "{The login page|Your login} {bounces|sends us} {back and forth|in circles} between you and [idp].",
        ),
        details=(
            "{The assertion|SAML response} {looks right|is signed and valid} {in the tracer|in our logs}.",
            "{Name ID is|We send} {the mail address|an upper-case mail address}{, maybe it's case-sensitive|}.",
            "{Service provider-initiated works|Started from your page it works}, {from the app tile it doesn't|the other way round not}.",
            "{Only people|Those} {added after [olddate]|in the new group} {are affected|can't get in}.",
            "{The guide shows|Your guide has} {an old screenshot|fields that no longer exist}.",
        ),
        asks=(
            "{Which field|What} {do you match on|does [error] mean}?",
            "{Can somebody|Could an engineer} {look at the log|join a call} {with our IT|this week}?",
        ),
        notes=(
            "{SAML login via [idp] fails with [error]|Certificate rollover, login loop}. {Audience value was wrong|Metadata re-uploaded, works}.",
        ),
        replies=(
            "[error] {means|says} the audience in the assertion {isn't|doesn't match} your workspace URL. {After the rename|Since your rename} it has to be the new one; {the set-up guide|our guide} has the field in step 4.",
            "{We found two|There were two} certificates {active|stored}, {the old one was tried first|and we checked the expired one}. {Removed|It's gone}; {please test|could you test} once more.",
        ),
    ),
    Issue(
        key="session_timeout",
        intent="login_trouble",
        subjects=(
            "Logged out every few minutes",
            "session keeps dropping",
            "Kicked out while editing",
            "constant re-login",
        ),
        opens=(
            "{We're logged out|I get logged out|It throws people out} every {[minutes] minutes|quarter of an hour}, {mid-edit|usually while typing} in [module].",
            "{The session|My session} {drops|ends} {whenever I switch networks|when the laptop sleeps|as soon as a second tab is open}.",
            "{Since build|With} [build] {nobody stays logged in|sessions don't last} {longer than [minutes] minutes|through a meeting}.",
        ),
        details=(
            "{Unsaved text is lost|Whatever wasn't saved is gone}{, I lost a page of notes|}.",
            "{The time-out is set to|In the admin settings it's|We set it to|Our policy says} eight hours{, I checked twice|, not minutes|}.",
            "{[browser] is worst|In [browser] it's worst}, {[browser2] holds a bit longer|elsewhere it's rare}.",
            "{VPN on or off|With or without VPN} {makes no difference|same thing}.",
        ),
        asks=(
            "{Is that a setting or a bug|Have we set something wrong, or is it a bug|Is this meant to be so}?",
            "{Please look into it|Can you look at our sessions}{, example at [clock]|}.",
        ),
        notes=(
            "Sessions end after [minutes] minutes {since [build]|in [browser]}. {Idle policy of workspace was 15 minutes|Known issue in [build]}.",
        ),
        replies=(
            "{The workspace policy|A policy} {was set|had been set} to idle [minutes] minutes {by an admin|} on [date]. {Change it|You can raise it} under Security > Sessions.",
            "{That's a bug|This is a bug} in [build]: a second tab {invalidates|ended} the first. {The fix|A fix} {ships|is planned} {on [future]|with the next patch}.",
        ),
    ),
    Issue(
        key="new_user_access",
        intent="access_request",
        subjects=(
            "New colleagues can't get in",
            "Invite link doesn't work",
            "invitation already used",
            "user exists but sees nothing",
        ),
        opens=(
            "{The invite for our new starter {says 'already used'|ends in an empty page}|Invites to [few] new people {end in an empty page|lead to a login they don't have}}.",
            "{[person] can log in|A new colleague logs in} but {sees no projects|gets 'no workspace'|lands in somebody else's empty workspace}.",
            "{We added|I added} [few] {users|people} {on [date]|yesterday} and {none of them|not one} {received a mail|can open [project]}.",
        ),
        details=(
            "{In the list they're 'pending'|Members shows 'pending'}{ for days|}.",
            "{They were guests|One was a guest} {before|in another workspace}; {maybe that clashes|perhaps the address is taken}.",
            "{Resending|Sending it again} {gives [error]|does nothing}.",
            "{Same role|They have the same role} as {everyone in [team]|the others}.",
        ),
        asks=(
            "{What am I missing|Did I forget a step}?",
            "{Could you push|Please push} the invites {again|from your side}.",
        ),
        notes=(
            "{Invites fail for [few] users|User sees empty workspace}. {Address was bound to an old guest account|Resent}.",
        ),
        replies=(
            "{Those addresses|The addresses} {were still tied|belonged} to old guest accounts. {I merged them|They're merged}; {the invite works now|please have them try again}.",
            "{They had a seat|The users had a seat} but no {team|project role}. {Adding them|Access} to [project] {fixes it|did the trick}; {I've done it for one|one is done as an example}.",
        ),
    ),
)

SECURITY_IMPACTS = (
    "{Our security team|Our CISO|Information security} {tracks this|has it as a finding|asks for a date}.",
    "{Not urgent|It's not on fire}, {but it has to be answered in writing|but auditors want paper}.",
    "{Until then|As long as it's open} {the roll-out is frozen|no new users are added}.",
    "",
)
SECURITY = (
    Issue(
        key="questionnaire",
        intent="security_review",
        subjects=("Security questionnaire [year]", "SOC 2 report", "Pen test summary?", "vendor assessment"),
        opens=(
            "{Our yearly|The annual} vendor {review|assessment} is due {on [future]|this month}: {please fill in|we need} the {attached questionnaire|[tens] questions}.",
            "{We'd need|Please send} your {current SOC 2 report|ISO certificate|latest penetration test summary}{. The one on file is from [lastyear]|, for our files|}.",
            "{Where is our data|In which region is our data} {hosted|kept}, and {who can see it|is it encrypted at rest}?",
        ),
        details=(
            "{An NDA|The NDA} {is in place|was signed in [lastyear]}.",
            "{Three questions|The hard ones} are about {key rotation|backups|sub-processors|staff screening}.",
            "{Copy-paste from the website|Marketing text} {won't be accepted|doesn't help}.",
            "{We'd accept|We can also take} {a standard CAIQ|CAIQ or SIG} {as well|instead}.",
        ),
        asks=(
            "{When can we expect|Is [future] realistic for} {it|the answers}?",
            "{Who signs|Name a contact} {for that|on your side}?",
        ),
        notes=(
            "{Security questionnaire due [future]|Asks for SOC 2 report}. {Sent through trust portal|Passed to security team}.",
        ),
        replies=(
            "{The current report|Our SOC 2 Type II report} and the {test summary|pen test letter} are in the trust portal; {I've given you access|you have access now}. {The questionnaire|Your form} {comes back|follows} by [future].",
        ),
    ),
    Issue(
        key="suspicious_login",
        intent="report_incident",
        subjects=("Strange login from abroad", "Suspicious activity", "was our account accessed?", "unknown session"),
        opens=(
            "{The audit log shows|I see in the log} a login {at [clock]|in the middle of the night} {from a country where we have nobody|from an unknown device}, {user in [team]|on a planner's account}.",
            "{Someone|One of us} {clicked a phishing link|entered the password on a fake page} {on [weekday]|yesterday}. {What should we do?|Please check the account.}",
        ),
        details=(
            "{The person|Our colleague} {was on holiday|was asleep}{, phone off|}.",
            "{We changed the password|I reset the password} and {ended all sessions|killed the sessions}.",
            "{Did they {export anything|open [project]}?|We need to know if they {exported anything|opened [project]}.}",
            "{MFA|The second factor} {was on, so how did they get in|was off for that user, sadly|was enforced, at least on paper}.",
        ),
        asks=(
            "{Please send|We need} {the full access log|what was viewed} {since [date]|for that user}.",
            "{Treat this as urgent|Please hurry}{, we may have to report it|}.",
        ),
        notes=(
            "Suspicious login {from abroad|after phishing}. {Sessions ended, log export started|Passed to security on call}.",
        ),
        replies=(
            "{We ended|I ended} every session and {forced a reset|reset the factor}. {The log shows|I can see} {two page views, no export|a login and nothing else}; {the full extract|the extract} is {in your trust portal|attached}.",
        ),
    ),
    Issue(
        key="leaver_access",
        intent="remove_access",
        subjects=(
            "Former employee still has access",
            "Remove access today",
            "leaver in member list",
            "deprovisioning not working",
        ),
        opens=(
            "{A former employee|Someone who left on [olddate]} {still shows as active|can apparently still log in|got your digest mail}.",
            "{Deprovisioning|The directory sync} from [idp] {doesn't remove people|skips leavers}: {[few] accounts|at least [few]} {are still active|remain}.",
        ),
        details=(
            "{They now work|The person now works} for a {competitor|supplier}{, you see the problem|}.",
            "{I removed them|Removed} by hand {last week|on [date]}, {they came back overnight|and the sync revived them}.",
            "{API tokens|Their API token} {seems to work still|may be alive as well}.",
        ),
        asks=(
            "{Please cut|Cut} the access {now|today} and {confirm|send me the last login}.",
            "{How do we make sure|What makes sure} {it doesn't happen again|tokens die too}?",
        ),
        notes=("Leaver {still active|restored by sync}. {Deactivated, token revoked|Sync mapping corrected}.",),
        replies=(
            "{Deactivated|The account is off}, tokens {revoked|removed}. {Last activity|The last login} was [olddate]. {The sync mapped|Your sync maps} 'suspended' to 'active'; {step 6 of the guide|the mapping} {is corrected|needs one change}.",
        ),
    ),
    Issue(
        key="audit_log",
        intent="security_question",
        subjects=("Audit log retention", "Who deleted [project]?", "export of audit events", "log gaps"),
        opens=(
            "{We need to find out|Can you tell us} who {deleted|changed} {the baseline of [project]|[few] milestones} on [date].",
            "{How long|For how long} do you keep {audit events|the audit log}? {Ours starts at [olddate]|I only see entries for a few weeks}.",
            "{The audit export|Exporting audit events} {stops after|is cut at} [rows] rows.",
        ),
        details=(
            "{The entry says|It just says} 'system'{, which can't be|}.",
            "{Our policy asks for|We must keep} {one year|two years}.",
            "{Times in it|The times} {are UTC|seem an hour off}{, I think|, confusing in summer|}.",
        ),
        asks=(
            "{Can you look it up|Please look it up}?",
            "{Is a longer period possible|Can a longer period be bought}?",
        ),
        notes=(
            "Asks {who deleted data on [date]|for audit retention}. {Extract prepared|Business: 180 days, Enterprise: 2 years}.",
        ),
        replies=(
            "{Audit events are kept|We keep audit events} 180 days on Business and two years on Enterprise. {The change on [date]|That change} came from {an automation rule|a bulk edit} {of your workspace|started by an admin}.",
        ),
    ),
)

PRIVACY_IMPACTS = (
    "{Our data protection officer|The DPO} {has asked for a date|wants to know by [future]}.",
    "{The statutory month|Our one-month deadline} {runs|has been running} since [date].",
    "{Please treat this|This should be treated} {as confidential|with care}.",
    "",
)
PRIVACY = (
    Issue(
        key="deletion_question",
        intent="data_retention",
        subjects=(
            "How long do you keep deleted projects?",
            "Retention of attachments",
            "backups and deletion",
            "data retention period",
        ),
        opens=(
            "{What happens to|How long do you keep} {deleted projects|attachments of closed projects|the data of removed users}{?|, including backups?}",
            "{For our record of processing|For our register} {I need|we need} your retention periods: {tickets, logs, backups|live data and backups}.",
        ),
        details=(
            "{Our own limit|Our policy} is {six months|two years}.",
            "{The policy page|Your page} {says 'reasonable time'|is vague}{, that's not a number|}.",
            "{It concerns|We talk about} [project]{, closed in [lastmonth]|}.",
        ),
        asks=("{A table|A short list} {would be ideal|is enough}.", "{Please answer in writing|In writing, please}."),
        notes=("Asks for retention periods. {Policy sent|Explained: 30 days live, 35 days backup}.",),
        replies=(
            "{Deleted projects stay|What you delete stays} 30 days in the bin; backups {roll over|are overwritten} after 35 days. {The retention page|The procedure} {lists|has} all periods.",
        ),
    ),
    Issue(
        key="personal_fields",
        intent="privacy_settings",
        subjects=(
            "Hide private phone numbers",
            "profile fields visible to guests",
            "Personal data in exports",
            "names in screenshots",
        ),
        opens=(
            "{Guests can see|Our guests see} {phone numbers and photos|private details} of {our people|[team]}{. Can that be turned off|}?",
            "{The export of|Exporting} [module] {contains|includes} {private mail addresses|dates of birth}{ that nobody needs|}.",
            "{The works council|Our works council} {objects to|does not like} {the activity feed|Timesheets showing who was online}.",
        ),
        details=(
            "{It was off|I believe it was off} {before|until} [build].",
            "{Legally|By our rules} {only name and role|the role alone} may be shown.",
            "{We had a complaint|There's been a complaint} {from [team]|by an employee} already.",
        ),
        asks=("{Where is the switch|Is there a switch}?", "{Could the default|Can the default} be {private|off}?"),
        notes=("{Profile fields visible to guests|Export contains private data}. {Setting shown|Logged as request}.",),
        replies=(
            "{Under|In} Security > Profiles you can {hide|switch off} each field for guests{, also in exports|}. The default is 'visible'{ since [build]|}, {sorry for that|and we're reviewing it}.",
        ),
    ),
    Issue(
        key="subprocessors",
        intent="dpa_question",
        subjects=(
            "List of sub-processors",
            "transfer outside the EU?",
            "Data processing agreement",
            "new hosting provider?",
        ),
        opens=(
            "{We saw|I read} that you {added|use} a new {sub-processor|hosting partner}. {Is our data|Does that mean our data is} {moved|affected}?",
            "{Our data processing agreement|The DPA with you} {dates from|is from} [lastyear] and {needs the new clauses|lists partners you no longer use}.",
        ),
        details=(
            "{We must be given|The agreement says we get} 30 days' notice{, I found none|}.",
            "{Transfers outside|Anything outside} {our region|the EU} {needs approval|is a no-go}.",
            "{Legal|Our legal team} {prefers|wants} {the standard text|a signed copy}.",
        ),
        asks=(
            "{Please send|Can I have} the {current list|signed version}.",
            "{Who|What person} is your data protection contact?",
        ),
        notes=("Asks about {sub-processors|DPA update}. {Sent list|Legal informed}.",),
        replies=(
            "{The list of sub-processors|Our list} is {public|on the trust page} and {changes are announced|you can subscribe to changes} 30 days ahead. {Your region|Your data} {stays|has not moved}.",
        ),
    ),
)

ACCOUNT_IMPACTS = (
    "{No rush|Not urgent}, {whenever you get to it|just before [future] please}.",
    "{I've taken over|I took this over} {from a colleague who left|last month}, {so forgive basic questions|and there's no handover}.",
    "{It holds up|This is holding up} {the start of [project]|[team]}.",
    "",
)
ACCOUNT = (
    Issue(
        key="change_admin",
        intent="change_admin",
        subjects=("Change of workspace owner", "our admin left", "New admin please", "transfer ownership"),
        opens=(
            "{Our workspace owner|The only admin} {left the company|is on long leave} and {nobody can|no one can} {invite people|change settings|approve seats}.",
            "{Please transfer|We need to transfer} ownership of {[project]|the workspace} to {me|[person]}.",
        ),
        details=(
            "{I can prove|We can prove} {we're the customer|it}: {invoice number|last invoice} [invoice].",
            "{The old address|That mailbox} {is closed|bounces}.",
            "{HR can confirm|Our HR confirms} {it|the change} {if needed|in writing}.",
        ),
        asks=("{What do you need|What's the procedure}?", "{Please do it|Can it be done} {before [future]|this week}?"),
        notes=("Ownership transfer, {old admin left|verified with invoice number}. {Form sent|Done after call-back}.",),
        replies=(
            "{After the call-back|With the signed form} {ownership is transferred|the change is made}. {The old account|The former owner} {is deactivated|has been removed}.",
        ),
    ),
    Issue(
        key="merge_workspaces",
        intent="merge_accounts",
        subjects=(
            "Merge two workspaces",
            "duplicate workspace",
            "Move [project] to the main workspace",
            "two accounts, one company",
        ),
        opens=(
            "{Somebody here|A colleague} {opened|created} a second workspace and {half of|part of} [project] {lives there|is in it now}.",
            "{We took over|After we acquired} {a smaller firm|another company}, {we have two workspaces|there are two accounts}. {Can they be merged|Is a merge possible}?",
        ),
        details=(
            "{Users overlap|Some users are in both}{, about [tens]|}.",
            "{Comments and history|History} {must survive|matter to us}.",
            "{We tried|I tried} export and import{: links broke|, attachments were lost|}.",
        ),
        asks=("How long {would that|does it usually} take?", "{Does it cost anything|Is there a charge}?"),
        notes=(
            "Merge of two workspaces, {[tens] users in both|[project] to move}. {Planned for [future]|Checklist sent}.",
        ),
        replies=(
            "{We can merge|A merge is possible} {over a weekend|outside hours}; history and comments {are kept|come along}, {automations need re-linking|rules have to be switched on again}. {Proposed slot|How about} [future]?",
        ),
    ),
    Issue(
        key="seats_add",
        intent="add_seats",
        subjects=("Add [few] seats", "more licences for [project]", "additional users", "seat increase"),
        opens=(
            "{Please add|We need} [few] {seats|licences} {for [project]|} {from [future]|as soon as possible}.",
            "{We've hit|We reached} the limit of [seats] {seats|users}{; the next person can't join| and the invite button is grey|}.",
        ),
        details=(
            "{Cost centre is|Book it on} [project].",
            "{Only for|It's for} three months{, then back|}.",
            "{The order|Our order} [po] {covers it|is attached}.",
            "{I can't find|Where is} the button{? Maybe I lack rights|}.",
        ),
        asks=(
            "{Confirm|Please confirm} the price.",
            "{Can it be|Could that be} co-termed with {the main contract|the rest}?",
        ),
        notes=("Adds [few] seats, {[po]|temporary}. {Done in portal|Quote sent}.",),
        replies=(
            "{Added|The seats are live}; {prorated to|billed until} your renewal date{ at the same unit price|}. {Temporary seats|They} {can be|may be} returned at the end of any month.",
        ),
    ),
    Issue(
        key="rename",
        intent="edit_account",
        subjects=("Rename workspace", "change our workspace URL", "company renamed", "new e-mail domain"),
        opens=(
            "{Our mail domain|The company's mail domain} {changes|will change} on [future]. {What happens to|How do we move} {our [seats] users|the logins}?",
            "{We'd like|Please help us} to rename {the workspace|the URL} {after the rebrand|to match our new name}.",
        ),
        details=(
            "{Links in|All links in} {contracts|our intranet} {point to the old one|shouldn't die}.",
            "{[idp] will send|Our [idp] sends} the new addresses {from that day|overnight}.",
            "{A redirect|Some redirect} {for a year|for a while} {would help|is needed}.",
        ),
        asks=(
            "{What's the order of steps|Which step comes first}?",
            "{Can we test|Is a test possible} with {one user|two people}?",
        ),
        notes=("{Domain change on [future]|Workspace rename}. {Steps mailed|Scheduled}.",),
        replies=(
            "{Add the new domain|First add the domain} under Security, {verify it|wait for the check mark}, then {we switch|switch} the users in one go. {Old links|The old URL} {redirect|redirects} for twelve months.",
        ),
    ),
    Issue(
        key="notifications",
        intent="edit_settings",
        weight=0.8,
        subjects=("Too many mails", "Turn off digest", "notification settings reset", "missing alerts"),
        opens=(
            "{People complain|Everyone complains} about {too many|the flood of} mails{: I counted [tens] yesterday| from [module]|}.",
            "{Alerts for|The alerts from} [module] {stopped|don't reach} {coming|[chat]} {since [weekday]|any more}.",
            "{After the update|With [build]} all {my|our} notification settings {were back to default|are reset}.",
        ),
        details=(
            "{Digest is off|The digest is switched off} {for the workspace|in my profile}{, still comes|}.",
            "{A rule|Some old rule} by {someone who left|a former admin} {may be behind it|is probably sending them}.",
            "{Half of [team]|Some} {now filter|simply delete} {everything from you|them unread}.",
        ),
        asks=(
            "{Is there one place|Where's the one place} to {turn it down|set this for all}?",
            "{Please check|Check} {our rules|the queue}.",
        ),
        notes=("{Too many notifications|Alerts missing in [chat]}. {Old rule removed|Token renewed}.",),
        replies=(
            "{An old rule|A rule} of {a deactivated user|a former admin} {mailed|notified} everyone on each change; {it's off|I paused it}. {Defaults for all|Workspace defaults} are under Admin > Notifications.",
        ),
    ),
)
