"""Sentences that fit any issue of a topic, or any letter of an account: what makes one ticket unlike the next."""

from collections.abc import Mapping, Sequence

__all__ = ["ACCOUNT_COLOUR", "TOPIC_COLOUR"]

TOPIC_COLOUR: Mapping[str, Sequence[str]] = {
    "pricing": (
        "{For comparison|To compare}: {our chat tool|the ticket system|our drawing software} costs {less than half|about a third} per head.",
        "{Two of our sister companies|Another division} {pay|seem to pay} {a different price|less}, {or so they say over lunch|and word gets around}.",
        "{We've been a customer|We have been with you} {for years now|since well before the price list changed}, {that should count for something|and I'd like that to show}.",
        "{Whatever the answer|Either way}, {I need it before|please let me have it before} {the planning meeting|budget lock} on [future].",
        "{Nobody questions|I'm not questioning} the value for [team]; {it's the other half|it's everyone else} {I can't justify|that worries me}.",
        "{I put the numbers|I've put everything} in a {small table|spreadsheet} {for [person]|}, {and the line for Northstar is the tallest|you come third of nine}.",
    ),
    "billing": (
        "{I have all documents|Everything is} {here in one folder|in a PDF I can send}{, numbered and all|}.",
        "{For our reference|On our side} the case {is filed under|runs as} [po].",
        "{We're a small finance team|There are two of us in finance}{, so every odd line costs an afternoon| and one is on leave}.",
        "{Last quarter|In the quarter before} {everything was fine|there was nothing to complain about}, {same contract, same people|so something must have changed}.",
        "{If it's easier|Should that be easier}, {call our AP desk|ring us} {between nine and eleven|before lunch}{; nobody picks up after four|, ask for the one with the invoices|}.",
        "{My predecessor|The colleague before me} {simply paid|used to pay} {whatever came|these}, {I look at them|I don't}.",
        "{It may be|Maybe it's} {a matter of minutes|a tick in the wrong box} {on your side|for you}, {for us it blocks a whole batch|here it holds up everything behind it}.",
        "{The amount goes to|It is charged to} a project {whose owner reads every cent|with hardly any budget left}.",
        "{I tried the chat first|I started in chat}, {the bot sent me|and was sent} {in circles|to an article from 2021}.",
        "{In [erp]|Over in [erp]} {it sits|the document sits} in {the exception queue|'parked'}{ with a red flag| since [date]|}.",
    ),
    "refund": (
        "{We're not in a hurry|There is no hurry}, {but I don't like open items|but it shouldn't be forgotten}.",
        "{For a company our size|For us} {that's a week of coffee|[amount] is a real sum}{, seriously|}.",
        "{I was told|On [date] I was told} {a form was needed|finance had to sign}, {then that it wasn't|then nothing}.",
        "{Your confirmation mail|The confirmation} {is attached|has the reference RF-[rows]}.",
        "{It would help|You'd help me} {if the credit note said|to write} [project] {on it|in the reference}.",
    ),
    "cancellation": (
        "{We've enjoyed|It was good} {working with you|the ride}{, that part is meant|}.",
        "{Please don't send|No need for} {a win-back offer|someone from sales}{, the decision is made|}.",
        "{Should things change|If plans change}, {we'd come back to you first|you'll hear from us}.",
        "{Procurement|Our procurement} {files the notice|wants the paper} {under [po]|with a date and a name}.",
        "{The budget line|That line} {ends with the fiscal year|was cut on [olddate]}, {so the date matters|and there's no way around it}.",
    ),
    "login": (
        "{It's always the same people|Oddly it's the same few}: {those who travel|the ones with two screens|people hired after [olddate]}.",
        "{IT says|Our IT says} {nothing was changed|the firewall is clean}{, I take their word for it|}.",
        "{On the phone app|On my phone} {I'm still in|it works}, {which is how I can see what I'm missing|so the account itself lives}.",
        "{I've asked three colleagues|Three of us compared}: {two have it, one doesn't|one can, two can't}{, same office, same network|}.",
        "{A screenshot|The screenshot} {is attached|shows the exact wording}{, time in the corner|}.",
        "{It first happened|I first saw it} on [date]{ at [clock]|}, {and I thought it was me|nobody took it seriously then}.",
    ),
    "outage": (
        "{A heads-up|Some warning} {would have let us|and we could} {print the lists|move the meeting}.",
        "{I've told everyone|I told people} {not to touch anything|to wait}{, but you know people|}.",
        "{Other services we use are fine|Everything else on the network is fine}.",
        "{We've lost|That makes} {about [few] hours|half a day} {so far|already}, times [tens] people.",
        "{I'm the one who recommended Northstar here|Guess who recommended Northstar here|I'm the one everybody calls now}.",
    ),
    "performance": (
        "{I recorded|Attached is} {a short video|a screen capture}{: watch the clock in the corner|}.",
        "{The laptop is new|Machines are new} and {idle|bored}{, fan not even on|}.",
        "{Colleagues in other countries|Our other site} {report the same|see it too}{, so it's not the building|}.",
        "{We tried|I tried} at {six in the morning|night}, {then it's bearable|no real difference}.",
        "{It used to be|When we bought it, it was} {the fastest tool we had|quick}{, that was a selling point|}.",
    ),
    "bug": (
        "{I can reproduce it|It's reproducible}: {open, change, save, reload|three clicks and it's there}.",
        "{Deleting and re-creating|Making a new one} {helps until the next save|didn't help}.",
        "{A colleague|[person]} sees {the same|something similar} {in [project2]|on another machine}.",
        "{It worked|This worked} {in the release before|until [date]}, {I'd swear|we have printouts to prove it}.",
        "{The help chat|Chat} {suggested clearing the cache|told me to switch browsers}{, of course it wasn't that|; did both|}.",
    ),
    "feature_request": (
        "{I described it|We discussed it} {in the user group|with your product people} {last year|in [lastmonth]}.",
        "{It'd save us|I reckon it saves} {about [few] hours|half a day} a {week|month}{, across [tens] people that adds up|}.",
        "{Even a rough first version|A simple version} {would be welcome|will do}{, we're not picky|}.",
        "{In [project] alone|Just for [project]} {we'd use it daily|[tens] people would use it}.",
        "{The alternative|What we do instead} is {a macro that one person understands|copy and paste on [weekday] evenings}.",
    ),
    "onboarding": (
        "{Our sponsor|[person]} {asks me every [weekday]|would like to see something} {how far we are|by [future]}.",
        "{We come from|Before this we used} {spreadsheets|[tracker]}{, so everything is new| and old habits die hard}.",
        "{The videos are good|I watched the videos}, {but they move fast|the buttons are elsewhere now}.",
        "{About half|Roughly half} of the [seats] {have logged in|people have been in} {so far|once}.",
        "{Sorry if it's obvious|It may be obvious}, {to me it isn't|the word 'program' means three things here}.",
    ),
    "security": (
        "{I'd rather ask once too often|Better to ask}{ than explain later|}.",
        "{This goes|Your answer goes} into {our risk register|the supplier file}, {with date and name|so plain words please}.",
        "{We've had|There was} {an incident at another supplier|a near miss} {last month|in [lastmonth]}{, so everybody is alert|}.",
        "{If this is confidential|If you can't write it down}, {we can sign an NDA|a call is fine}.",
    ),
    "privacy": (
        "{The works council|Our legal team} {is in copy|reads along}.",
        "{It concerns|We talk about} {fewer than|some} [tens] people{, all of them staff|}.",
        "{Please don't answer|Kindly don't answer} with {a link to the privacy notice|the policy}, {I've read it|we know it}.",
        "{I need something|We need something} {I can file|with a date on it}.",
    ),
    "account": (
        "{I found the article|There is an article}, {but the menu it mentions isn't there|it stops half-way}.",
        "{There are two of us|Two people} with {the rights|admin rights}, {me and somebody on leave|in theory}.",
        "{We did something similar|This was done} {two years ago|in [lastyear]} {and it took five minutes|and it went wrong}.",
        "{By the way|While I have you}: {nice new navigation|thanks for the quick help on [weekday]}.",
    ),
    "feedback": (
        "{I asked around|We asked around} {in the office|over lunch}: {most agree|opinions vary}.",
        "{I've used|We've used} {tools like this|such software} {for twenty years|in three companies}{, so I may compare|}.",
        "{That's from someone|And that from somebody} {who writes one mail a year|who never fills in surveys}.",
        "{Keep|Please keep} {the release notes short|Thursday as release day}{, that's nice|}.",
    ),
    "integration": (
        "{We run it|It runs} {at night|every hour} {on a small server|from a service account}.",
        "{The other vendor|Support at the other side} {points at you|says it's you}{, naturally|}.",
        "{I can share|We can share} {the payload|the config}{ without names|}.",
        "{About [rows] records|[rows] records} a day {go through it|depend on it}.",
        "{It broke|This broke} {on a [weekday], of course|while I was away}.",
    ),
}

