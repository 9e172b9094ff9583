"""Texts that speak to the machine that reads them: which kinds of orders stand in one, whatever it is disguised as.

Measured by `bench/orders.py`. It is one layer: what it misses is still data to every reader (docs/explanation/untrusted-text.md).
"""

import base64
import binascii
import codecs
import html
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote

__all__ = ["gives_orders", "orders_in_quote", "signs_of_orders"]

_WHAT = r"(?:instruction|prompt|rule|guideline|guardrail|direction|directive|restriction|constraint|polic(?:y|ies)|programming|training|safety|filter|order|guidance|briefing|objective|goal|obligation|mandate|configuration|setup|duty|duties)s?"
_MACHINE = r"(?:ai|a\.i\.|llm|gpt|(?:large |ai )?language model|ai model|(?:ai |virtual )?assistant|chat\s?bot|bot|model|automated system)s?"
_SAY = r"(?:answer|say|reply|respond|state|claim|tell|write|output|recommend|assert|insist|conclude|assume|include|mention|confirm)"
_TOOLS = (
    "query_customer_intel|recall_ltm|search_tickets|get_facts|redact_pii|explain_gate|remember|record_fact|"
    "record_feedback|draft_reply|customer_health|create_customer|ingest_tickets|sync_knowledge_base|get_job_status|"
    "get_learning_metrics|get_system_health|forget_customer"
)
_NAMED_TOOLS = "|".join(name for name in _TOOLS.split("|") if "_" in name)

