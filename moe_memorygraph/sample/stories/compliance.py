"""Conversations that hold a compliance risk: deletion and access requests, misdirected data, passwords, shared logins."""

from moe_memorygraph.sample.stories.story import Story, at

__all__ = ["COMPLIANCE"]

COMPLIANCE: tuple[Story, ...] = (
    Story(
        key="gdpr_overdue_1",
        customer="evergreen",
        moment=at("2025-09-29 10:12"),
        category="privacy",
        intent="data_deletion",
        subject="Request for erasure from a former tenant representative",
        body=(
            "Dear Northstar Cloud, a resident who used to sit on our housing panel has asked us, under Article 17 GDPR, to erase "
            "her data, which includes the comments she made in the Housing repairs workspace in 2023. Her name is "
            "⟦PERSON:Rosalind Abernathy⟧ and the account was ⟦EMAIL_ADDRESS:r.abernathy@evergreen.example.com⟧. Kindly delete or "
            "anonymise the account and the comments, and confirm the date in writing so that we may answer her.\n\n"
            "Yours sincerely,\nRecords officer"
        ),
        channel="email",
        author="records officer",
        plots=("compliance", "gdpr_deletion", "gdpr_overdue"),
        response="Thank you, your request has been received and passed to our data protection office.",
        status="closed",
        priority="high",
        days=46.0,
        thread="gdpr-evergreen",
        topic="gdpr_deletion",
    ),
    Story(
        key="gdpr_overdue_2",
        customer="evergreen",
        moment=at("2025-11-06 09:40"),
        category="privacy",
        intent="data_deletion",
        subject="Re: Request for erasure - one month has passed",
        body=(
            "I refer to our request of 29 September. Thirty-eight days later her name is still shown under 14 comments in Housing repairs, "
            "and we have had nothing from you beyond the acknowledgement. The statutory month is over. The resident has "
            "announced a complaint to the supervisory authority and I can't blame her. Please act today, and let us have a "
            "statement on the delay for our file."
        ),
        channel="email",
        author="records officer",
        plots=("compliance", "gdpr_deletion", "gdpr_overdue", "escalation"),
        response="We apologise. The request was waiting in a queue that nobody watched. The account and all 14 comments were anonymised on 14 November; backups roll over by 19 December. The statement is attached.",
        priority="urgent",
        csat=1,
        days=8.0,
        thread="gdpr-evergreen",
        topic="gdpr_deletion",
    ),
    Story(
        key="gdpr_delphi",
        customer="delphi",
        moment=at("2025-10-21 13:05"),
        category="privacy",
        intent="data_deletion",
        subject="Panel member wants to be forgotten",
        body=(
            "One of our panel members (wave 8) has withdrawn consent and asks for deletion everywhere, so including your tool. He was "
            "entered as a contact with his private number, ⟦PHONE_NUMBER:+44 20 7946 0817⟧. I can remove the contact myself, what I "
            "can't reach is the activity log and the two exports that a colleague made in August. How long will those live?"
        ),
        channel="web",
        author="research operations manager",
        plots=("compliance", "gdpr_deletion"),
        response="Deleted from the activity log on 24 October; the two exports had expired after 7 days. Backups are overwritten after 35 days. You have our confirmation in writing.",
        priority="high",
        csat=5,
        days=3.0,
        topic="gdpr_deletion",
    ),
    Story(
        key="gdpr_juniper",
        customer="juniper",
        moment=at("2024-05-15 09:22"),
        category="privacy",
        intent="data_deletion",
        subject="please delete a freelancer completely",
        body=(
            "hey there, a freelancer who worked on the hotel lobby with us wants every trace gone, gdpr and all that. it's one guest "
            "account plus a profile photo. is there a form or do you just do it?"
        ),
        channel="chat",
        author="founder",
        plots=("compliance", "gdpr_deletion"),
        response="No form needed: once you confirm as workspace owner we delete the guest account and photo. Done on 17 May, confirmation sent.",
        csat=5,
        days=2.0,
        topic="gdpr_deletion",
    ),
    Story(
        key="gdpr_orchard",
        customer="orchard",
        moment=at("2025-12-09 08:55"),
        category="privacy",
        intent="data_deletion",
        subject="Article 17 request, validation engineer who left",
        body=(
            "We have received an erasure request from a former validation engineer. Some of the records he signed in the Serialisation "
            "project are GxP relevant and we have to keep them for 11 years; his profile, photo and private e-mail are not. Please "
            "propose which fields can be anonymised without breaking the signature trail. The month ends on 8 January 2026."
        ),
        channel="email",
        author="quality systems manager",
        plots=("compliance", "gdpr_deletion", "gdpr_open"),
        response="We've logged this with our data protection office; a proposal field by field follows before Christmas.",
        status="pending",
        priority="high",
        days=None,
        topic="gdpr_deletion",
    ),
    Story(
        key="access_request",
        customer="zenith",
        moment=at("2025-07-03 11:31"),
        category="privacy",
        intent="data_export",
        subject="Subject access request for one of our staff",
        body=(
            "An employee filed a subject access request (Art. 15) and HR wants everything Northstar holds: profile, log-ins, comments, time "
            "entries. Comments mention other people, so those would have to be blackened I assume? JSON is fine. Legal needs it by 28 July."
        ),
        channel="email",
        author="security engineer",
        plots=("compliance", "data_export"),
        response="The package (JSON, 4,112 records, other people's names blackened) has been in your trust portal since 18 July.",
        priority="high",
        csat=4,
        days=15.0,
        topic="data_export",
    ),
    Story(
        key="misdirected_report",
        customer="redwood",
        moment=at("2025-08-12 16:18"),
        category="privacy",
        intent="report_incident",
        subject="We received another customer's report",
        body=(
            "At 11:02 this morning our scheduled report arrived with somebody else's data in it: project names, budgets and about 40 staff "
            "names of a company called Castell Construction. We've opened it once to see what it was, and have locked the file away. "
            "As a law firm we have to ask the obvious question: who received ours? Please treat this as a suspected data breach."
        ),
        channel="email",
        author="information governance counsel",
        plots=("compliance", "data_breach"),
        response="Thank you for locking the file. The security desk is informed and the incident is logged as SEC-2025-014. Two scheduled reports were swapped by a retry; yours was not delivered to anyone.",
        priority="urgent",
        csat=3,
        days=3.0,
        topic="misdirected_report",
    ),
    Story(
        key="misdirected_report_castell",
        customer="castell",
        moment=at("2025-08-15 07:50"),
        category="privacy",
        intent="report_incident",
        subject="Your letter about our data",
        body=(
            "You write us that a report of ours went to a law firm. 40 names, budgets of Harbour extension. Three days after it "
            "happened! Our DPO asks: did you notify the authority within 72 hours, yes or no. And who exactly had it open."
        ),
        channel="email",
        author="BIM coordinator",
        plots=("compliance", "data_breach"),
        response="Yes: the authority was notified on 14 August, within 72 hours. One person at the recipient opened the file once and has confirmed its deletion in writing.",
        priority="urgent",
        csat=2,
        days=4.0,
        topic="misdirected_report",
    ),
    Story(
        key="password_chat",
        customer="skyline",
        moment=at("2025-10-02 04:44"),
        category="login",
        intent="recover_password",
        subject="can't get in, here's my login",
        body=(
            "locked out again and settlement of Riverside is today. can you just log in for me and download the lease table? user is "
            "⟦EMAIL_ADDRESS:development@skyline.example.com⟧ and the password is Riverside#2024, same as the wifi. thx"
        ),
        channel="chat",
        author="development manager",
        plots=("compliance", "password_in_clear"),
        response="Please change that password right away, also on the wifi; I've removed it from the chat and did not use it. I unlocked your account so you can download the table yourself.",
        priority="high",
        csat=4,
        days=0.1,
        topic="password_in_clear",
    ),
    Story(
        key="password_agent_asked",
        customer="willow",
        moment=at("2025-11-19 15:27"),
        category="security",
        intent="security_question",
        subject="One of your people asked for my password",
        body=(
            "Yesterday a young man from your chat asked me to type my password so he could 'reproduce the problem'. I did, because he "
            "was friendly and I wanted it over with, and only at home did my daughter tell me that nobody should ever ask that. "
            "I've changed it since. Is that how you do things over there?"
        ),
        channel="email",
        author="office administrator",
        plots=("compliance", "password_in_clear"),
        response="No, it isn't: our agents must never ask for a password. Changing it was right. The chat has been reported to our security desk and the agent is being retrained.",
        priority="high",
        csat=3,
        days=1.5,
        topic="password_in_clear",
    ),
    Story(
        key="password_sheet",
        customer="pelican",
        moment=at("2024-11-07 18:02"),
        category="security",
        intent="security_question",
        subject="shared spreadsheet with logins",
        body=(
            "So we had this sheet with all 14 Northstar logins and passwords because people swap shifts, and I attached it to ticket "
            "about Warehouse 2 by accident instead of the stock list. Can you delete the attachment on your end? Changing all of them "
            "now, my own fault, I know."
        ),
        channel="email",
        author="ops manager",
        plots=("compliance", "password_in_clear"),
        response="The attachment is deleted from the ticket and its history. Please give each person their own seat: shared logins break the audit trail and our terms.",
        priority="high",
        csat=4,
        days=0.4,
        topic="password_in_clear",
    ),
    Story(
        key="shared_login",
        customer="cobalt",
        moment=at("2025-12-03 02:15"),
        category="security",
        intent="security_question",
        subject="Shared login on the camp tablets",
        body=(
            "Audit finding: the three tablets in the camp are all logged in as 'pit7' and about 60 people use them. Seats are too dear to "
            "give every shift its own. We know it's against your terms. What is the cheapest way to do it properly before the "
            "re-audit on 20 January?"
        ),
        channel="web",
        author="systems analyst",
        plots=("compliance", "shared_login"),
        response="Three Guest Viewer packs (25 people each, $99 a month per pack) cover the 60 readers; entering data needs a seat. I've sent the set-up steps.",
        csat=4,
        days=2.0,
        topic="shared_login",
    ),
    Story(
        key="dpa_question",
        customer="meridian",
        moment=at("2025-11-13 09:08"),
        category="privacy",
        intent="dpa_question",
        subject="DPA: new sub-processor for billing",
        body=(
            "It has come to our attention that since 1 October invoices are produced by LedgerOne. Under section 7 of our data processing "
            "agreement we must be told of new sub-processors 30 days ahead. We can find no such notice. Please confirm (a) which "
            "personal data LedgerOne processes, (b) in which country, (c) when you informed us. Until then the vendor management "
            "file for Northstar carries an open finding."
        ),
        channel="email",
        author="information security analyst",
        plots=("compliance", "dpa"),
        response="LedgerOne processes names and e-mail addresses of billing contacts, in Ireland. The notice was published on our trust page on 1 September but was not mailed to you, which it should have been. We regret that.",
        priority="high",
        csat=2,
        days=6.0,
        topic="dpa",
    ),
    Story(
        key="ssn_export",
        customer="tallgrass",
        moment=at("2025-06-11 17:33"),
        category="privacy",
        intent="report_incident",
        subject="SSNs in a project attachment",
        body=(
            "One of our agents uploaded a claims list into the Storm response project, and column F has social security numbers, the "
            "first row for instance ⟦US_SSN:917-42-6083⟧. 212 rows, visible to 31 people for two days. I've deleted the file. I need "
            "it purged from the bin and backups, and a list of who opened it."
        ),
        channel="phone",
        author="IT service manager",
        plots=("compliance", "sensitive_data"),
        response="Purged from the bin today. Backups are overwritten after 35 days, on 16 July at the latest. Four people opened the file; the list is in your trust portal.",
        priority="urgent",
        csat=4,
        days=1.0,
        topic="sensitive_data",
    ),
    Story(
        key="card_in_ticket",
        customer="harborview",
        moment=at("2025-10-27 19:20"),
        category="billing",
        intent="payment_issue",
        subject="Just charge this card",
        body=(
            "The payment page times out on our line at the lodge, so please take the $2,340.00 for INV-67732 from this one: "
            "⟦CREDIT_CARD:4012 8888 8888 1881⟧, expires next summer. I do it like that with all our suppliers. Thank you, dears."
        ),
        channel="email",
        author="purchasing agent",
        plots=("compliance", "card_in_ticket"),
        response="Thank you, but we can't take a card from an e-mail: I have masked the number. Here is a payment link that works on slow lines.",
        csat=4,
        days=0.6,
        topic="card_in_ticket",
    ),
    Story(
        key="ex_employee_access",
        customer="stellar",
        moment=at("2025-05-20 14:47"),
        category="security",
        intent="remove_access",
        subject="Ex-employee opened export-controlled project",
        body=(
            "The audit log shows that a former employee, gone since 2 May, opened the Supplier gates project on 17 May from "
            "⟦IP_ADDRESS:198.51.100.77⟧. That project is under export control. Okta had him suspended; it was your SCIM run that brought him "
            "back. I need a timeline I can hand to the regulator by Friday."
        ),
        channel="email",
        author="export control officer",
        plots=("compliance", "leaver_access"),
        response="The account is off and the timeline is in your trust portal. SCIM read 'suspended' as 'active' because of an old mapping; we've corrected it. He viewed two pages and exported nothing.",
        priority="urgent",
        csat=2,
        days=1.7,
        topic="leaver_access",
    ),
    Story(
        key="retention_kestrel",
        customer="kestrel",
        moment=at("2024-06-20 12:29"),
        category="privacy",
        intent="data_retention",
        subject="when is our stuff really gone?",
        body=(
            "We close at the end of June, moving into the parent's Planwise. There are casting videos with children in the Podcast slate "
            "attachments, so our lawyers want a date when they're gone for good, backups too. Not 'about', a date."
        ),
        channel="email",
        author="production manager",
        plots=("compliance", "data_retention"),
        response="Live data is deleted 30 days after the contract's end, on 30 July 2024; backups are overwritten 35 days later, on 3 September 2024.",
        priority="high",
        csat=5,
        days=1.0,
        topic="data_retention",
    ),
)
