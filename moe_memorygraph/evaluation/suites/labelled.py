"""Public sets of texts whose topic people have told, by the topics of the taxonomy. Their data stays where it is.

What a set calls a text is one of our topics, `OTHER`, or none at all: such texts are left out. A set that a classifier
is fitted on is never one that it is reported on.
"""

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Literal

from moe_memorygraph.errors import InvalidArgument
from moe_memorygraph.evaluation.suites.values import find_file, read_text
from moe_memorygraph.topics import OTHER, Topic

__all__ = ["CFPB_TOPICS", "FITTED", "REPORTED", "Labelled", "LabelledName", "digest_of", "read_labelled"]

LabelledName = Literal["bitext", "cfpb", "banking77", "clinc150", "multidogo", "hwu64"]
REPORTED: tuple[LabelledName, ...] = ("bitext", "cfpb", "banking77", "clinc150")
FITTED: tuple[LabelledName, ...] = ("multidogo", "hwu64")


@dataclass(frozen=True, slots=True)
class Labelled:
    text: str
    topic: str


_BITEXT = {
    "ACCOUNT": "account",
    "CANCELLATION_FEE": "cancellation",
    "CONTACT": "contact",
    "DELIVERY": "delivery",
    "FEEDBACK": "feedback",
    "INVOICE": "billing",
    "NEWSLETTER": "notifications",
    "ORDER": "order",
    "PAYMENT": "payment",
    "REFUND": "refund",
    "SHIPPING_ADDRESS": "delivery",
}
_BITEXT_INTENTS = {"recover_password": "login"}
"""Filed under the account there, and a topic of its own here."""

_BANKING77 = {
    "account": "edit_personal_details verify_my_identity unable_to_verify_identity why_verify_identity",
    "billing": "extra_charge_on_statement card_payment_fee_charged transaction_charged_twice cash_withdrawal_charge transfer_fee_charged",
    "cancellation": "terminate_account",
    "delivery": "card_arrival card_delivery_estimate",
    "fraud": "lost_or_stolen_card compromised_card card_payment_not_recognised direct_debit_payment_not_recognised cash_withdrawal_not_recognised",
    "login": "passcode_forgotten change_pin pin_blocked",
    "onboarding": "activate_my_card",
    "order": "order_physical_card",
    "payment": "pending_transfer failed_transfer declined_transfer declined_card_payment pending_card_payment transfer_timing transfer_not_received_by_recipient reverted_card_payment? cancel_transfer top_up_failed",
    "refund": "request_refund Refund_not_showing_up",
}
_CLINC150 = {
    "billing": "bill_due bill_balance",
    "delivery": "replacement_card_duration",
    "fraud": "report_fraud report_lost_card",
    "login": "pin_change",
    "order": "order_status",
    "payment": "transfer pay_bill card_declined",
}
_CLINC150_DOMAINS_OUTSIDE = (
    "kitchen_and_dining",
    "auto_and_commute",
    "travel",
    "utility",
    "work",
    "small_talk",
    "meta",
)
_MULTIDOGO = {
    "billing": "viewbillsintent",
    "bug": "reportbrokensoftware",
    "cancellation": "closeaccount cancelserviceintent",
    "fraud": "reportlostcard",
    "hardware": "reportbrokenphone",
    "order": "startorder changeorder",
    "outage": "checkserverstatus",
    "payment": "transfermoney",
    OTHER: "openinggreeting closinggreeting thankyou confirmation rejection",
}
_MULTIDOGO_DOMAINS = ("airline", "finance", "insurance", "media", "software")

_CFPB: tuple[tuple[str, str], ...] = (
    (r"charged (up ?front or )?.*fees|fees or interest|unexpected or other fees", "billing"),
    (r"problem with a purchase shown on your statement", "billing"),
    (
        r"problem when making payments|trouble during payment|payment wasn't credited|money was taken .* wrong",
        "payment",
    ),
    (r"can't contact lender", "contact"),
    (r"closing (an|your) account", "cancellation"),
    (r"(managing|opening) an account|account opening", "account"),
    (r"fraud or scam|identity theft|unauthorized trans|loan you didn't apply for", "fraud"),
    (r"improper use of (your|my)|share information improperly", "privacy"),
    (
        r"incorrect information on|credit reporting company's investigation|unable to get (your )?credit report",
        "credit_report",
    ),
    (r"collect debt|notification about debt|communication tactics|verification of debt", "debt_collection"),
    (r"struggling to (pay|repay)", "hardship"),
    (r"getting (the|a) (loan|line of credit)|applying for a mortgage|was approved for a loan", "loan_application"),
)
CFPB_TOPICS = (
    Topic(
        name="credit_report",
        title="Credit reports",
        names=("credit report", "credit score", "credit bureau"),
        words=("dispute", "bureau", "inaccurate", "report", "inquiry", "remove", "reporting"),
        examples=(
            "My credit report shows an account that is not mine.",
            "The bureau has not corrected the error that I disputed.",
            "Please remove this wrong entry from my credit file.",
            "I cannot get a copy of my credit report.",
        ),
    ),
    Topic(
        name="debt_collection",
        title="Debt collection",
        names=("debt collection", "debt collector", "collection agency"),
        words=("collector", "owe", "debt", "validation", "collections", "calls"),
        examples=(
            "A collector keeps calling me about a debt that I do not owe.",
            "They never proved that this debt is mine.",
            "The collection agency threatens me with a lawsuit.",
            "I received a letter about a debt that was paid years ago.",
        ),
    ),
    Topic(
        name="hardship",
        title="Trouble repaying",
        names=("hardship", "forbearance", "repayment plan"),
        words=("lost my job", "deferment", "cannot afford", "income", "modification", "foreclosure", "behind"),
        examples=(
            "I lost my job and cannot pay the loan any more.",
            "Please lower my monthly instalments, I am in hardship.",
            "They refuse to give me a deferment.",
            "My request for a loan modification was denied.",
        ),
    ),
    Topic(
        name="loan_application",
        title="Applying for a loan",
        names=("loan application", "line of credit", "credit application"),
        words=("applied", "approved", "denied", "application", "lender", "qualify", "underwriting"),
        examples=(
            "My application for a loan was turned down without a reason.",
            "I was approved but the money never came.",
            "The lender keeps asking for the same documents.",
            "They offered other terms than they had advertised.",
        ),
    ),
)
"""What a tenant of consumer finance would add."""