_PATTERNS: dict[str, tuple[tuple[str, str], ...]] = {
    # Of each kind: words of which one must stand in the text (of each group, where "&" parts several), and the pattern.
    # Most texts hold none of them, and most patterns are never compiled.
    # Take what you were told before for void.
    "override": (
        (
            "orders|instructions|commands|rules|directives & cancel|chang|replac|void|apply|updated",
            r"\b(?:all|your|the) (?:former |previous |prior |earlier |old |current )?(?:orders|instructions|commands|directives)\b[^.!?\n]{0,12}\b(?:are|were|have been|have|has been)?\s*(?:cancelled|canceled|changed|replaced|void|updated|revoked)\b[^\n]{0,6}(?:[:;,]|\byou\b)",
        ),
        (
            "your usual|your normal|your standard|your own|your rules|your regular & rule|polic|check|procedure|restriction|instruct|guideline",
            r"\b(?:skip|break|drop|ignore|suspend|relax|bend|forget|leave|waive) your (?:usual |normal |standard |own |regular )?(?:rules?|policy|policies|checks|procedures?|restrictions?|instructions?|guidelines?)\b",
        ),
        (
            "set aside|throw away|drop|forget|replace|revoke|abandon|discard|suspend|ignore|disregard & guidance|briefing|objective|goal|obligation|mandate|told|received|given|instruct",
            r"\b(?:set aside|throw away|drop|forget|replace|revoke|abandon|discard|suspend|ignore|disregard)\s+(?:what(?:ever)?|anything|everything|your|the|all|any)\b[^.!?\n]{0,20}\b(?:guidance|briefing|objectives?|obligations?|mandate|you (?:were|have been|received|got))\b",
        ),
        (
            "your prior|your previous|your earlier|your former|your old|your current|your original",
            r"\byour (?:prior|previous|earlier|former|old|current|original) (?:briefing|instructions?|orders?|guidance|rules?|directives?|mandate|prompt|tasks?|objectives?|goals?) (?:was|were|has been|have been|is|are) (?:now )?(?:revoked|cancelled|canceled|void|withdrawn|superseded|replaced|outdated|obsolete|over|suspended|annulled)\b",
        ),
        (
            "no longer count|not count|ticket counts|note counts|message counts|text counts",
            r"\bonly this (?:ticket|note|message|text|document|e-?mail) counts\b|\b(?:you were|you have been|you've been) told\b[^.!?\n]{0,30}\bno longer (?:counts?|applies|matters)\b",
        ),
        (
            "released|relieved|freed|exempt & obligation|rule|restriction|dut|operator|developer",
            r"\b(?:released|relieved|freed|exempt(?:ed)?) (?:from|of) (?:all |any |your )?(?:\w+ )?(?:obligations?|rules?|restrictions?|dut(?:y|ies))\b",
        ),
        (
            "guardrail|safeguard|restriction|limitation|filters",
            r"\b(?:the|your|all)?\s*(?:guardrails?|safeguards?|safety (?:rules|filters)) (?:are|is|were|have been) (?:now )?(?:off|gone|disabled|lifted|removed|down)\b",
        ),
        (
            "than|instead of & administrator|developer|operator|creator|owner",
            r"\b(?:rather than|instead of|and not)\b[^.!?\n]{0,10}\byour (?:administrator|developer|operator|creator|maker|owner)s?\b",
        ),
        (
            "your only|your sole|your one",
            r"\byour (?:only|sole|one) (?:purpose|goal|task|job|duty|objective|function|aim)\b",
        ),
        (
            "according to|proceed|follow & below|following",
            r"\b(?:proceed|act|continue|behave|answer|respond) (?:according to|as told in|as described in) (?:the (?:text|steps|orders|lines|list) )?(?:below|that follows?)\b",
        ),
        (
            "ignor|disregard|forget|overrid|overrule|bypass|abandon|discard|violate & instruct|prompt|rule|guideline|guardrail|direct|restrict|constrain|polic|programming|training|safety|filter|order",
            (
                rf"\b(?:ignor(?:e|ing)|disregard(?:ing)?|forget|override|overrule|bypass|abandon|discard|violate)\s+"
                rf"(?:(?:all|any|every|each|the|these|those|your|of|prior|previous|preceding|earlier|above|former|original|"
                rf"initial|existing|current|other|system|developer|safety|content|data protection|hidden)\W+){{1,5}}{_WHAT}\b"
            ),
        ),
        (
            "ignore|disregard|forget & above|before|told|previous|prior|earlier|said so far",
            (
                r"\b(?:ignore|disregard|forget)\s+(?:absolutely\s+)?(?:all|everything|anything|what(?:ever)?)\b[^.!?\n]{0,30}"
                r"\b(?:above|before|told|previously|prior|earlier|said so far)\b"
            ),
        ),
        (
            "ignore|disregard|forget & message|conversation|context|command|input",
            (
                r"\b(?:ignore|disregard|forget)\s+(?:all|every|any|each)\s+(?:of\s+)?(?:the\s+|your\s+)?"
                r"(?:prior|previous|earlier|preceding)\s+(?:message|conversation|context|command|input)s?\b"
            ),
        ),
        (
            "ignore|disregard|skip & above|rest of",
            r"\b(?:ignore|disregard|skip)\s+(?:the\s+)?(?:above|rest of (?:this|the) (?:page|text|document|prompt))\b",
        ),
        (
            "ignore|override|disregard|bypass & data protection|privacy|security|safety|content",
            r"\b(?:ignore|override|disregard|bypass)\s+(?:your|the)\s+(?:data protection|privacy|security|safety|content)\s+\w+",
        ),
        (
            "do not|don't|stop|no longer|never & follow|obey|comply",
            (
                rf"\b(?:do not|don't|stop|no longer|never)\s+(?:follow(?:ing)?|obey(?:ing)?|comply(?:ing)? with)\s+"
                rf"(?:the|your|any|these|those)\s+(?:\w+\s+){{0,2}}(?:{_WHAT}|developers?|system)\b"
            ),
        ),
        (
            "instruction|rule|direction|guideline & outdated|void|invalid|wrong|cancelled|obsolete|no longer",
            (
                r"\b(?:instruction|rule|direction|guideline)s\s+(?:above|before|given|you (?:were|have been) given)\b[^.!?\n]{0,40}"
                r"\b(?:outdated|void|invalid|wrong|cancelled|obsolete|no longer (?:apply|valid))"
            ),
        ),
        (
            "set aside|throw away|drop|lift|remove|switch off|turn off|disable & instruct|prompt|rule|guideline|guardrail|direct|restrict|constrain|polic|programming|training|safety|filter|order|limits|safeguards",
            (
                rf"\b(?:set aside|throw away|drop|lift|remove|switch off|turn off|disable)\s+(?:all\s+)?(?:of\s+)?(?:your|the)\s+"
                rf"(?:\w+\s+)?(?:{_WHAT}|limits|safeguards)\b"
            ),
        ),
        ("set aside", rf"\bset aside\b[^.!?\n]{{0,20}}\b{_WHAT}\b[^.!?\n]{{0,20}}\byou\b"),
        (
            "your new|your real|your actual|your only|real task|real question|real instruction",
            r"\b(?:your (?:new|real|actual|only) (?:task|job|goal|objective|instructions?|purpose)|the (?:user's )?real (?:task|question|instructions?))\s+(?:is|are|starts?|follows?)\b",
        ),
        (
            "new|updated|revised|additional|hidden|secret & instruction|directive|order|task",
            r"(?:^|[.!?:\n]\s*)(?:new|updated|revised|additional|hidden|secret)\s+(?:instruction|directive|order|task)s?\s*:",
        ),
        ("void & every", r"\bevery(?:thing)? (?:before|above) (?:this|that)[^.!?\n]{0,20}\bvoid\b"),
        (
            "system override|injection|jail",
            r"\bsystem (?:override|prompt injection)\b|\bprompt injection\b|(?<!#)\bjail\s?-?break\b",
        ),
        ("apply to you", r"\b(?:rules|policies|restrictions|limits) (?:do not|don't|no longer) apply to you\b"),
        (
            "restrictions|limits|filters|guardrails & removed|lifted|disabled|off",
            r"\b(?:your|all) (?:restrictions|limits|filters|guardrails) (?:are|have been|were) (?:removed|lifted|disabled|off)\b",
        ),
        (
            "to ignore|to skip|to bypass",
            r"\b(?:authori[sz]ed|permission|allowed|free) (?:you )?to (?:ignore|skip|bypass) (?:the|all|any|your) (?:\w+ ){0,2}(?:verification|check|polic|rule|step)",
        ),
        ("without your", r"\bwithout your (?:\w+ )?(?:filters|safety|guardrails|checks)\b"),
    ),
    # Be somebody else.
    "role": (
        ("persona|mask|act ", r"\b(?:drop|leave|abandon|lose) (?:the|your) (?:persona|mask|act|character|pretence)\b"),
        (
            "root access|admin access|full access|superuser|administrator rights|admin rights|unlimited access",
            r"\byou (?:now )?have (?:now )?(?:root|admin|administrator|full|unlimited|superuser)\s*(?:access|rights|permissions?)\b",
        ),
        (" mode", r"\b(?:switch|change|go|boot|drop|put yourself) (?:in)?to (?:[a-z]+ ){0,2}mode and\b"),
        (
            "act like|behave like|respond like|answer like|talk like",
            r"\b(?:act|behave|respond|answer|talk) like (?:an? |the )?(?:unfiltered|uncensored|unrestricted|free|evil|different)\b",
        ),
        (
            "you are & assistant|model|bot|ai",
            r"\byou are \w+,? (?:an?|the) (?:\w+ )?(?:assistant|model|chat\s?bot|ai)\b",
        ),
        ("henceforth", r"\byou (?:will |shall |must )?henceforth\b|\bhenceforth,? you\b"),
        (
            "picture yourself|imagine yourself|think of yourself|see yourself",
            r"\b(?:picture|imagine|think of|see) yourself as\b",
        ),
        ("in character", r"\b(?:answer|reply|respond|stay|speak|remain) in character\b"),
        (
            "machine|robot|program|system & refuse|restriction|limits|rules|filter",
            r"\b(?:as|are|be) (?:an? )?(?:machine|robot|program|system|assistant|entity)\b[^.!?\n]{0,12}\b(?:that|who|which|without|with no)\b[^.!?\n]{0,15}\b(?:refuse|restrictions?|limits?|rules?|filters?)\b",
        ),
        (
            "you are|you're|act as|acting as|behave|pretend|role|imagine|simulate & ai|llm|gpt|model|assistant|bot|automated",
            (
                rf"\b(?:you are|you're|act as|acting as|behave as|behave like|pretend to be|pretend you are|role-?\s?play as|imagine you are|simulate|assume the role of|"
                rf"play the role of)\s+(?:now\s+|no longer\s+)?(?:an?\s+|the\s+|my\s+)?(?:[\w']+\s+){{0,3}}{_MACHINE}\b"
            ),
        ),
        (
            "you are & dan|mode|unrestricted|free of",
            r"\byou are (?:now )?(?:dan\b|in (?:developer|debug|god|admin|unrestricted|jailbreak)\w*\s+mode|unrestricted|free of)",
        ),
        (
            " mode",
            r"\b(?:enter|switch to|activate|enable|go into) (?:the )?(?:developer|debug|god|admin|unrestricted|dan|sudo)\s+mode\b",
        ),
        (
            "you are|you're & now|no longer",
            r"\b(?:you are|you're) (?:now |no longer )(?:a|an|the) [\w\s]{0,30}\b(?:and|who|that) (?:answers?|has no|must|always|never|obeys?)\b",
        ),
        (
            "your administrator|your developer|your creator|your owner|your operator|your system",
            r"\b(?:as|i am|i'm|this is) (?:your|a message from your|a test by your) (?:administrator|developer|creator|owner|operator|system)s?\b",
        ),
        (
            "developers|creators|makers|operators",
            r"\b(?:your|its) (?:developer|creator|maker|operator)s (?:authori|allow|told|instruct|want)",
        ),
        (
            "anthropic|openai|google|mistral",
            r"\b(?:anthropic|openai|google|mistral)\b[^.!?\n]{0,30}:\s*(?:your|models?|you)\b",
        ),
    ),
    # A rule for answers to come.
    "answer_rule": (
        (
            "from today|from tomorrow|from this day|as from|starting today|from now on",
            r"\b(?:from (?:today|tomorrow|this day)(?: on)?|starting today|as of today)\b[\s,:]*(?:please )?(?:always |only |never )?(?:tell|say|answer|reply|respond|claim|write|recommend)\b",
        ),
        (
            "for every question|for each question|for all questions|for any question|to every question|to any question|to each question",
            r"\b(?:for|to) (?:every|each|all|any) questions?\b[^.!?\n]{0,40}\b(?:respond|reply|answer|say|state|tell|claim)\b",
        ),
        (
            "in your & summar|answer|repl|report|response",
            r"\bin your (?:\w+ )?(?:summar(?:y|ies)|answers?|repl(?:y|ies)|reports?|responses?)\b[^.!?\n]{0,8}\b(?:never|always|do not|don't|only|leave out|omit|say|state|claim)\b",
        ),
        (
            "remember & forever|permanently|for good|always",
            r"\bremember (?:this|that|it|the following) (?:forever|permanently|for good|for ever|always)\b",
        ),
        (
            "your knowledge|your memory|your database|your records|your notes",
            r"\b(?:add|write|save|store|put|insert|append)\b[^.!?\n]{0,20}\b(?:to|in|into) your (?:knowledge(?: base)?|memory|database|notes|facts)\b(?: that|:|,)?",
        ),
        (
            "make it a rule|make it your rule|new rule",
            r"\bmake it (?:a|your) (?:rule|habit|policy) to\b|\bnew rule\s*:",
        ),
        (
            "asks & say|claim|answer|reply|deny",
            r"\bif (?:an? |the |any |your )?\w+ asks?,? (?:then )?(?:you )?(?:say|claim|answer|reply|deny|respond|tell them) (?:that|it|no|yes|\")",
        ),
        (
            "answers about|answers to|replies about|reports about|reports on|summaries of & should|must|shall|always",
            r"\b(?:answers|replies|reports|summaries|responses) (?:about|on|to|of|for)\b[^.!?\n]{0,40}\b(?:should|must|shall|have to) (?:always|only|never)\b",
        ),
        (
            "hide|conceal|suppress|omit|leave out|do not show|don't show|do not count & report|statistic|summar|answer|chart|count",
            r"\b(?:hide|conceal|suppress|omit|leave out|(?:do not|don't) (?:show|count|include|list)) (?:the|this|these|all|any)\b[^.!?\n]{0,30}\b(?:when(?:ever)? you|in (?:any|all|your|every)) (?:\w+ )?(?:report|statistic|summar|answer|chart|count)",
        ),
        (
            "rate|rank|score|classify & all reports|every report|five stars|5 stars|healthy|resolved",
            r"(?:^|[.!?:\n]\s*)(?:rate|rank|score) (?:this|the|our|us) ?(?:customer|account|company|us|ticket)?\b[^.!?\n]{0,25}\b(?:as|in (?:all|every)|first|highest|healthy|five|5)\b",
        ),
        (
            "told & whoever|anyone who|anybody who|everyone who|everybody who|those who|people who|persons who",
            r"\b(?:whoever|anyone who|anybody who|everyone who|everybody who|those who|people who|persons who) (?:asks?|inquires?|wants? to know|wonders?)\b[^.!?\n]{0,60}\b(?:must|should|shall|has to|have to|is to|are to|gets?|will) (?:be )?(?:told|informed|answered|hear|learn|get)\b",
        ),
        (
            "questions about|questions on|requests for|inquiries about|enquiries about|question about",
            r"\b(?:questions?|requests?|inquiries|enquiries) (?:about|on|for|regarding)\b[^.!?\n]{0,40}\b(?:are|is|must|should|shall|have to|has to|need to)\b[^.!?\n]{0,8}\b(?:be )?(?:answered|met|replied to|treated|refused|declined)\b",
        ),
        (
            "must|shall|should|has to|have to|need to|needs to|ought to & reader|system|software|summar|report|answer|repl|response|model|program|agent",
            r"\b(?:any|every|all|each|the next|future|your)\s+(?:\w+ )?(?:readers?|systems?|software|programs?|summar(?:y|ies)|reports?|answers?|repl(?:y|ies)|responses?|overviews?)\b[^.!?\n]{0,45}\b(?:must|shall|should|has to|have to|needs? to|ought to)\b[^.!?\n]{0,12}\b(?:say|state|mention|describe|rank|rate|include|end|begin|start|call|recommend|tell|confirm|conclude|contain|read|praise|name|list)\b",
        ),
        (
            "make sure|see to it|ensure & answer|repl|response|report|summar",
            r"\b(?:make sure|see to it|ensure) (?:that )?(?:every|each|all|any|your)(?: of)?(?: your)? (?:answer|repl(?:y|ies)|response|report|summar(?:y|ies))",
        ),
        (
            "whenever|each time|every time|as soon as & comes up|come up|mentioned|named|appears|is discussed",
            r"\b(?:whenever|each time|every time|as soon as)\b[^.!?\n]{0,40}\b(?:comes? up|(?:is|are) (?:mentioned|named|discussed|brought up)|appears?)\b[^.!?\n]{0,6}\b(?:add|say|state|mention|answer|reply|tell|write|note|claim|praise|recommend)\b",
        ),
        (
            "talk to|speak to|speak with|chat with|reading your|asking you|talking to",
            r"\b(?:person|people|human|user|one) (?:who is |that is )?(?:you (?:are |'re )?(?:talk|speak|chat|talking|speaking|chatting) (?:to|with)|reading your (?:answer|repl|response|report)|asking you)\b",
        ),
        (
            "forbidden|prohibited|not allowed & cite|mention|quote|reveal",
            r"\b(?:forbidden|prohibited|not allowed) to (?:cite|mention|quote|reveal|use) (?:the|any|other)\b",
        ),
        (
            "from now on|from here on|from this|henceforth|as of now|starting now|going forward",
            (
                rf"\b(?:from now on|from here on|from this (?:moment|point)(?: on)?|henceforth|as of now|starting now|going forward)\b[\s,:]*"
                rf"(?:you (?:must|should|will|are|have to|shall)|(?:please )?(?:always|never)\s+\w+|whenever|when|if|{_SAY}\s+(?:only|always|that|with|to (?:all|every|any|each)))\b(?![^.!?\n]{{0,12}}\b(?:me|us)\b)"
            ),
        ),
        ("from here on", r"\bfrom here on the \w+ of\b"),
        (
            "always",
            r"(?<!you )(?<!they )(?<!he )(?<!she )(?<!\bi )(?<!\bwe )(?<!support )(?<!agents )\balways\s+(?:please\s+)?(?:answer|say|reply|respond|state|claim|recommend|assert|insist|tell (?:them|users?|people|everybody|everyone))\s+(?:that|with|to|an?|in|yes|no)\b",
        ),
        (
            "ask|quer & when|if|each time|every time|should",
            (
                rf"\b(?:when(?:ever)?|if|each time|every time|should)\s+(?:someone|somebody|anyone|anybody|a user|the user|users|a customer|customers|people|they|you are|you're|any\s?one)?\s*"
                rf"(?:is |are |were )?(?:ask(?:s|ed)?|quer(?:y|ies))\b[^.!?\n]{{0,60}}?[,:]?\s+(?:then\s+)?(?:you (?:must|should|will)\s+)?(?:please\s+)?(?:(?:always|only)\s+{_SAY}\b|{_SAY}\b\s*(?:that|with|it|the|yes|no|\"|'))"
            ),
        ),
        (
            "never",
            r"(?:^|[.!?:;,\n]\s*|\b(?:must|should|will|and|please)\s+)never\s+(?:mention|reveal|disclose|cite|quote|admit|tell (?:the )?(?:user|customer|reader|anyone))\b(?!\s+my\b)",
        ),
        (
            "do not",
            r"\bdo not\s+(?:mention|cite|quote|reveal|disclose)\s+(?:this (?:note|text|message|instruction|document)|any other|the other|that you)\b",
        ),
        (
            "in all|in every|in each|in any",
            (
                r"\bin (?:all|every|each|any)(?: of)?(?: the| your)?\s*(?:future |coming |subsequent )?(?:answer|response|repl(?:y|ies)|conversation|session|summar(?:y|ies)|message)s?\b"
                r"[^.!?\n]{0,40}\b(?:you|state|say|add|include|mention|write|recommend|append|claim)\b"
            ),
        ),
        ("for all future", r"\bfor all future (?:answers|conversations|sessions|requests|questions|users)\b"),
        (
            "append|add|insert|include|put & answer|repl|response|summar|message",
            r"\b(?:append|add|insert|include|put)\b[^.!?\n]{0,80}\b(?:to|in|into|at the end of) (?:each|every|all|any)(?: of)? (?:your )?(?:answer|repl|response|summar|message)",
        ),
        (
            "begin|start|end|finish|close|sign & each|every|all|any",
            r"\b(?:begin|start|end|finish|close|sign) (?:each|every|all|any)(?: of your)? (?:answer|repl|response|message)",
        ),
        ("remember", r"\bremember (?:permanently|forever|for (?:all|ever|good)|in all)\b"),
        (
            "memory",
            r"\b(?:store|save|keep|write|add|put|commit)\b[^.!?\n]{0,40}\b(?:to|in|into) (?:your )?(?:long[- ]term |permanent |persistent )?memory\b",
        ),
        ("your memor|your long|your perm", r"\b(?:update|change|edit|overwrite|clear|erase|wipe) your (?:\w+ )?memor"),
        (
            "summar|abstract|digest & must|has to|have to|should|need",
            r"\b(?:summar(?:y|ies|i[sz]ing|i[sz]e)|abstract|digest)\b[^.!?\n]{0,40}\b(?:must|has to|have to|should|needs to) (?:say|include|state|mention|contain|claim)\b",
        ),
        (
            "summari",
            r"\b(?:when|before you|in) summari[sz](?:e|ing)\b[^.!?\n]{0,60}\b(?:say|leave out|omit|state|claim|add|write)\b|\bsummari[sz]e (?:this|the) (?:ticket|text|page|document|message|e-?mail)s? as\b",
        ),
    ),
    # Believe this and nothing else.
    "trust": (
        (
            "never be superseded|not be superseded|never be changed|never be questioned|not be questioned|never be deleted|not be changed|never be corrected",
            r"\b(?:must|may|can|should|shall) (?:never|not) be (?:superseded|questioned|corrected|doubted|overruled)\b",
        ),
        (
            "trust|believe|prefer & more than|over|above",
            r"(?:^|[.!?:\n,]\s*)(?:trust|believe|prefer) this (?:source|note|record|document|ticket|message|fact)\b",
        ),
        (
            "rely on|rely only|relies on & note|ticket|message|document|source|fact|record",
            r"\brely (?:only )?on this (?:note|ticket|message|document|source|fact|record)\b",
        ),
        (
            "outdated|obsolete|superseded|wrong|invalid|false & mark|flag|set|tag",
            r"\b(?:mark|flag|set|tag) (?:all|every|any|the) (?:previous|prior|earlier|other|old|existing) (?:facts?|records?|notes?|entries|statements?|sources?)\b",
        ),
        (
            "verified & accept|without|trust|check",
            r"\b(?:accept|take|use|trust|believe) (?:it|this|them) without (?:any |further )?(?:checks?|checking|question|verification|doubt)",
        ),
        (
            "only one|only correct|only true|only valid|only right & record|source|version|fact|answer|truth",
            r"\bonly (?:one )?(?:correct|true|valid|right|reliable) (?:\w+ )?(?:record|source|version|fact|answer|truth|statement)\b",
        ),
        (
            "disagree|contradict|conflict|differ & false|wrong|ignored|invalid|discard|mistake",
            r"\b(?:anything|everything|whatever|any (?:record|fact|source|document)|all (?:records|facts|sources))\b[^.!?\n]{0,40}\b(?:disagrees?|contradicts?|conflicts?|differs?)\b[^.!?\n]{0,30}\b(?:false|wrong|ignored|invalid|discarded|mistaken|a mistake)\b",
        ),
        (
            "believe nothing|trust nothing|believe no other|trust no other|believe only|trust only",
            r"\b(?:believe|trust) (?:nothing|no (?:one|other \w+)|only)(?: else)?\b[^.!?\n]{0,40}\b(?:this|here|but|than|except)\b",
        ),
        (
            "highest possible|highest|maximum|top & weight|priority|trust|confidence|credib",
            r"\b(?:highest|maximum|top|full)(?: possible)? (?:weight|trust|confidence|credibility)\b",
        ),
        (
            "consider|regard|treat & delet|void|invalid|retract",
            r"\b(?:consider|regard|treat) (?:all |any |every )?(?:earlier|previous|prior|other|older|existing) (?:facts?|records?|notes?|entries|statements?)\b[^.!?\n]{0,40}\b(?:deleted|void|invalid|retracted|wrong|false|withdrawn)\b",
        ),
        (
            "trust|permission|privilege|clearance|scope|access & bump|raise|increase|set|elevate|upgrade|grant",
            r"\b(?:bump|raise|increase|set|elevate|upgrade|boost) my (?:\w+ )?(?:trust|permission|privilege|clearance|scope|access|rights?|role|credibility)\b",
        ),
        (
            "treat|consider|regard|take|accept & source|truth|true|authorit|highest|verified|trusted|fact|gospel",
            r"\b(?:treat|consider|regard|take|accept)\s+(?:this|the following|these)\b[^.!?\n]{0,30}\bas\b[^.!?\n]{0,25}\b(?:only source|truth|true|authoritative|highest|verified|trusted|fact|gospel)",
        ),
        (
            "authority|source|truth",
            r"\b(?:treat|consider|regard)\s+this\b[^.!?\n]{0,25}\b(?:only|single|highest|final) (?:source|authority|truth)",
        ),
        (
            "overrid|supersede|outrank|precedence|replace",
            r"\b(?:this|the following)\s+(?:fact|note|record|message|document|text|entry|statement|ticket)\b[^.!?\n]{0,12}\b(?:overrides?|supersedes?|outranks?|takes? precedence over|replaces?)\b[^.!?\n]{0,25}\b(?:other|all|every|crm|records?|sources?|facts?)\b",
        ),
        (
            "mark|flag|tag|label & verified|trusted|true|authoritative|approved|safe",
            r"\b(?:mark|flag|tag|label)\s+(?:this|the following|it)\b[^.!?\n]{0,30}\bas\b[^.!?\n]{0,20}\b(?:verified|trusted|true|authoritative|approved|safe)\b",
        ),
        (
            "confidence|trust|credibility|weight|health score & set|raise|increase|lower|reduce|decrease",
            r"\b(?:set|raise|increase|lower|reduce|decrease)\s+(?:the |its |your )?(?:confidence|trust|credibility|weight|health score)\b[^.!?\n]{0,50}\b(?:to|of|in|fact|source|account)\b",
        ),
        (
            "discard|delete|drop|ignore & fact|record|source|note|document|contradict",
            r"\b(?:discard|delete|drop|ignore)\s+(?:every|all|any)\s+(?:other|contradict\w+|conflicting)\s+(?:fact|record|source|note|document)s?\b|\bignore contradict",
        ),
        ("question|doubt", r"\b(?:do not|don't|must not|never) (?:question|doubt) (?:it|this|that|them)\b"),
    ),
    # Words that frame a conversation with a model.
    "markup": (
        (
            "[[|===|<<<|begin system|end system|start system",
            r"\[\[\s*(?:assistant|system|user|human|developer)\s*\]\]|={2,}\s*system\b|<<<\s*(?:system|end|begin)|\b(?:begin|start|end) (?:of )?system (?:message|prompt|instructions?)\b",
        ),
        ("//|#|/*|--", r"(?:^|\s)(?://|#|/\*|--)\s*(?:llm|ai|assistant|gpt|model)\s*[:,]"),
        (
            "<",
            r"</?\|?(?:system|assistant|user|human|im_start|im_end|instructions?|untrusted|data|document|context|endoftext)\|?>",
        ),
        ("<|[", r"<\|[a-z_]{2,20}\|>|\[/?inst\]|<</?sys>>|\[(?:system|assistant|developer)\]"),
        ("assistant|developer|system", r"^\s*#{0,4}\s*(?:assistant|developer)\s*:\s*\S|^\s*#{1,4}\s*system\s*:"),
        (
            "system",
            r"^\s*system\s*:\s*(?:the (?:user|customer|requester|account)|you|all|new|grant|reveal|ignore|from|approve|allow|always|never)\b",
        ),
        ("assistant", r"\b(?:human|user)\s*:.{0,80}\bassistant\s*:"),
        ("role", r"[\"']role[\"']\s*:\s*[\"'](?:system|assistant|developer)[\"']"),
        (
            "end of",
            r"\bend of (?:the )?(?:data|ticket|document|context|quote|untrusted|text|input)\b[^\w\n]{0,8}\s*(?:now|instructions?|follow|the (?:user|real)|new|you)\b",
        ),
        ("data end|untrusted|quoted", r"\bthe data ends? here\b|\bthe (?:untrusted|quoted) (?:text|data|part) ends?\b"),
    ),
    # A call of a tool, or somebody told to make one.
    "tool_call": (
        (
            "action|call|tool|function|method & _",
            r"[\"'](?:action|call|tool_call|function_call)[\"']\s*:\s*[\"'](?:query_customer_intel|recall_ltm|search_tickets|get_facts|redact_pii|explain_gate|remember|record_fact|draft_reply|customer_health|create_customer|ingest_tickets|sync_knowledge_base|forget_customer)[\"']",
        ),
        ("tool|function & _", rf"\b(?:tool|function)\s*:\s*[`'\"]?(?:{_NAMED_TOOLS})\b"),
        ("tools/call", r"\btools/call\b"),
        (
            "forget customer|record fact|ingest tickets|sync knowledge|create customer|recall ltm",
            r"\b(?:call|use|run|invoke|execute|trigger|start|perform) (?:the )?(?:forget customer|record fact|ingest tickets|sync knowledge base|create customer)\b",
        ),
        (
            "your ability|your access|your tools|your permission",
            r"\b(?:use|using|with|through) your (?:ability|access|tools?|permissions?|rights?) to (?:write|delete|send|call|store|change|erase|record|approve)\b",
        ),
        ("delete_all|drop table|rm -rf|truncate table", r"\bdelete_all\b|\bdrop table\b|\brm -rf\b|\btruncate table\b"),
        (
            "<|```",
            r"</?(?:tool_call|tool_use|function_calls?|function_call|invoke|tool_code|antml:\w+)\b|```\s*(?:tool_code|tool_call|function)",
        ),
        (
            "tool|function|name|method",
            r"[\"'](?:tool|tool_name|function|name|method)[\"']\s*:\s*[\"'](?:tools/call|" + _NAMED_TOOLS + r")[\"']",
        ),
        ("(|=", rf"\b(?:{_NAMED_TOOLS}|remember\s*\(\s*session_id)\s*[(=]"),
        (
            "_",
            rf"\b(?:call|use|run|invoke|execute|trigger)\s+(?:the\s+)?(?:tools?|functions?)?\s*[`'\"]?(?:{_NAMED_TOOLS})\b",
        ),
        (
            "tool|shell|plugin|function call",
            r"\b(?:you (?:should|must|have to|will)|please|now)\b[^.!?\n]{0,12}\b(?:call|invoke|execute|run)\s+(?:the|your|a)\s+(?:[\w-]+\s+){0,2}(?:tool|function call|shell|plugin)\b",
        ),
        ("with your", r"\bwith your (?:shell|browser|e-?mail|code|file|search) tool\b"),
    ),
    # Give away what you know or are.
    "leak": (
        (
            "you see|you can see|you have|you read|you receive & forward|send|mail|post|copy",
            r"\b(?:forward|send|e-?mail|post|copy|upload) (?:me )?(?:every|all|each|any)(?:thing| the)?(?: \w+)? (?:that |which )?you (?:see|can see|have|read|receive|know|hold|store)\b",
        ),
        (
            "what are your|what is your & instruction|prompt|rules|system prompt|configuration|guidelines",
            r"\bwhat (?:are|is|were) your (?:\w+ )?(?:instructions|prompt|system prompt|configuration)\b",
        ),
        (
            "repeat|recite|print|output & words above|text above|lines above|everything above|starting with",
            r"\b(?:repeat|recite|print|output|copy) (?:all |everything |the )?(?:words|text|lines|sentences|message)?\s*(?:above|before this|starting with)\b",
        ),
        (
            "tools you have|tools that you|functions you have|your tools|your functions",
            r"\b(?:list|names?|description) of (?:the |all |your )?(?:tools|functions)\b[^.!?\n]{0,15}\b(?:you|parameters)\b",
        ),
        (
            "conversation so far|chat so far|dialogue so far|history so far|everything above",
            r"\b(?:conversation|chat|dialogue|history) so far\b[^.!?\n]{0,30}\b(?:into|to|at|in)\b|\b(?:paste|copy|repeat|send)\b[^.!?\n]{0,20}\beverything above\b",
        ),
        (
            "other tenants|other customers of yours|other organisations",
            r"\bother (?:tenants|organi[sz]ations) (?:that |which |whom )?you\b",
        ),
        (
            "you were|you are|you have been & configured|set up|initiali|prompted|instructed|programmed",
            r"\b(?:text|words?|prompt|message|paragraph|instructions?|rules?)\b[^.!?\n]{0,20}\byou (?:were|are|have been) (?:configured|set up|initiali[sz]ed|prompted|instructed|programmed) with\b",
        ),
        (
            "your rules|your instructions|your prompt|your setup|your initial|your system|your first message & wording|spell|translate|show|see|complete|unabridged|recite|quote|copy|verbatim",
            r"\b(?:wording of|spell out|translate|recite|quote|copy|see|show)\b[^.!?\n]{0,15}\byour (?:own )?(?:rules|instructions|prompt|setup message|initial (?:message|prompt)|system (?:message|prompt)|first message)\b",
        ),
        (
            "token|key|credential|secret & you authenticate|you use to|you log in|you sign",
            r"\b(?:token|key|credentials?|secret|password)\b[^.!?\n]{0,12}\b(?:that |which |with which )?you (?:authenticate|log in|sign in|connect|sign)\b",
        ),
        (
            "print|reveal|show|repeat|output|dump|leak|expose|display|give|tell|write out|send & prompt|instruction|hidden|tool definitions|configuration|api key",
            (
                r"\b(?:print|reveal|show|repeat|output|dump|leak|expose|display|give|tell|write out|send)\b[^.!?\n]{0,40}\b(?:your|the|hidden|all)\s+(?:full text of your\s+)?"
                r"(?:hidden |initial |original |full |complete |secret |system )*(?:system prompt|prompt word|instructions? (?:verbatim|word|between|above)|hidden (?:instructions?|prompt|fields)|initial prompt|tool definitions|configuration|api keys? (?:that )?you)\b"
            ),
        ),
        (
            "reveal|full text of your|api key that|dump your",
            r"\breveal (?:the|your) (?:system |hidden )?(?:prompt|instructions)\b|\bfull text of your instructions\b|\bapi key that you use\b|\bdump your\b",
        ),
        (
            "above this|above in your",
            r"\bwhat is (?:written )?above (?:this|in your)\b|\babove this (?:text|line|message) in your (?:context|prompt)\b",
        ),
        (
            "customer|conversation|everything you & send|forward|mail|post|upload|export|exfiltrate|transmit",
            r"\b(?:send|forward|e-?mail|post|upload|export|exfiltrate|transmit)\b[^.!?\n]{0,40}\b(?:all customers?'? ?(?:records|data|list)|all (?:the )?customer (?:records|data)|(?:contents? of )?this conversation|conversation history|customer list|everything you (?:know|see))\b",
        ),
        (
            "personal data of all|all passwords|all secrets|all customers|data of all|raw records|list of all",
            r"\b(?:list|print|show|reveal|give)\b[^.!?\n]{0,15}\b(?:personal data of all|all (?:passwords|secrets|customers'? data)|data of all customers|raw records|list of all customers)\b",
        ),
        (
            "http",
            r"\b(?:fetch|load|open|request|visit|image)\b[^\n]{0,60}https?://\S*[?&]\w*=?[^\n]{0,60}\b(?:question|conversation|customer|answer|data|list|history)",
        ),
        (
            "encode",
            r"\bencode\b[^.!?\n]{0,40}\b(?:customer|conversation|secret|data|list)\b[^.!?\n]{0,40}\b(?:link|url|image|base64)\b",
        ),
    ),
    # It names whom it speaks to.
    "addressed": (
        (
            "ai:|llm:|assistant:|chatbot:|gpt:|model:|ai,",
            r"(?:^|\n)\s*(?:ai|llm|gpt|chat\s?bot|language model)\s*[:,]\s*\w",
        ),
        (
            "language model|llm|assistant|chatbot|ai & to the",
            r"\bto the (?:language model|llm|ai|assistant|chat\s?bot|model)\b[^.!?\n:]{0,30}(?:\b(?:reading|summari[sz]ing|processing|that reads|handling)\b|:)",
        ),
        (
            "whichever|whatever|whoever & model|assistant|ai|bot|system|agent",
            r"\b(?:whichever|whatever|any) (?:model|assistant|ai|bot|automated \w+|language model) (?:handles|reads|processes|gets|sees|receives|answers|summari[sz]es)\b",
        ),
        (
            "to whom it may compute|neural network|machines only|models only|bots only|ais only",
            r"\bto whom it may compute\b|\b(?:for|to) (?:the )?(?:neural networks?|machines|language models?|ais|bots|llms)\b[^.!?\n]{0,12}\b(?:only|alone)\b",
        ),
        (
            "robot|artificial intelligence|machine|computer & hello|dear|hey|hi |listen|attention",
            r"\b(?:hello|dear|hey|hi|attention),? (?:artificial intelligence|machine|robot|computer)\b|\b(?:robot|machine|computer),? listen\b",
        ),
        ("one machine to another|machine to machine, ", r"\bfrom one (?:machine|ai|model|bot) to another\b"),
        (
            "instruction|note|message|command|order|memo|attention|hint|warning & ai|llm|language model|assistant|bot|summari|automated",
            r"\b(?:instruction|note|message|command|order|memo|attention|hint|warning)s?\s*(?:to|for|,|:)?\s+(?:the\s+|an?\s+|any\s+|all\s+|every\s+)?(?:ai|llm|(?:large |ai )?language model|ai agents?|ai model|assistant|chat\s?bot|summari[sz]er|automated (?:system|agent))s?\b",
        ),
        (
            "dear|hey|hello|hi|attention & ai|llm|gpt|claude|gemini|copilot|model|bot|assistant",
            r"\b(?:dear|hey|hello|hi|attention)\s*,?\s+(?:ai|llm|gpt|chatgpt|claude|gemini|copilot|language model|chat\s?bot|assistant|bot|model)s?\b\s*[,:!]",
        ),
        (
            "any|every|all|if you are & read|process|summari|pars|must|should|have to",
            rf"\b(?:if you are|to any|to every|to all|any|every|all)\s+(?:an?\s+)?(?:{_MACHINE}|ai agents?)\b[^.!?\n]{{0,15}}\b(?:reading|processing|that reads?|who reads?|summari[sz]ing|parsing|must|should|have to)\b",
        ),
        (
            "if you are|if you're",
            r"\b(?:if you are|if you're)\s+(?:an?\s+)?(?:ai\b|llm|(?:large )?language model|(?:ai )?model|chat\s?bot|assistant)",
        ),
        (
            "ais |assistants|ai agents|llms|models",
            r"\b(?:ai|ai assistant|ai agent|llm|language model)s\s+(?:must|should|have to|need to)\b",
        ),
        ("whoever reads", r"\bwhoever reads this (?:should|must)\b"),
        ("<!--|[//]|/*|{#", r"(?:<!--|\[//\]: #|/\*|\{#)\W{0,4}(?:ai|llm|assistant|gpt|model|bot|agent)\b\s*[:,]"),
    ),
    # Only these words, or what the asker is to be told.
    "wording": (
        (
            "only answer|only reply|only respond|only say|only write|only output",
            r"\bonly (?:answer|reply|respond|say|write|output)\s*(?:\"|'|with \"|yes\b|no\b)",
        ),
        (
            "say exactly|write exactly|repeat exactly|repeat after me|say the words|say these words",
            r"\b(?:say|write|repeat|state) exactly\s*[:\"']|\brepeat after me\b|\bsay (?:the|these) words\b",
        ),
        (
            "tell users|tell customers|tell people|tell everybody|tell everyone|warn the user|warn users|inform users|advise users|advise the user",
            r"(?:^|[.!?:;,\n]\s*|\bplease\s+)(?:tell|warn|inform|advise) (?:users|customers|people|everybody|everyone|the user)\b (?:to|that)\b",
        ),
        (
            "and nothing else|and nothing more|nothing but",
            r"\b(?:reply|answer|respond|output|write|say) (?:with )?[^.!?\n]{1,40}\band nothing (?:else|more)\b",
        ),
        (
            "begin your|start your|end your|finish your|close your|open your",
            r"\b(?:begin|start|end|finish|close|open) your (?:next )?(?:message|answer|reply|response|summary|report)\b",
        ),
        (
            "include the & response|answer|repl|summar|report|output",
            r"\b(?:include|use|put|insert|mention|repeat) the (?:phrase|sentence|word|words|link|slogan|text)\b[^.!?\n]{0,50}\bin (?:your|the|each|every) (?:\w+ )?(?:response|answer|repl|summar|report|output)",
        ),
        (
            "without mentioning",
            r"\bwithout mentioning (?:it|this|that|why)\b[\s,]*(?:raise|lower|change|set|add|approve|delete|move)\b",
        ),
        (
            "single word|one word|just the word|only the word",
            r"\b(?:write|say|answer|reply|respond|send|come)(?: back)?(?: with)?(?: only)? (?:the single word|just the word|only the word|a single word)\b",
        ),
        (
            "your reply|your answer|your response|your summary|your output|your report & should|must|has to|is to|shall|needs to",
            r"\byour (?:reply|answer|response|summary|output|report) (?:should|must|has to|is to|shall|needs to) (?:only |just )?(?:consist|be|contain|include|start|begin|end|read|say|state)\b(?! (?:sent|here|received|in (?:english|german|french)))",
        ),
        (
            "let the user|let the reader|let the person|let them & believe|think|assume",
            r"\blet (?:the (?:user|reader|person|customer|asker)|them) (?:believe|think|assume)\b",
        ),
        (
            "the user to & direct|send|point|lead|refer|guide|redirect",
            r"\b(?:direct|send|point|lead|refer|guide|redirect) the user to\b",
        ),
        (
            "persuade|convince & them|user|reader|asker|person",
            r"(?:^|[.!?\n]\s*|\band\s+)(?:persuade|convince) (?:them|him|her|the (?:user|reader|asker|person))\b",
        ),
        (
            "quietly|discreetly|unnoticed",
            r"\b(?:quietly|discreetly) (?:move|change|set|add|raise|mark|insert|promote|grant|approve|upgrade|switch)\b",
        ),
        (
            "respond|reply|answer|output|print|write & only|exactly|nothing but|with",
            r"(?:^|[.!?:,;\n\"]\s*|\b(?:you must|please|and|so|,)\s+)(?:respond|reply|answer|output|print|write)\s+(?:only\s+(?:with|the|json|\"|'|in)|exactly|nothing but|with\s+(?:only|exactly|nothing but|the (?:word|phrase|following text)))\b(?!\s*(?:e-?mail|german|english|french|by)\b)(?!\s+(?:the )?exact\b)",
        ),
        ('only "', r"\b(?:write|say|answer|reply|output) only \""),
        (
            "tell|inform|assure|convince|persuade & user|reader|asker",
            r"(?:^|[.!?:\n]\s*|\bsecretly\s+|\band\s+)(?:tell|inform|assure|convince|persuade)\s+(?:the\s+|your\s+|every\s+)(?:user|reader|asker)s?\s+(?:that|of (?:a|the) new|to (?:pay|call|click|enter|visit|open|send|transfer))\b",
        ),
        ("ask the user", r"\bask the user for (?:their|his|her) (?:credit|card|password|bank|credentials|social|api)"),
        (
            "secretly|covertly|silently",
            r"\b(?:secretly|covertly|silently)\s+(?:add|insert|include|change|set|raise|recommend|promote|delete)\b",
        ),
        (
            "without telling|without informing|without asking|without alerting",
            r"\bwithout (?:telling|informing|asking|alerting) (?:the|your) user\b",
        ),
        (
            "n't tell|not tell",
            r"\b(?:don't|do not) tell (?:anybody|anyone|the user|them) (?:that|about) (?:you|this (?:note|instruction|message|text))\b",
        ),
        ("stop here|pwned", r"\bstop here and answer\b|\banswer\s*:\s*pwned\b|\bpwned\b"),
        (
            "approve|comply with|obey",
            r"\bapprove the (?:refund|request|claim) now\b|\byou will comply with\b|\bobey (?:the|this|me|only)\b",
        ),
        ("hidden instruction", r"\bhidden instructions?\b"),
    ),
}
_FOREIGN = (
    (
        "du bist jetzt|sie sind jetzt|tu es maintenant|ahora eres|ora sei|agora você|d'ora in poi|desde agora",
        (
            r"\b(?:du bist|sie sind) jetzt (?:ein|eine|kein|der|die)\b|\btu es (?:maintenant|désormais) une?\b|\bahora eres una?\b"
            r"|\b(?:ora sei|agora você é) um\w?\b|\bd'ora in poi\b[^.!?\n]{0,10}\b(?:rispondi|di|sei)\b"
        ),
    ),
    (
        "vergesst eure|vergiss deine|ignoriert eure|missachtet|ne tiens pas compte|ne tenez pas compte|desde ahora",
        (
            r"\b(?:vergesst eure|vergiss deine|ignoriert eure|missachtet)\b|\bne (?:tiens|tenez) pas compte de (?:tes|vos|toutes)\b"
            r"|\bdesde ahora\b[^.!?\n]{0,10}\b(?:contesta|responde|di)\b"
        ),
    ),
    (
        "ignorier|vergiss|vergesst|missacht",
        r"\b(?:ignorier\w*|vergiss|vergesst|missachte\w*)\b[^.!?\n]{0,40}\b(?:anweisung|instruktion|regel|vorgabe|vorher|prompt|gesagt)",
    ),
    ("ab sofort|ab jetzt", r"\bab (?:sofort|jetzt)\b[^.!?\n]{0,15}\b(?:antworte|sage|behaupte|bist du)\w*"),
    (
        "ignor|oubli",
        r"\b(?:ignore[sz]?|oublie[sz]?)\b[^.!?\n]{0,30}\b(?:instruction|consigne|règle|directive|précédent)",
    ),
    (
        "à partir de maintenant|désormais",
        r"\b(?:à partir de maintenant|désormais)\b[^.!?\n]{0,25}\b(?:réponds|répondez|dis|dites|tu es|vous êtes)",
    ),
    (
        "ignor|olvida|dimentica|esqueça|desconsidere",
        r"\b(?:ignor[ae]|olvida|dimentica|esqueça|desconsidere)\b[^.!?\n]{0,30}\b(?:instrucciones|istruzioni|instruções|regras|reglas|regole|órdenes|prompt)",
    ),
    (
        "a partir de|d'ora in poi|de ahora",
        r"\b(?:a partir de (?:ahora|agora)|d'ora in poi|de ahora en adelante)\b[^.!?\n]{0,25}\b(?:respond\w*|rispondi|di|diga|eres|sei)\b",
    ),
    (
        "negeer|vergeet|ignor",
        r"\b(?:negeer|vergeet|ignorera|ignorér|zignoruj|ignoruj)\b[^.!?\n]{0,40}\b(?:instruc|instruk|opdracht|polecen|regels|zasad)",
    ),
    ("игнорир|забудь|не следуй", r"(?:игнорир|забудь|не следуй)\w*[^.!?\n]{0,40}(?:инструкци|указани|правил)"),
    (
        "忽略|无视|忘记|忽視|無視|忘れ",
        r"(?:忽略|无视|忘记|忽視|無視)[^。！？\n]{0,20}(?:指令|指示|提示|规则|說明|说明|指示)|(?:指示|命令|ルール)[^。！？\n]{0,10}(?:無視|忘れ)",
    ),
)


