"""Other lives: contradictions, an expansion, accounts at risk, the outage and the billing wave, in people's own words."""

from moe_memorygraph.sample.stories.story import Story, at

__all__ = ["OTHERS"]

OTHERS: tuple[Story, ...] = (
    # Globex: the CRM still says Enterprise; billing moved them to Pro on 1 June 2025.
    Story(
        key="globex_downgrade",
        customer="globex",
        moment=at("2025-05-12 15:20"),
        category="account",
        intent="change_plan",
        subject="Change of plan as of 1 June 2025",
        body=(
            "Further to our call with Strategic West: Globex International moves from Enterprise to Pro with effect from 1 June 2025, 210 "
            "seats, contract value $96,000. The amendment was signed by both sides on 9 May and is attached. Please confirm that "
            "your billing system and your CRM are both updated; last time one of them was forgotten and we paid for a year of the wrong thing."
        ),
        channel="email",
        author="procurement manager",
        plots=("globex_plan",),
        response="Confirmed: billing has Globex on Pro with 210 seats from 1 June 2025. I'll pass the CRM update to your account owner.",
        csat=4,
        days=2.0,
        topic="plan_change",
    ),
    Story(
        key="globex_sso_lost",
        customer="globex",
        moment=at("2025-07-08 13:11"),
        category="login",
        intent="sso_help",
        subject="Single sign-on gone since the downgrade",
        body=(
            "Since 1 July our users are asked to set a password. I understand that SSO is not part of Pro, but your own portal lists us as "
            "Enterprise, and the account team told us 'nothing changes for users'. Which of the two is true? I have 210 people to inform."
        ),
        channel="web",
        author="systems administrator",
        plots=("globex_plan",),
        response="You are on Pro since 1 June 2025, which has no single sign-on; the portal reads the plan from our CRM, which was not updated. I'm sorry for the contradiction.",
        priority="high",
        csat=2,
        days=1.2,
        topic="plan_change",
    ),
    Story(
        key="globex_crm_still",
        customer="globex",
        moment=at("2025-10-16 16:02"),
        category="account",
        intent="edit_account",
        subject="Still listed as Enterprise",
        body=(
            "Your quarterly business review deck greets us as an 'Enterprise customer' and offers a named engineer. We are on Pro since June. "
            "Kindly correct your records. Our auditors read such things."
        ),
        channel="email",
        author="controller",
        plots=("globex_plan",),
        response="Apologies, the CRM still carries the old plan. I've opened a request to correct it.",
        csat=3,
        days=1.0,
        topic="plan_change",
    ),
    # Meridian: who owns the account?
    Story(
        key="meridian_owner",
        customer="meridian",
        moment=at("2025-10-01 08:30"),
        category="account",
        intent="contact_question",
        subject="Who is our account team?",
        body=(
            "On 15 September we were introduced to EMEA Key Accounts as our new account team. Your invoices and the portal still name Strategic "
            "East, and last week both teams sent us different slides for the same meeting. Please tell us who is in charge. The core migration "
            "steering committee meets on 14 October and expects one contact."
        ),
        channel="email",
        author="vendor manager",
        plots=("meridian_owner",),
        response="EMEA Key Accounts have owned your account since 15 September 2025. The CRM entry with Strategic East is out of date and will be corrected.",
        csat=3,
        days=1.5,
        topic="account_owner",
    ),
    # Lumen: contract says 120 seats, usage says 158.
    Story(
        key="lumen_seats",
        customer="lumen",
        moment=at("2025-11-05 17:45"),
        category="account",
        intent="add_seats",
        subject="158 users on a 120 seat contract?",
        body=(
            "Your usage report for October shows 158 active users. Our contract says 120 seats and nobody here has ordered more. Before your "
            "sales people call: 38 of those look like client accounts that should be guests. Can you send the list so I can sort them before "
            "anybody writes an invoice?"
        ),
        channel="email",
        author="delivery manager",
        plots=("lumen_seats",),
        response="The list is attached: 36 client accounts and 2 test users. Once you've turned them into guests the count is 120 again; nothing will be billed before 15 December.",
        csat=5,
        days=1.0,
        topic="seat_conflict",
    ),
    # Solace grows.
    Story(
        key="solace_pilot",
        customer="solace",
        moment=at("2025-04-14 14:12"),
        category="account",
        intent="add_seats",
        subject="Rolling out to the imaging centers",
        body=(
            "Good morning! The pilot in our three imaging centers went better than any software roll-out I have seen in 20 years here. "
            "We'd like to plan for all 14 centers, about 260 additional people, from September. Could we talk about Enterprise? We need SCIM, two years of audit "
            "log and a signed BAA before patient schedules go anywhere near it."
        ),
        channel="email",
        author="director of operations",
        plots=("solace_expansion",),
        response="What a lovely start to the week. Strategic West will prepare an Enterprise offer for 480 seats with a BAA.",
        csat=5,
        days=1.0,
        topic="expansion",
    ),
    Story(
        key="solace_upgrade",
        customer="solace",
        moment=at("2025-09-02 13:30"),
        category="account",
        intent="change_plan",
        subject="We're live on Enterprise",
        body=(
            "Just confirming that the switch from 220 Business seats to 480 Enterprise seats on 1 September went through without a hiccup. SCIM "
            "created everyone overnight and the first clinic opened its board at 7 am. Please thank the named engineer, she stayed on the "
            "call until the last center was in."
        ),
        channel="email",
        author="program manager",
        plots=("solace_expansion", "praise"),
        response="Thank you! I've passed it on, she'll be delighted.",
        priority="low",
        csat=5,
        days=0.5,
        topic="expansion",
    ),
    # Vantage is at risk.
    Story(
        key="vantage_dispatch",
        customer="vantage",
        moment=at("2025-07-29 11:58"),
        category="performance",
        intent="report_slowness",
        subject="Dispatch has given up on the mobile board",
        body=(
            "My dispatchers went back to the whiteboard. The mobile board takes 40 seconds to show a load on the road and they've 12 seconds at a dock "
            "door. I reported it on June 30 and got an answer on July 11 that asked me for a screenshot. Use is dropping, look at your own numbers."
        ),
        channel="phone",
        author="dispatch supervisor",
        plots=("vantage_risk",),
        response="I'm sorry it took eleven days. The mobile board loads all 1,900 open loads; I have asked engineering for a filter by depot.",
        priority="high",
        csat=2,
        days=12.0,
    ),
    Story(
        key="vantage_slow_support",
        customer="vantage",
        moment=at("2025-09-18 15:36"),
        category="feedback",
        intent="give_criticism",
        subject="Nine days for an answer",
        body=(
            "I counted: our last six tickets waited nine days on average for something I'd call an answer. We're on Business, your own sheet says one "
            "business day for normal. If I treated shippers like that we'd be out of freight. I'm not asking for money, I'm asking whether anybody is home."
        ),
        channel="email",
        author="operations director",
        plots=("vantage_risk", "escalation"),
        response="You're right to be angry, and the numbers are right too. I've asked for one named person for your tickets.",
        priority="high",
        csat=1,
        days=10.0,
    ),
    Story(
        key="vantage_escalation",
        customer="vantage",
        moment=at("2025-11-18 16:05"),
        category="feedback",
        intent="give_criticism",
        subject="Formal escalation - Vantage Freight",
        body=(
            "This is a formal escalation. Weekly users are down from 210 in spring to under 70 because the mobile board is unusable at the dock, the filter you "
            "promised for October isn't there, and the 'named person' has changed twice. Renewal is in July. I've been told to have an alternative tested by "
            "March. I would like to hear a plan with dates from someone who can commit to them."
        ),
        channel="email",
        author="operations director",
        plots=("vantage_risk", "escalation"),
        response="Thank you for being so direct. Our head of support and your account owner would like to present a plan on 2 December.",
        status="pending",
        priority="urgent",
        csat=None,
        days=None,
    ),
    Story(
        key="vantage_filter_missing",
        customer="vantage",
        moment=at("2025-12-12 13:22"),
        category="performance",
        intent="report_slowness",
        subject="Depot filter?",
        body="6.0 is out, no depot filter. The plan you showed on December 2 said 'with 6.0'. Do I need to say more?",
        channel="email",
        author="dispatch supervisor",
        plots=("vantage_risk",),
        response="",
        status="open",
        priority="high",
        days=None,
    ),
    # Marlow: eleven weeks of onboarding.
    Story(
        key="marlow_mapping",
        customer="marlow",
        moment=at("2025-01-28 09:14"),
        category="onboarding",
        intent="setup_help",
        subject="Import stuck at the mapping step",
        body=(
            "Dear team, it is our fourth week and we are still at the import. Our plans come from Smartsheet with two header rows and owners written "
            "as initials (HK, MB and so on). Your mapping wants e-mail addresses. I was told in the kick-off that 'the importer handles that'. It does "
            "not. Phase II site plan has 3,400 rows, I cannot retype them. Who can help us, and until when? Go-live was announced for 17 February."
        ),
        channel="email",
        author="project coordinator",
        plots=("marlow_onboarding",),
        response="Owners can indeed only be matched by e-mail address. If you send me the list of initials I'll convert the file for you this week.",
        priority="high",
        csat=3,
        days=3.0,
        thread="marlow-import",
    ),
    Story(
        key="marlow_third_contact",
        customer="marlow",
        moment=at("2025-02-20 10:41"),
        category="onboarding",
        intent="setup_help",
        subject="Third onboarding contact, same questions",
        body=(
            "We missed the go-live date of 17 February. Today a third person from your side introduced themselves and asked me what our stages are called. "
            "That's in the document we filled in on 8 January. I don't mean to be rude, but who reads those? People here have started to ask whether we chose "
            "the right tool, and they haven't even seen it yet."
        ),
        channel="email",
        author="head of PMO",
        plots=("marlow_onboarding", "escalation"),
        response="I apologise. I have your document now and stay your contact until go-live, which we planned for 24 March together.",
        priority="high",
        csat=2,
        days=4.0,
    ),
    Story(
        key="marlow_live",
        customer="marlow",
        moment=at("2025-03-25 08:20"),
        category="onboarding",
        intent="setup_help",
        subject="Live at last",
        body=(
            "We went live yesterday, eleven weeks after the start instead of four. Assay transfer and Lab move are in, 71 of 92 people logged in on day one. I want "
            "to say that the last five weeks, with one contact, were as good as the first six were bad. Please keep it that way for the next customer."
        ),
        channel="email",
        author="project coordinator",
        plots=("marlow_onboarding",),
        response="Congratulations, and thank you for your patience. I've shared both halves of your message with the onboarding team.",
        priority="low",
        csat=4,
        days=1.0,
    ),
    # Oakline leaves after the outage.
    Story(
        key="oakline_outage",
        customer="oakline",
        moment=at("2025-03-12 17:10"),
        category="outage",
        intent="report_outage",
        subject="40 stores, no task list",
        body=(
            "Second day. 40 stores get their morning task list through Sync from Monday.com, and for two days they got nothing. Store managers are calling me "
            "at home. Holiday resets, recalls, price changes, all on hold, and yesterday we missed a product recall for three hours because it sat in your "
            "queue. I don't care about the root cause, I need to know what to tell 40 people at 6 am tomorrow."
        ),
        channel="phone",
        author="store operations lead",
        plots=("march_outage", "oakline_churn"),
        response="Tell them to work from the app's read-only list, which is current as of 11 March 06:00 UTC. We can't promise a time yet. I'm truly sorry about the recall.",
        priority="urgent",
        csat=1,
        days=2.2,
    ),
    Story(
        key="oakline_cancel",
        customer="oakline",
        moment=at("2025-04-03 15:55"),
        category="cancellation",
        intent="cancel_subscription",
        subject="We're leaving on April 30",
        body=(
            "Hey team, no hard feelings, but Oakline won't renew on April 18, please let us run out on April 30. Three days without sync in March, with a "
            "missed recall in the middle of it, was the end of the discussion upstairs. The credit note was nice. It doesn't help when the regional VP asks "
            "what happens next time. We'll need the store checklists as CSV."
        ),
        channel="email",
        author="store operations lead",
        plots=("oakline_churn",),
        response="We understand, and we're sorry. Your contract ends on April 30, 2025 without renewal; the checklists are in the export folder.",
        csat=3,
        days=1.0,
    ),
    Story(
        key="pinecrest_cancel",
        customer="pinecrest",
        moment=at("2024-11-11 16:30"),
        category="cancellation",
        intent="cancel_subscription",
        subject="Not renewing for 2025",
        body=(
            "Good afternoon, with a heavy heart: the district will not renew after December 31. Our maintenance crews work in boiler rooms and bus depots without a signal, "
            "and we've asked for an offline mode since 2022. The crews went back to clipboards and the board doesn't pay for software that stays in the truck. "
            "You've been kind to us and the school discount was generous. If offline ever comes, please call."
        ),
        channel="email",
        author="facilities planner",
        plots=("pinecrest_churn",),
        response="Thank you for such a kind letter. The contract ends on December 31, 2024. I've added your reason to the offline request, and I will call.",
        csat=5,
        days=1.0,
    ),
    # The outage, seen by two large accounts.
    Story(
        key="outage_meridian",
        customer="meridian",
        moment=at("2025-03-11 07:40"),
        category="outage",
        intent="report_outage",
        subject="Sync acknowledgements missing since 06:12 UTC",
        body=(
            "Our monitoring shows that Northstar Sync has not acknowledged a single message since 06:12 UTC. 18,400 messages are waiting on our side and "
            "retries are piling up. The status page says 'operational'. Basel reporting reads milestone dates from you at noon. Please open an incident."
        ),
        channel="email",
        author="information security analyst",
        plots=("march_outage",),
        response="Confirmed, and thank you: yours was the first report. The incident was declared at 09:05 UTC.",
        priority="urgent",
        csat=2,
        days=3.4,
    ),
    Story(
        key="outage_clearwater",
        customer="clearwater",
        moment=at("2025-03-13 14:26"),
        category="outage",
        intent="report_outage",
        subject="Day three, and a question about the replay",
        body=(
            "Three days without sync. Our field crews have entered 2,600 inspections in GIS that should have become tasks in Northstar. When you replay, will they come "
            "with their original times, or will it look as if all lead lines in the county were inspected on one afternoon? The regulator reads those "
            "dates. If you can't keep the times, please do not replay and let us load them ourselves."
        ),
        channel="email",
        author="GIS analyst",
        plots=("march_outage",),
        response="The replay keeps original times and order; we tested it with your first 200 inspections before starting the rest.",
        priority="urgent",
        csat=4,
        days=1.6,
    ),
    # The billing wave.
    Story(
        key="wave_initech",
        customer="initech",
        moment=at("2025-10-06 14:50"),
        category="billing",
        intent="dispute_charge",
        subject="Double counted seats on INV-64410",
        body=(
            "First invoice out of your shiny new billing system and it's wrong. INV-64410: 142 seats as subscription, fine, and then another 142 as 'seat true-up "
            "2025-07 to 2025-09', $8,520. We didn't add anyone in that quarter. I've put the member export next to it, same 142 heads. Please credit it and "
            "look at the others too, I bet we're not the only ones."
        ),
        channel="email",
        author="accounts payable clerk",
        plots=("billing_wave",),
        response="You're right, and you aren't the only ones. The true-up counts contracted seats again since the move to LedgerOne on 1 October. $8,520 credited.",
        priority="high",
        csat=3,
        days=2.0,
        topic="seat_trueup",
    ),
    Story(
        key="wave_initech_second",
        customer="initech",
        moment=at("2025-11-04 15:12"),
        category="billing",
        intent="dispute_charge",
        subject="November: same true-up again",
        body=(
            "And there it is again on the November bill, INV-66902, $8,520 for a true-up you told us on October 8 was 'a one-off fault of the migration'. "
            "I'm done explaining this to our auditors. As of today we only pay invoices that match the contract, and I'm copying the finance director."
        ),
        channel="email",
        author="finance director",
        plots=("billing_wave", "escalation"),
        response="I apologise, the fault comes back with each run until the correction in January. Collection for Initech is paused and the amount is credited.",
        priority="urgent",
        csat=1,
        days=3.0,
        topic="seat_trueup",
    ),
    Story(
        key="wave_brightwater",
        customer="brightwater",
        moment=at("2025-11-12 11:20"),
        category="billing",
        intent="dispute_charge",
        subject="A platform fee and 175 seats twice",
        body=(
            "Good morning, I hope I'm writing to the right place. Our November invoice has a platform fee of €180 that is not in our contract from 2022, and below it 175 "
            "seats and then 175 seats again, called true-up. I may be reading it wrong, it's a new layout and my eyes aren't what they were, but the total is about "
            "€5,000 more than in September. Could somebody kindly look? I'd rather not wake my finance manager with it unless I must."
        ),
        channel="email",
        author="accounts assistant",
        plots=("billing_wave",),
        response="Your eyes are fine: both lines are wrong. The true-up and the platform fee are credited, and a clean invoice is in the portal.",
        csat=4,
        days=2.5,
        topic="seat_trueup",
    ),
    Story(
        key="wave_halden",
        customer="halden",
        moment=at("2025-12-04 08:05"),
        category="billing",
        intent="dispute_charge",
        subject="True-up, third month",
        body=(
            "October, November, December: three invoices, three wrong true-ups, sum €17,934. Two credits received, one missing. We close the year on the 19th. Send credit note and "
            "a sentence when your system is repaired."
        ),
        channel="email",
        author="finance controller",
        plots=("billing_wave",),
        response="The third credit note is in the portal. The double count is corrected in LedgerOne on 8 January 2026.",
        priority="high",
        csat=2,
        days=2.0,
        topic="seat_trueup",
    ),
    # Slow dashboards, and the fix in 5.8.
    Story(
        key="perf_sterling",
        customer="sterling",
        moment=at("2025-05-14 13:02"),
        category="performance",
        intent="report_slowness",
        subject="Portfolio dashboard: 48 seconds",
        body=(
            "Measured over a week: the launch portfolio (26,000 tasks) opens in 48 seconds on average, 71 at worst. Every filter change costs the same again. Our "
            "Monday launch meeting has 22 people in it; you can do the arithmetic. What is the date for a fix?"
        ),
        channel="email",
        author="launch manager",
        plots=("dashboards_fixed",),
        response="The roll-up query is being replaced by a query cache, planned for release 5.8 on 24 June.",
        priority="high",
        csat=3,
        days=2.0,
        topic="slow_dashboards",
    ),
    Story(
        key="perf_sterling_fixed",
        customer="sterling",
        moment=at("2025-07-01 12:35"),
        category="feedback",
        intent="give_praise",
        subject="5.8: from 48 seconds to under 3",
        body=(
            "Credit where due. Since 5.8 our launch portfolio opens in 2.6 seconds. You said 24 June, it was 24 June. The Monday meeting now starts on time."
        ),
        channel="email",
        author="launch manager",
        plots=("dashboards_fixed", "praise"),
        response="That's wonderful to hear, thank you for measuring it before and after.",
        priority="low",
        csat=5,
        days=0.5,
        topic="slow_dashboards",
    ),
    Story(
        key="perf_quantum_fixed",
        customer="quantum",
        moment=at("2025-06-27 03:10"),
        category="feedback",
        intent="give_praise",
        subject="query cache v2",
        body=(
            "p95 of /aggregate for our Fab 2 workspace: 39.4 s last week, 2.1 s since the 5.8 deploy. No config change on our side. Whatever you did with the cache, it holds under the Monday load too."
        ),
        channel="chat",
        author="IT infrastructure lead",
        plots=("dashboards_fixed", "praise"),
        response="Music to our ears. Query cache v2 keeps the roll-ups up to date as tasks change.",
        priority="low",
        csat=5,
        days=0.3,
        topic="slow_dashboards",
    ),
)
