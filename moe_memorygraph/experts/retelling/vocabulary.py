"""Words that a model may add because they say nothing of their own, and words that turn a sentence round."""

from moe_memorygraph.words import stem

__all__ = [
    "CAUSES",
    "FALLS",
    "GLUE",
    "LACKS",
    "NEGATIONS",
    "NUMBER_WORDS",
    "RISES",
    "SWEEPING",
]


def _stems(words: str) -> frozenset[str]:
    return frozenset(stem(word) for word in words.split())


GLUE = _stems(
    """
    report reports say state states tell write writes wrote written mention note describe speak spoke ask asks explain
    contact contacted contacting reach message reply respond answer raise name call list show according
    problem issue matter topic case request situation experience trouble
    record recorded data evidence source finding document entry
    count total amount figure rate percent percentage
    time period date day days week weeks month months quarter year earlier later previous previously following
    occur come came arrive keep kept continue remain remained receive received submit
    include including contain relate related regard regarding concern concerning involve specifically
    also additionally furthermore moreover however meanwhile whereas although though another
    several multiple various repeated repeatedly further
    against compare comparison versus relative
    """
)
"""Stems that report, order and connect."""

RISES = _stems("rise rises rose risen increase increases grow grows grew grown growth climb climbed higher upward")
FALLS = _stems(
    "fall falls fell fallen decrease decreases drop drops dropped decline declined fewer lower shrink shrank"
)

CAUSES = _stems(
    """because cause causes caused due owing reason reasons lead leads led result results resulted drive drives driven drove
    driver prompt prompted trigger triggered attribute attributed therefore thus hence consequently"""
)

NEGATIONS = frozenset("no not never none nobody nothing neither nor without cannot can't".split())  # noqa: SIM905

LACKS = _stems(
    """fail fails failed failing failure failures unable lack lacks lacking missing broken refuse refused denied stop stopped
    impossible error errors wrong problem problems issue issues trouble unavailable down block blocked difficulty difficulties"""
)
"""Stems that deny without a negation: "login fails" is what "cannot log in" says."""

SWEEPING = frozenset(
    """all every each most mostly only always everybody everyone entirely exclusively completely must will shall should
    majority mainly primarily certainly definitely clearly guaranteed""".split()  # noqa: SIM905
)


NUMBER_WORDS = {
    **{
        word: str(number)
        for number, word in enumerate(
            "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen".split(),  # noqa: SIM905
            start=2,
        )
    },
    "twenty": "20",
    "thirty": "30",
    "forty": "40",
    "fifty": "50",
    "hundred": "100",
    "thousand": "1000",
    "million": "1000000",
    "dozen": "12",
    "half": "50",
    "twice": "100",
    "double": "100",
    "doubled": "100",
    "thrice": "200",
    "triple": "200",
    "tripled": "200",
    "halved": "50",
}
"""Number words, and the digits that vouch for them; of shares and factors, the per cent that they are."""