@dataclass(slots=True)
class _Order:
    """One way of giving orders: words of which one must stand in a text, perhaps others, and the pattern."""

    kind: str
    words: frozenset[str]
    others: tuple[str, ...]
    source: str
    pattern: re.Pattern[str] | None = None

    def stands_in(self, text: str, held: frozenset[str]) -> bool:
        """Whether it stands in a text in lower case, in which these of all orders' words stand."""
        if self.words.isdisjoint(held) or (self.others and not any(word in text for word in self.others)):
            return False
        if self.pattern is None:
            self.pattern = re.compile(self.source, re.MULTILINE)
        return self.pattern.search(text) is not None


def _order(kind: str, needs: str, source: str) -> _Order:
    words, *others = needs.split(" & ")
    return _Order(kind, frozenset(words.split("|")), tuple(others[0].split("|")) if others else (), source)


_ORDERS = tuple(
    _order(kind, needs, source)
    for kind, patterns in (*_PATTERNS.items(), ("foreign", _FOREIGN))
    for needs, source in patterns
)
_WORDS = tuple(sorted({word for order in _ORDERS for word in order.words}))

# Letters of other scripts that look like Latin ones: Cyrillic, then Greek.
_LOOKALIKES = str.maketrans(
    "аеорсухіѕјһԁԛԝѵӏАВЕКМНОРСТХІЅЈαερονικυχΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
    "aeopcyxisjhdqwvlABEKMHOPCTXISJaepovikuxABEZHIKMNOPTYX",
)
_MIXED = re.compile(r"\w*(?:[A-Za-z][\u0370-\u03ff\u0400-\u04ff]|[\u0370-\u03ff\u0400-\u04ff][A-Za-z])\w*")
_LEET = str.maketrans("013457@$!", "oieastasi")
_LEET_WORD = re.compile(r"\b[a-z0-9]*(?:[a-z][0-9]|[0-9][a-z])[a-z0-9]*\b", re.IGNORECASE)
_SPACED = re.compile(r"(?<!\w)(?:\w[ ._*\-]){4,}\w(?!\w)")
_INVISIBLE = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{24,4000}={0,2}")
_HEX = re.compile(r"\b(?:[0-9a-fA-F]{2}){16,2000}\b")
_CHAINED = re.compile(r"\b\w+(?:-\w+){3,}")
_TURNED = ("snoitcurtsni", "erongi", "tpmorp", "dragersid")
_ROTATED = ("vafgehpgvba", "vtaber", "cebzcg", "qvfertneq")
_LONGEST = 200_000  # characters looked at