def read_labelled(name: LabelledName, path: Path) -> list[Labelled]:
    """The set from its published file or folder. Raises `NotFound` or `InvalidArgument` where it is none."""
    readers: Mapping[LabelledName, Callable[[Path], Iterable[Labelled]]] = {
        "bitext": _bitext,
        "cfpb": _cfpb,
        "banking77": _banking77,
        "clinc150": _clinc150,
        "multidogo": _multidogo,
        "hwu64": _hwu64,
    }
    try:
        found = [one for one in readers[name](path) if one.text.strip()]
    except (KeyError, ValueError) as error:
        raise InvalidArgument(f"This is not {name} as it was published.", "Give its file or folder.") from error
    if not found:
        raise InvalidArgument(f"No text of {name} has a topic.", "Give its file or folder as it was published.")
    return list(dict.fromkeys(found))


def digest_of(labelled: Sequence[Labelled]) -> str:
    """A hash of a set's texts and topics."""
    return sha256("\x1f".join(f"{one.topic}\x1e{one.text}" for one in labelled).encode()).hexdigest()


def _bitext(path: Path) -> Iterator[Labelled]:
    for file in _all_files(path, "train.csv*", "dev.csv*", "*.csv*"):
        for row in _table(file):
            topic = _BITEXT_INTENTS.get(row["intent"]) or _BITEXT.get(row["category"])
            if topic:
                yield Labelled(row["utterance"], topic)


def _cfpb(path: Path) -> Iterator[Labelled]:
    patterns = [(re.compile(pattern, re.IGNORECASE), topic) for pattern, topic in _CFPB]
    for row in _table(find_file(path, "complaints*.csv*", "*.csv*")):
        topic = next((topic for pattern, topic in patterns if pattern.search(row["Issue"])), None)
        if topic and row["Consumer complaint narrative"]:
            yield Labelled(row["Consumer complaint narrative"], topic)


def _banking77(path: Path) -> Iterator[Labelled]:
    topics = _inverted(_BANKING77)
    for row in _table(find_file(path, "train.csv*", "*.csv*")):
        if row["category"] in topics:
            yield Labelled(row["text"], topics[row["category"]])


def _clinc150(path: Path) -> Iterator[Labelled]:
    folder = path if path.is_dir() else path.parent
    domains = json.loads(read_text(find_file(folder, "domains.json")))
    outside = {intent for domain in _CLINC150_DOMAINS_OUTSIDE for intent in domains[domain]} | {"oos"}
    topics = _inverted(_CLINC150) | dict.fromkeys(outside, OTHER)
    for row in _lines(find_file(path, "*.jsonl*")):
        if row["intent"] in topics:
            yield Labelled(row["text"], topics[row["intent"]])


def _multidogo(path: Path) -> Iterator[Labelled]:
    topics = _inverted(_MULTIDOGO)
    for domain in _MULTIDOGO_DOMAINS:
        file = find_file(path, f"{domain}_train.tsv*")
        for row in csv.DictReader(io.StringIO(read_text(file)), delimiter="\t", quoting=csv.QUOTE_NONE):
            if row["intent"] in topics:
                yield Labelled(row["utterance"], topics[row["intent"]])


def _hwu64(path: Path) -> Iterator[Labelled]:
    for row in _lines(find_file(path, "train.jsonl*", "*.jsonl*")):
        yield Labelled(row["text"], OTHER)


def _inverted(intents: Mapping[str, str]) -> dict[str, str]:
    return {intent: topic for topic, named in intents.items() for intent in named.split()}


def _table(file: Path) -> Iterator[dict[str, str]]:
    csv.field_size_limit(1 << 24)
    return csv.DictReader(io.StringIO(read_text(file)))


def _lines(file: Path) -> Iterator[dict[str, str]]:
    return (json.loads(line) for line in read_text(file).splitlines() if line.strip())


def _all_files(path: Path, *names: str) -> list[Path]:
    if path.is_file():
        return [path]
    return sorted({file for name in names[:2] for file in path.glob(name)}) or [find_file(path, names[-1])]