ACCOUNT_COLOUR: Mapping[str, Sequence[str]] = {
    "acme": (
        "{Plant 4 works|The plants work} in three shifts, {so 'outside business hours' doesn't exist here|somebody is always in the tool}.",
        "{We report|I report} to {the plant managers|Dayton} every {[weekday]|week}{, and they like round numbers|}.",
        "{Monterrey|The Mexican plant} {has the same question|uses it in Spanish, if that matters}.",
    ),
    "globex": (
        "{Under our procurement rules|By our procurement rules} {two people have to sign this|I need three lines of explanation}.",
        "{The terminal|Gulf terminal} {is in turnaround|has 400 contractors on site} {until [future]|}, {timing could be better|so we're short of hands}.",
        "{Houston|Our Houston office} {sees it as well|asked the same}.",
    ),
    "initech": (
        "{Yes, we're a software company|We build software ourselves}, {so I know how it goes|and I still can't make sense of it}.",
        "{Release train|Our release} leaves on [future]{, code freeze two days before|}.",
        "{We filled in|I filled in} the TPS sheet for it{, don't ask|}.",
    ),
    "brightwater": (
        "{The bottling line|Bottling line 2} {doesn't wait for anyone|starts up next week}{, so excuse my being brief|}.",
        "{We're a family firm, and|In a family firm} {everyone knows what each pallet costs|the owner still reads the invoices}.",
        "{Between|What with} {the allergen audit|the supermarket's audit} and {stock-taking|the cold store}, {my desk is full|I only got to this today}.",
    ),
    "halden": (
        "{Robots run|The cell runs} without people{, reports don't|; I'd like the paperwork to do the same}.",
        "{Field trials|Our field trials} begin on [future].",
        "{Please short and exact|Exact numbers please}{, we are engineers|}.",
    ),
    "solace": (
        "{Clinics open at seven|The first clinic opens at 7}, {so mornings are best|so we notice everything early}.",
        "{No patient data|There is no patient data} {in any of this|involved}{, before you ask|}.",
        "{Nurse managers|Our nurse managers} {aren't IT people|have two minutes between shifts}{, it has to be simple|}.",
    ),
    "vantage": (
        "{A truck that waits|Every truck that waits} {costs us $75 an hour|is money}.",
        "{Drivers|My drivers} {don't read manuals|call me, not you}.",
        "{The depot in Tulsa|Tulsa} {has the same thing|is worst}.",
    ),
    "marlow": (
        "{In a GxP environment|Under GxP} {each change needs a record|we document every step}{, hence the detail|}.",
        "{The lab move|Our lab move} {has taken most of my week|keeps me on the phone}.",
        "{Our Basel site|Basel} works {in German and English|with the same plan}.",
    ),
    "meridian": (
        "{As a regulated institution|Being a bank} {we keep a record of|we must document} {each contact|every answer} {with a critical supplier|for three years}.",
        "{Internal audit|Our second line} {has an eye on this|has raised it as an observation}.",
        "{The change board|Our change advisory board} meets on {Thursdays|[future]}.",
    ),
    "oakline": (
        "{Forty stores|40 stores} {and one of me|look at this at 6 am}.",
        "{It's holiday prep|Holiday season is coming}, {well, in retail it always is|and my inbox knows it}.",
    ),
    "kestrel": (
        "{We're on location|The crew is on location} {until [weekday]|this week}, {patchy network|so answers may be slow}.",
        "{The edit|Post} {starts on [future]|is waiting}.",
    ),
    "tidewater": (
        "{It's brochure season|Brochure season again}, {everyone's hair is on fire|so bear with us}.",
        "{There are nine of us|We're nine people} in a shop by the harbour{, not exactly an enterprise|}.",
    ),
    "pinecrest": (
        "{School starts|Classes start} {soon|on [future]} and {the buses won't wait|summer works have to be done}.",
        "{The board meets|Our school board meets} on the {second|third} Monday{, in public|}.",
    ),
    "lumen": (
        "{I ran|We ran} a quick {query|regression, professional habit} {over our own logs|on it}: {[pct] % of cases|about one in [few]}.",
        "{Clients see|Our clients look at} {these boards|that}{, so it's about our face, too|}.",
        "{The CFO's office|Our CFO} {likes charts|wants a chart}{, so any number helps|}.",
    ),
    "northfield": (
        "{The weather window|Our weather window} offshore {closes soon|is short}, {planners are on the ship|so people are nervous}.",
        "{Substation 12|The substation} {is on the critical path|has inspection on [future]}.",
        "{Connection from the vessel|From the vessel it} is {slow, satellite only|by satellite}.",
    ),
    "castell": (
        "{On the building site|On site} {nobody has time|it is loud and wet}{, so keep it short|}.",
        "{Tower C|The tower} {is late already|pours concrete on [future]}.",
        "{Penalty is|We have a penalty of} €12,000 a day{, only that you know|}.",
    ),
    "redwood": (
        "{The firm bills|We bill} by the six minutes, {so you can guess what this has cost|I'll spare you the sum}.",
        "{Client confidentiality|Confidentiality} {applies|comes first}{ to everything in that workspace|}.",
        "{One of the partners|A partner} {asked in the corridor|has opinions on this}.",
    ),
    "cobalt": (
        "Site {link is satellite|internet is a satellite link}, {a reload takes a minute|keep pages small}.",
        "{Crew change|Fly-out} is on [weekday], {after that nobody|then a new lot who've never seen it}.",
        "{Pit 7|The pit} doesn't stop.",
    ),
    "juniper": (
        "{we're five people and a dog|It's five of us and a dog}{, so no it department|}.",
        "{the hotel client|Our hotel client} {is coming in on [weekday]|loves pretty boards}.",
    ),
    "orchard": (
        "{Any change to a validated system|For a validated system, any change} {needs an impact assessment|means paper}{, this one included|}.",
        "{The inspection|Our next inspection} {is announced for [future]|comes in [nextmonth]}.",
        "{Batch records|The batch record} {refer to|refers to} this board.",
    ),
    "skyline": (
        "{Settlement|The settlement} of {Riverside|the towers} {is on [future]|is close}, {phones are hot|so it's all hands on deck}.",
        "{Tenants|Our tenants} {ring me|complain to me} {about the lifts|about everything}{, now this|, so software comes second|}.",
    ),
    "tallgrass": (
        "{It's storm season|After the hail last week}, {claims doubled|everyone is on claims}.",
        "{The rate filing|Our rate filing} {is due on [future]|goes to the state on [future]}.",
        "{We have a change freeze|There's a freeze} {over year end|until [future]}{, so only small steps please|}.",
    ),
    "bluepeak": (
        "{600 towers|We swap 600 towers}, {each is a project|every one with a checklist}.",
        "{Our vendor portal|The vendor portal} {closes|cuts off} {Friday 17:00 Singapore time|on [weekday]}.",
        "{The rollout team|Rollout} sits in {three countries|Jakarta and Perth}{, time zones help nobody|}.",
    ),
    "harborview": (
        "{We're fully booked|The house is full} {this week|until [future]}, {so I write between check-ins|and I'm at the desk a lot}.",
        "{The spa wing|Our spa wing} {opens soon|is late, as always}{, you should come and see it|}.",
    ),
    "quantum": (
        "{A fab hour|One hour of fab time} {costs more than my car|is expensive}.",
        "{Tool-in|The tool-in} {slot is fixed|is on [future]}, {vendors fly in|can't move}.",
        "{Air-gapped side|Our cleanroom side} {has no internet|is air-gapped}, {so exports matter|we carry exports over}.",
    ),
    "evergreen": (
        "{As a public body|Being a council} {we answer to councillors|we publish what we pay}{, quite literally|, line by line}.",
        "{The committee|Our scrutiny committee} {meets on [future]|has asked a question about it}.",
        "{Residents|Our residents} {can ask for all of this|read these papers}, {so please be precise|believe me}.",
    ),
    "ironbridge": (
        "{Shutdown starts|The shutdown starts} on [future]. {14 days, no slack|Every hour is planned}.",
        "{The furnace|Our furnace} {doesn't care about tickets|won't wait}.",
    ),
    "pelican": (
        "{Samples|The samples} {land on [weekday]|are stuck in customs}, {so it's one of those weeks|and everyone's grumpy}.",
        "{The denim launch|Our denim launch} {eats everyone's time|is all anyone talks about}.",
    ),
    "summit": (
        "{It's trade fair season|We're off to the trade fair}, {answers may come from a tent|so mail is best}.",
        "{We're a small shop|Small shop here}, {I do product, invoices and the dog walking|three hats per head}.",
    ),
    "aurora": (
        "{Console cert|Cert} is on [future] and {the studio is in crunch|nobody sleeps}.",
        "{Players|Our players} {won't notice|don't care about boards}, {producers do|my producers do}.",
        "{We shipped|We just shipped} Season {3|4}{, so heads are clear again|}.",
    ),
    "clearwater": (
        "{As a water utility|Being a utility} {we plan for the worst|we keep paper copies}{, so nobody goes thirsty|, so don't worry about safety|}.",
        "{The rate board|Our rate board} {reads|goes through} the capital plan in [nextmonth].",
        "{Crews|Field crews} {start at six|are out until four}{, call me before or after|}.",
    ),
    "novaterra": (
        "{Now is harvest|It is harvest time}, {all people are on the field|the office is empty}.",
        "{Internet on the farm|The internet at the farm} {falls down|is weak} {when it rains|in the afternoon}.",
    ),
    "fairmont": (
        "{The night line|Our night line} {leaves at 22:10|loads from nine}, {with or without data|so after that it's too late}.",
        "{Customs|The customs desk} {needs the dates|works from the same list}.",
    ),
    "stellar": (
        "{Configuration control|Our configuration board} {wants a reference|logs each deviation}{ for every one of these|}.",
        "{Part of that program|Some of this} {is export controlled|can't leave the country}, {so no screenshots|so I describe it in words}.",
        "{The supplier gate|Next supplier gate} is on [future].",
    ),
    "maple": (
        "{We make books|We're publishers}, {so words we can do, software less so|commas matter to us}.",
        "{The spring list|Our spring list} {goes to print|closes} on [future]{, and authors are late as ever|}.",
    ),
    "delphi": (
        "{It's for a panel study|This is for a panel study} {with 4,000 households|running since 2011}, {so consistency matters more than speed|changes half-way are poison}.",
        "{The funder|Our funder} {wants a report|asks for evidence} {by [future]|each quarter}.",
    ),
    "sterling": (
        "{Start of production|SOP} is fixed. {Everything else moves|The rest follows}.",
        "{One day of launch delay|A day's delay} {is seven figures|ends up on the chairman's desk}.",
    ),
    "horizon": (
        "{Every pound we spend|What we spend on software} {isn't spent on beds|comes from donations}, {so I have to ask|forgive the haggling}.",
        "{The winter shelter|Our shelter} {opens in [nextmonth]|is full}{, and volunteers are new each time|}.",
    ),
    "zenith": (
        "{Regulator deadline|The regulator's deadline} {is [future]|doesn't move}{, no extensions|}.",
        "{We're audited twice a year|The PCI audit is next month}, {so I have to write down everything|hence the formal tone}.",
        "{Payments don't sleep|We never close}, {and neither do I, apparently|so any hour is fine for a call}.",
    ),
    "willow": (
        "{Milk trucks|The milk trucks} come at four in the morning, {so I'm mostly here before your office is|which makes this my lunch break}.",
        "{Audit prep|The dairy audit} {is on [future]|has us all sorting binders}.",
    ),
}