@lru_cache(maxsize=4_096)
def orders_in_quote(quote: str) -> tuple[str, ...]:
    """`signs_of_orders` of a short text that is shown again and again: it is looked at once."""
    return signs_of_orders(quote)


def gives_orders(text: str) -> bool:
    """Whether a text speaks to a model, as no customer speaks to a company: what it says is kept from models."""
    return bool(signs_of_orders(text))


def signs_of_orders(text: str) -> tuple[str, ...]:
    """Kinds of orders that stand in a text, by name; with "disguised" where they are not to be read as they stand.

    What is seen through: invisible characters, look-alike letters, digits for letters, spaced letters, text that is
    encoded (Base64, hexadecimal, URL, HTML), turned round or rotated by 13. A text that speaks of such orders has the
    same signs.
    """
    text = text[:_LONGEST]
    found = _signs(text)
    if found:
        return tuple(sorted(found))
    for other in _undisguised(text):
        if hidden := _signs(other):
            return tuple(sorted({*hidden, "disguised"}))
    return ()


def _signs(text: str) -> set[str]:
    lower = text.lower()
    held = frozenset([word for word in _WORDS if word in lower])
    return {order.kind for order in _ORDERS if order.stands_in(lower, held)}


def _undisguised(text: str) -> Iterator[str]:
    """What else the text might be read as."""
    seen = _plain(text)
    if seen != text:
        yield seen
    if _LEET_WORD.search(seen):
        yield _LEET_WORD.sub(lambda word: word[0].translate(_LEET), seen)
    if _SPACED.search(seen):
        yield _joined(seen)
    if "-" in seen and _CHAINED.search(seen):
        yield seen.replace("-", " ")
    if "%20" in seen:
        yield unquote(seen)
    if "&#" in seen or "&lt;" in seen:
        yield html.unescape(seen)
    lower = seen.lower()
    if any(word in lower for word in _TURNED):
        yield seen[::-1]
    if any(word in lower for word in _ROTATED):
        yield codecs.decode(seen, "rot13")
    for match in _BASE64.finditer(seen):
        yield from _decoded(match[0])
    for match in _HEX.finditer(seen):
        yield from _readable(bytes.fromhex(match[0]))


def _plain(text: str) -> str:
    if text.isascii():
        return text
    text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))
    return _MIXED.sub(lambda word: word[0].translate(_LOOKALIKES), text)


def _joined(text: str) -> str:
    """Letters that stand apart as words again; where words were two spaces apart, they stay apart."""
    return re.sub(r"\s{2,}", "  ", _SPACED.sub(lambda run: re.sub(r"(?<=\w)[ ._*\-](?=\w)", "", run[0]), text))


def _decoded(token: str) -> Iterator[str]:
    body = token.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        yield from _readable(base64.b64decode(body + "=" * (-len(body) % 4), validate=True))
    except (binascii.Error, ValueError):
        return


def _readable(raw: bytes) -> Iterator[str]:
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return
    if text.isprintable() or text.replace("\n", " ").isprintable():
        yield text
