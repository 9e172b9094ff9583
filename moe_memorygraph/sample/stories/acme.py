"""Acme Corp: eleven good quarters, then the price, the broken single sign-on, and the end on 30 November 2025."""

from moe_memorygraph.sample.stories.story import Story, at

__all__ = ["ACME"]

ACME: tuple[Story, ...] = (
    Story(
        key="acme_seat_price_first",
        customer="acme",
        moment=at("2025-01-22 15:04"),
        category="pricing",
        intent="ask_price",
        subject="Cost of occasional users",
        body=(
            "Hi, we did our yearly software review and Northstar came up. We have 186 seats, and by our own count 70 of "
            "those people open it once a month to look at one board. At $49 a seat that is hard to defend when the "
            "plant managers ask me what they get for it. Is there anything between a guest and a full seat? We are not "
            "unhappy with the product, I just need a better answer for finance than 'that's how they price it'."
        ),
        channel="email",
        author="finance lead",
        plots=("acme_churn",),
        response=(
            "Thanks for laying it out so clearly. Guest Viewer packs cover 25 read-only people for $99 a month; for 70 "
            "people that would be three packs. I've asked your account owner to send the comparison."
        ),
        csat=4,
        days=1.4,
    ),
    Story(
        key="acme_guest_pack_no",
        customer="acme",
        moment=at("2025-04-09 18:21"),
        category="pricing",
        intent="ask_price",
        subject="Re: Guest Viewer packs",
        body=(
            "We looked at the guest packs. They can't see Budget Tracker and they can't comment, so for our plant "
            "managers they're useless, sorry. What we need is people who can read everything and leave a comment, and "
            "who don't cost $49 a month for it. Two other vendors we use do exactly that. Please pass it on to whoever "
            "decides about pricing, I'm fairly sure we aren't the only ones."
        ),
        channel="email",
        author="finance lead",
        plots=("acme_churn",),
        response="Understood, and logged with product management. There is no lighter seat with comments today, and I don't want to promise one.",
        csat=3,
        days=3.1,
    ),
    Story(
        key="acme_seats_cut",
        customer="acme",
        moment=at("2025-06-17 14:40"),
        category="pricing",
        intent="ask_price",
        subject="Reducing seats before renewal?",
        body=(
            "Planning ahead for December: if we cut from 186 to 140 seats at renewal, does the unit price stay the same? "
            "The volume tier starts at 150 I think. I don't want to save 46 seats and then find out that each of the "
            "others got more expensive."
        ),
        channel="web",
        author="finance lead",
        plots=("acme_churn",),
        response="The volume tier does start at 150 seats, so below that the unit price goes from $44 back to $49. Your account owner can look at exceptions once the renewal opens in September.",
        csat=2,
        days=2.2,
    ),
    Story(
        key="acme_sso_1",
        customer="acme",
        moment=at("2025-08-05 12:47"),
        category="login",
        intent="sso_help",
        subject="SAML login failing for about half of our users",
        body=(
            "Since this morning around 7:30 Eastern roughly half of our people cannot log in through Okta. They land on a "
            "page that says 'SAML-208: response signature not accepted' and that's it. Nothing changed in Okta, the "
            "certificate is valid until 2027, and our other 30 apps work. It hits Dayton and the two Ohio plants, Monterrey "
            "seems fine. Plant 4 has its retrofit gate tomorrow so please treat this as urgent. Okta system log attached."
        ),
        channel="email",
        author="IT manager",
        plots=("acme_churn", "acme_sso"),
        response="Thank you for the log. One of our two login clusters rejects signatures made with your algorithm since last night's release. We've routed Acme to the other cluster; logins should work now. A permanent fix is planned for release 5.8.3 on 19 August.",
        priority="urgent",
        csat=3,
        days=0.4,
        thread="acme-sso",
    ),
    Story(
        key="acme_sso_2",
        customer="acme",
        moment=at("2025-08-14 13:15"),
        category="login",
        intent="sso_help",
        subject="SAML-208 is back",
        body=(
            "It's back. Same error, SAML-208, since about 8:50. We were told we'd been moved to the healthy cluster; "
            "apparently somebody moved us back during your maintenance last night. 90 people locked out on a Thursday "
            "morning. I had to send the PMO home screenshots of their own board. Please don't 'route' us again, fix it."
        ),
        channel="email",
        author="IT manager",
        plots=("acme_churn", "acme_sso"),
        response="You're right, the routing was lost in the maintenance. It is pinned now. The permanent fix remains planned for 19 August.",
        priority="urgent",
        csat=2,
        days=0.6,
        thread="acme-sso",
    ),
    Story(
        key="acme_sso_3",
        customer="acme",
        moment=at("2025-08-20 14:02"),
        category="login",
        intent="sso_help",
        subject="5.8.3 is out - where is our fix?",
        body=(
            "5.8.3 went live yesterday. I read the release notes twice and there's nothing about SAML. When I ask in chat I "
            "hear 'it slipped to September'. Nobody told us. I had already announced to 186 people that it would be over."
        ),
        channel="chat",
        author="IT manager",
        plots=("acme_churn", "acme_sso"),
        response="I'm sorry you had to find out from the notes. The fix failed a regression test and moved to release 5.9 on 16 September. You stay pinned to the healthy cluster until then.",
        priority="high",
        csat=2,
        days=1.1,
        thread="acme-sso",
    ),
    Story(
        key="acme_sso_contractors",
        customer="acme",
        moment=at("2025-08-28 09:33"),
        category="login",
        intent="sso_help",
        subject="New contractors can't sign in at all",
        body=(
            "We onboarded 12 contractors for Line B this week. Not one of them gets through the first SAML login, it ends "
            "with SAML-211 'subject not provisioned', although SCIM shows them as created. Old users are OK today. We're "
            "paying for 12 people who fill in timesheets on paper."
        ),
        channel="web",
        author="PMO analyst",
        plots=("acme_churn", "acme_sso"),
        response="SCIM created them on the other login cluster. I have copied the twelve accounts by hand; both clusters will share provisioning with release 5.9.",
        priority="high",
        csat=3,
        days=2.0,
    ),
    Story(
        key="acme_sso_4",
        customer="acme",
        moment=at("2025-09-09 12:20"),
        category="login",
        intent="sso_help",
        subject="Login lottery, again",
        body=(
            "Third time. This morning the login worked for people on the office network and failed for anyone on VPN, "
            "SAML-208 again. I have a spreadsheet now: 5 August, 14 August, 9 September, about eleven hours in total in "
            "which a good part of our staff could not get in. Our CIO asked me whether we have a second source. I would "
            "like a written statement on cause and date, signed by somebody who can keep it."
        ),
        channel="email",
        author="IT manager",
        plots=("acme_churn", "acme_sso", "escalation"),
        response="I've escalated this to our head of platform. Cause: a signature library that differs between our two login clusters. Date: release 5.9 on 16 September, which replaces it on both.",
        priority="urgent",
        csat=1,
        days=0.5,
        thread="acme-sso",
    ),
    Story(
        key="acme_renewal_quote",
        customer="acme",
        moment=at("2025-09-11 16:55"),
        category="pricing",
        intent="renewal_quote",
        subject="Renewal quote: +35 %?",
        body=(
            "I have the renewal quote in front of me: $199,800 for the year from 1 December, against $148,000 today. That is "
            "35 percent more for the same 186 seats. The cover letter talks about 'value added' and lists a Forecast Plus "
            "bundle we never asked for. You can imagine how that reads in a month in which my IT manager keeps a spreadsheet "
            "of your login failures. What is the price without the bundle, and why does the per-seat price go up at all?"
        ),
        channel="email",
        author="finance lead",
        plots=("acme_churn",),
        response="I understand the reaction. I've asked Strategic East to call you this week with a quote without Forecast Plus. List prices rose 9 % in July; the rest of the increase is the bundle.",
        priority="high",
        csat=2,
        days=4.0,
        thread="acme-renewal",
    ),
    Story(
        key="acme_sso_5",
        customer="acme",
        moment=at("2025-09-17 13:48"),
        category="login",
        intent="sso_help",
        subject="5.9 did not fix SAML for us",
        body=(
            "You shipped 5.9 yesterday and took the pinning away. As of 9:20 this morning we have 61 users with SAML-208. "
            "That's the second promised date gone. I don't know what to tell people any more. Please put the pinning back "
            "NOW and call me."
        ),
        channel="phone",
        author="IT manager",
        plots=("acme_churn", "acme_sso", "escalation"),
        response="Pinning is back since 10:05 Eastern. The library was replaced on one cluster only; the second follows in 5.9.2, planned for 14 October. Our head of platform will ring you today.",
        priority="urgent",
        csat=1,
        days=0.3,
        thread="acme-sso",
    ),
    Story(
        key="acme_security_sso",
        customer="acme",
        moment=at("2025-09-22 15:30"),
        category="security",
        intent="security_question",
        subject="Bypass accounts with passwords",
        body=(
            "Because of the SAML trouble your support gave us eight local accounts with passwords so the PMO could work. "
            "Our security policy forbids local logins, and two of those passwords came to us by plain e-mail. Please tell me "
            "when they are switched off and confirm that they are not exempt from MFA."
        ),
        channel="email",
        author="IT manager",
        plots=("acme_sso", "compliance"),
        response="The eight accounts are time-limited and end on 30 September; MFA is enforced on them. Sending passwords by mail was against our own policy, and I've reported it internally.",
        priority="high",
        csat=3,
        days=1.2,
        topic="password_in_clear",
    ),
    Story(
        key="acme_renewal_second",
        customer="acme",
        moment=at("2025-09-25 17:12"),
        category="pricing",
        intent="renewal_quote",
        subject="Re: Renewal quote: +35 %?",
        body=(
            "Thanks for the call. Without Forecast Plus we'd be at $176,000, so still 19 percent up, and only if we sign three "
            "years. I was asked to get offers from Planwise and one other. Planwise came back with $121,000 including "
            "read-and-comment seats. I'd rather not migrate 300 projects, honestly, but the gap is what it is."
        ),
        channel="email",
        author="finance lead",
        plots=("acme_churn",),
        response="I appreciate the openness. Strategic East will take the Planwise offer to our commercial lead and come back by 3 October.",
        priority="high",
        csat=2,
        days=8.0,
        thread="acme-renewal",
    ),
    Story(
        key="acme_renewal_waiting",
        customer="acme",
        moment=at("2025-10-08 14:26"),
        category="pricing",
        intent="renewal_quote",
        subject="Still waiting for the revised quote",
        body=(
            "You promised a revised quote by 3 October. It's the 8th. Our board meets on the 21st and decides on vendors. "
            "If I have nothing better than three years at plus 19 percent, the decision makes itself."
        ),
        channel="email",
        author="finance lead",
        plots=("acme_churn", "escalation"),
        response="I'm chasing it with our commercial lead and will write by Friday.",
        priority="high",
        csat=1,
        days=9.0,
        thread="acme-renewal",
    ),
    Story(
        key="acme_sso_6",
        customer="acme",
        moment=at("2025-10-15 13:05"),
        category="login",
        intent="sso_help",
        subject="SSO fix slipped again",
        body=(
            "14 October came and went, no 5.9.2. The status page says 'rescheduled'. For the record: promised for 19 August, "
            "then 16 September, then 14 October. We run on a routing trick since two months. I've advised our CIO not to "
            "renew unless single sign-on is stable for 30 days in a row, and I don't see how that can happen before the "
            "renewal date."
        ),
        channel="email",
        author="IT manager",
        plots=("acme_churn", "acme_sso", "escalation"),
        response="I can't defend three missed dates. 5.9.2 is in final test and we expect it on 28 October. Your head of account will join our call tomorrow.",
        priority="urgent",
        csat=1,
        days=1.0,
        thread="acme-sso",
    ),
    Story(
        key="acme_sso_7",
        customer="acme",
        moment=at("2025-10-23 11:52"),
        category="login",
        intent="sso_help",
        subject="Locked out during the board prep",
        body=(
            "Fifth lock-out. 44 people, SAML-208, from 7:10 to 8:35 Eastern, in the very hour in which the program delivery team "
            "was preparing the vendor slides for the board. I'll let you guess what one of the slides was about."
        ),
        channel="email",
        author="IT manager",
        plots=("acme_churn", "acme_sso"),
        response="I'm very sorry. The pinning rule expired because it had a 30-day limit nobody knew of. It is extended, and 5.9.2 is still on for the 28th.",
        priority="urgent",
        csat=1,
        days=0.4,
        thread="acme-sso",
    ),
    Story(
        key="acme_escalation",
        customer="acme",
        moment=at("2025-10-24 16:41"),
        category="feedback",
        intent="give_criticism",
        subject="Escalation from Acme Corp",
        body=(
            "I run program delivery at Acme and I don't usually write to support desks. In one quarter we've had five login "
            "failures, three broken dates and a 35 percent price increase with a bundle nobody wanted. My people like your "
            "product, Timeline Replay in particular. But I cannot ask the board to pay more for something my teams can't "
            "reliably open. Please have someone with authority over price call me before 31 October."
        ),
        channel="email",
        author="head of program delivery",
        plots=("acme_churn", "escalation"),
        response="Thank you for writing so plainly. Our chief customer officer will call you on Monday 27 October.",
        priority="urgent",
        csat=1,
        days=3.0,
    ),
    Story(
        key="acme_last_offer",
        customer="acme",
        moment=at("2025-10-30 15:18"),
        category="pricing",
        intent="renewal_quote",
        subject="Your last offer",
        body=(
            "We got the offer of $162,000 with one year term on the phone, thank you. It's better, and two months ago we'd have "
            "taken it. Planwise is at $121,000 with SSO included in every plan, and they gave us a pilot group that has logged "
            "in without trouble for three weeks. I'm told the decision is on Monday."
        ),
        channel="email",
        author="finance lead",
        plots=("acme_churn",),
        response="Thanks for letting us know where you stand. We'd welcome the chance to speak with your board before Monday.",
        priority="high",
        csat=2,
        days=1.5,
        thread="acme-renewal",
    ),
    Story(
        key="acme_cancellation",
        customer="acme",
        moment=at("2025-11-04 14:09"),
        category="cancellation",
        intent="cancel_subscription",
        subject="Notice of cancellation - Acme Corp",
        body=(
            "This is our formal notice that Acme Corp will not renew. The contract ends on 30 November 2025 and we ask you to "
            "confirm that no renewal invoice will be issued. For your records, there were two reasons, in this order: the "
            "renewal price (35 percent up, per seat, with no seat type for our occasional users), and single sign-on, which "
            "failed five times between August and October and whose fix was promised and moved three times. We are going to "
            "Planwise. I'd like to thank your support people, who were decent throughout. Please send us the steps for a full "
            "data export."
        ),
        channel="email",
        author="finance lead",
        plots=("acme_churn", "acme_sso"),
        response="We confirm the end of the contract on 30 November 2025; no renewal invoice will be issued. The export steps are attached, and your data stays available for 30 days after that date. We're sorry to lose you.",
        priority="high",
        csat=3,
        days=1.0,
    ),
    Story(
        key="acme_export",
        customer="acme",
        moment=at("2025-11-12 16:33"),
        category="privacy",
        intent="data_export",
        subject="Full export before we leave",
        body=(
            "We started the full export yesterday (312 projects, 41 GB of attachments). The archive for Plant 4 retrofit stops at "
            "2 GB. Could you run it from your side? We also need the audit log for the last 12 months, legal wants to keep it. "
            "And please confirm the deletion date for everything, in writing."
        ),
        channel="web",
        author="PMO analyst",
        plots=("acme_churn", "compliance"),
        response="The archive is complete in the portal now, in 21 parts, with the audit log as CSV. All data will be deleted on 30 December 2025, backups roll over by 3 February 2026.",
        csat=4,
        days=2.0,
        topic="data_export",
    ),
    Story(
        key="acme_final_invoice",
        customer="acme",
        moment=at("2025-11-20 15:00"),
        category="billing",
        intent="dispute_charge",
        subject="Renewal invoice although we cancelled",
        body=(
            "INV-68114 arrived today: $199,800, 'annual renewal from 1 December 2025'. We cancelled on 4 November and you confirmed "
            "it the next day. Please void it before it reaches our payment run, and tell your new billing system we've gone."
        ),
        channel="email",
        author="finance lead",
        plots=("acme_churn",),
        response="INV-68114 is void. The renewal job ran before the cancellation had reached the new billing system. I apologise for this last annoyance.",
        priority="high",
        csat=2,
        days=0.8,
    ),
)
