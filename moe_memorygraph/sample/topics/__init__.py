"""What customers write about: fifteen topics, each with its issues and what it does to people's day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from moe_memorygraph.sample.topics.access import (
    ACCOUNT,
    ACCOUNT_IMPACTS,
    LOGIN,
    LOGIN_IMPACTS,
    PRIVACY,
    PRIVACY_IMPACTS,
    SECURITY,
    SECURITY_IMPACTS,
)
from moe_memorygraph.sample.topics.billing import BILLING, BILLING_IMPACTS
from moe_memorygraph.sample.topics.colour import ACCOUNT_COLOUR, TOPIC_COLOUR
from moe_memorygraph.sample.topics.issue import Issue
from moe_memorygraph.sample.topics.money import (
    CANCELLATION,
    CANCELLATION_IMPACTS,
    PRICING,
    PRICING_IMPACTS,
    REFUND,
    REFUND_IMPACTS,
)
from moe_memorygraph.sample.topics.product import (
    FEATURE_IMPACTS,
    FEATURE_REQUEST,
    FEEDBACK,
    FEEDBACK_IMPACTS,
    INTEGRATION,
    INTEGRATION_IMPACTS,
    ONBOARDING,
    ONBOARDING_IMPACTS,
    TIMELINE_REPLAY_PRAISE,
)
from moe_memorygraph.sample.topics.service import (
    BUG,
    BUG_IMPACTS,
    MARCH_AFTERMATH,
    MARCH_OUTAGE,
    OUTAGE,
    OUTAGE_IMPACTS,
    PERFORMANCE,
    PERFORMANCE_IMPACTS,
)

__all__ = ["ACCOUNT_COLOUR", "ISSUES", "TOPICS", "TOPIC_COLOUR", "Issue", "Topic"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A ticket category: its everyday issues, and sentences on impact that fit any of them."""

    issues: Sequence[Issue]
    impacts: Sequence[str]


TOPICS: Mapping[str, Topic] = {
    "pricing": Topic(issues=PRICING, impacts=PRICING_IMPACTS),
    "billing": Topic(issues=BILLING, impacts=BILLING_IMPACTS),
    "refund": Topic(issues=REFUND, impacts=REFUND_IMPACTS),
    "cancellation": Topic(issues=CANCELLATION, impacts=CANCELLATION_IMPACTS),
    "login": Topic(issues=LOGIN, impacts=LOGIN_IMPACTS),
    "outage": Topic(issues=OUTAGE, impacts=OUTAGE_IMPACTS),
    "performance": Topic(issues=PERFORMANCE, impacts=PERFORMANCE_IMPACTS),
    "bug": Topic(issues=BUG, impacts=BUG_IMPACTS),
    "feature_request": Topic(issues=FEATURE_REQUEST, impacts=FEATURE_IMPACTS),
    "onboarding": Topic(issues=ONBOARDING, impacts=ONBOARDING_IMPACTS),
    "security": Topic(issues=SECURITY, impacts=SECURITY_IMPACTS),
    "privacy": Topic(issues=PRIVACY, impacts=PRIVACY_IMPACTS),
    "account": Topic(issues=ACCOUNT, impacts=ACCOUNT_IMPACTS),
    "feedback": Topic(issues=FEEDBACK, impacts=FEEDBACK_IMPACTS),
    "integration": Topic(issues=INTEGRATION, impacts=INTEGRATION_IMPACTS),
}

# Every issue by its key, with the three that only stories use.
ISSUES: Mapping[str, Issue] = {
    issue.key: issue
    for issue in (
        *(issue for topic in TOPICS.values() for issue in topic.issues),
        MARCH_OUTAGE,
        MARCH_AFTERMATH,
        TIMELINE_REPLAY_PRAISE,
    )
}
