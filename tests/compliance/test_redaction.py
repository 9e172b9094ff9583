"""What is found, what must stay, and how it is replaced."""

import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from moe_memorygraph.compliance import Policy, RawText, Redactor
from moe_memorygraph.errors import InvalidArgument


@pytest.fixture(scope="module")
def redactor() -> Redactor:
    return Redactor(hash_key=b"sixteen bytes at least")


FOUND = [
    ("mail bob.o'brien+x@mail.acme.example, please", "mail <EMAIL_ADDRESS>, please"),
    ("<ann@acme.co.uk>;bob@intranet.local", "<<EMAIL_ADDRESS>>;<EMAIL_ADDRESS>"),
    ("https://x.test/reset?email=bob@x.test&lang=en", "https://x.test/reset?email=<EMAIL_ADDRESS>&lang=en"),
    ("bob [at] acme [dot] com", "<EMAIL_ADDRESS>"),
    ("müller@bücher.example", "<EMAIL_ADDRESS>"),
    ("card 4111 1111 1111 1111 12/27 ok", "card <CREDIT_CARD> 12/27 ok"),
    ("4111-1111-1111-1111", "<CREDIT_CARD>"),
    ("amex 3782 822463 10005.", "amex <CREDIT_CARD>."),
    ("5555555555554444 and 4111111111111111", "<CREDIT_CARD> and <CREDIT_CARD>"),
    ("4111 1111 1111 1111 5555 5555 5555 4444", "<CREDIT_CARD> <CREDIT_CARD>"),
    ("maestro 676770000005", "maestro <CREDIT_CARD>"),
    ("４１１１ １１１１ １１１１ １１１１", "<CREDIT_CARD>"),
    ("4111\u200b1111\u200b1111\u200b1111", "<CREDIT_CARD>"),
    ("IBAN at61 1904 3002 3457 3201 then 12", "IBAN <IBAN_CODE> then 12"),
    ("DE89370400440532013000.", "<IBAN_CODE>."),
    ("GB82 WEST 1234 5698 7654 32", "<IBAN_CODE>"),
    ("from 203.0.113.7 and 2001:db8::1428:57ab", "from <IP_ADDRESS> and <IP_ADDRESS>"),
    ("00:1B:44:11:3A:B7", "<MAC_ADDRESS>"),
    ("SSN 219-09-9999, 219 09 9998", "SSN <US_SSN>, <US_SSN>"),
    ("my social security number is 219099999", "my social security number is <US_SSN>"),
    ("ITIN 912-70-1234", "ITIN <US_ITIN>"),
    ("call (415) 555-0132 x12 or +44 20 7946 0958", "call <PHONE_NUMBER> or <PHONE_NUMBER>"),
    ("415.555.0132", "<PHONE_NUMBER>"),
    ("reach me at 4155550132", "reach me at <PHONE_NUMBER>"),
    ("tel 089 72 63 41", "tel <PHONE_NUMBER>"),
    ("02.27.96.63.08", "<PHONE_NUMBER>"),
    ("2546712361 fax", "<PHONE_NUMBER> fax"),
    ("NHS 943 476 5919", "NHS <UK_NHS>"),
    ("national insurance AB123456C", "national insurance <UK_NINO>"),
    ("passport number 512345678", "passport number <US_PASSPORT>"),
    ("my bank account number is 12345678", "my bank account number is <US_BANK_NUMBER>"),
    ("driver's license D1234567", "driver's license <US_DRIVER_LICENSE>"),
    ("Aadhaar 2341 2341 2346", "Aadhaar <IN_AADHAAR>"),
    ("password: hunter2", "password: <SECRET>"),
    ("my password is Secr3t! now", "my password is <SECRET>! now"),
    ('{"password": "correct horse", "api_key": "abc123"}', '{"password": "<SECRET>", "api_key": "<SECRET>"}'),
    ("Authorization: Bearer abcdef0123456789abcdef", "Authorization: Bearer <SECRET>"),
    ("key AKIAIOSFODNN7EXAMPLE leaked", "key <SECRET> leaked"),
    ("postgres://app:s3cr3t@db.test/x", "postgres://app:<SECRET>@db.test/x"),
    ('the password is "correct horse battery"', 'the password is "<SECRET>"'),
    ("user: bob pass: hunter2", "user: bob pass: <SECRET>"),
    ("Tel: +49 (0)30 123456-78; Fon 030/123456", "Tel: <PHONE_NUMBER>; Fon <PHONE_NUMBER>"),
    ("1-800-555-0199, 020 7946 0958", "<PHONE_NUMBER>, <PHONE_NUMBER>"),
    ("room 12 415-555-0132, +1 415 555 0132", "room 12 <PHONE_NUMBER>, <PHONE_NUMBER>"),
    ("cvv 123, pin 4821", "cvv <SECRET>, pin <SECRET>"),
]


@pytest.mark.parametrize(("text", "expected"), FOUND)
def test_personal_data_is_replaced(redactor: Redactor, text: str, expected: str) -> None:
    assert redactor.redact(RawText(text)).text == expected


KEPT = [
    "Zip 94105-1234 and 94105-1234",
    "Seats 25 50 100 200 500 1000",
    "Order 112-4567890-1234567, FedEx 7712 3456 7890, DHL 00340434161094042557",
    "fingerprint SHA256 AA:BB:CC:DD:EE:FF:00:11:22:33:44:55",
    "SR 3-12345678901, VAT DE123456789, customer no. 100234567",
    "license key: XXXXX-XXXXX, first pass: 95%, 'the token is \"expired\"'",
    "Checking status of order 3707955617 and purchase 113542617735902",
    "Call about ticket 4155550132; contact us on order 00123842",
    "The printer driver A1234567 and license key field",
    "Enter the security code : Available, token: missing",
    "Code Ann . 7-3-14. Ga. Comp. R. & Regs. r. 80 3-1.02",
    "Order 113542617735902 and order no. 4155550132 are late.",
    "order number 4111111111111111",
    "Invoice INV-2024-00123, ticket #48213377, case 00123456",
    "Tracking number 1Z999AA10123456784, ref 9400 1000 0000 0000 0000 00",
    "On 2024-01-15 10:30:22, 01/02/2024 and 01-02-2024 at 5 pm, 15.01.2024 too",
    "We pay $1,234,567.89, 1 000 000 USD and 12 345 678 rows",
    "Upgraded from 10.0.1.2 to 10.0.1.3.4? version 4.2.1.0 works, v2.4.1.3 does not",
    "localhost 127.0.0.1:8080 and ::1 and 0.0.0.0",
    "uuid 550e8400-e29b-41d4-a716-446655440000, sha 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b",
    "error 0x80070005, code 500213, HTTP 404, timestamp 1700000000",
    "react@18.2.0, std::vector<a::b>, @mention, 5 @ 3 each",
    "My password is not working. The password is expired. Password: required",
    "Reset your password: please help. The pin is wrong. token is missing",
    "account number 12345678 in our CRM",
    "lat 40.7128 -74.0060, 3.14159265, 1e10",
    "See https://example.com/a/b?id=12345678 and www.example.org",
    "ISBN 978-3-16-148410-0",
    "<EMAIL_ADDRESS> wrote: password: <SECRET>, phone <PHONE_NUMBER:1a2b3c4d>, card ****1111",
    "Seats grew from 120 to 1450 in 2023, 37.5 % up; SLA 99.95",
    "",
    "No data here.",
]


@pytest.mark.parametrize("text", KEPT)
def test_what_support_needs_stays(redactor: Redactor, text: str) -> None:
    redaction = redactor.redact(RawText(text))
    assert str(redaction.text) == text
    assert redaction.entities == ()


def test_offsets_are_code_points_of_the_given_text(redactor: Redactor) -> None:
    text = "😀\u200b mail bob@acme.example or 4111\u200b1111 1111 1111"
    email, card = redactor.find(text)
    assert text[email.start : email.end] == "bob@acme.example"
    assert text[card.start : card.end] == "4111\u200b1111 1111 1111"
    assert (email.type, card.type) == ("EMAIL_ADDRESS", "CREDIT_CARD")
    assert 0 < card.score <= 1


def test_a_mask_keeps_four_characters_and_nothing_of_secrets(redactor: Redactor) -> None:
    text = RawText("4111 1111 1111 1111, bob@acme.example, pin 4821, password: hunter2")
    assert redactor.redact(text, policy="mask").text == "****1111, ****mple, pin ****, password: ****"


def test_a_hash_is_the_same_for_the_same_value_under_one_key(redactor: Redactor) -> None:
    one = redactor.redact(RawText("call +1 415-555-0132"), policy="hash").text
    other = redactor.redact(RawText("tel. +1 (415) 555 0132"), policy="hash").text
    stranger = (
        Redactor(hash_key=b"another key, long enough").redact(RawText("call +1 415-555-0132"), policy="hash").text
    )
    token = re.search(r"<PHONE_NUMBER:[0-9a-f]{8}>", one)
    assert token is not None
    assert token[0] in other
    assert token[0] not in stranger


def test_a_tenants_key_may_come_with_the_call(redactor: Redactor) -> None:
    text = RawText("bob@acme.example")
    first = redactor.redact(text, policy="hash", hash_key=b"tenant one, sixteen").text
    second = redactor.redact(text, policy="hash", hash_key=b"tenant two, sixteen").text
    assert first != second


@pytest.mark.parametrize("policy", ["replace", "mask", "hash"])
@pytest.mark.parametrize("text", [text for text, _ in FOUND] + KEPT)
def test_redacting_twice_changes_nothing(redactor: Redactor, text: str, policy: Policy) -> None:
    once = redactor.redact(RawText(text), policy=policy)
    twice = redactor.redact(RawText(once.text), policy=policy)
    assert twice.text == once.text
    assert twice.entities == ()


def test_a_label_far_from_its_number_is_found_in_one_pass(redactor: Redactor) -> None:
    text = RawText("passport for 4111 1111 1111 1111 please 512345678")
    assert redactor.redact(text).text == "passport for <CREDIT_CARD> please <US_PASSPORT>"


def test_many_texts_give_what_each_alone_gives(redactor: Redactor) -> None:
    texts = [RawText(text) for text, _ in FOUND]
    assert redactor.redact_many(texts) == [redactor.redact(text) for text in texts]


def test_switched_off_it_only_sanitizes() -> None:
    redaction = Redactor(enabled=False).redact(RawText("bob@acme.example\x00"))
    assert redaction.text == "bob@acme.example\ufffd"
    assert redaction.entities == ()


def test_national_identifiers_follow_the_language(redactor: Redactor) -> None:
    text = RawText("soy 12345678Z")
    assert redactor.redact(text, language="es").text == "soy <ES_NIF>"
    assert redactor.redact(text, language="en").entities == ()
    assert redactor.redact(RawText("mi DNI es 12345678Z"), language="en").text == "mi DNI es <ES_NIF>"


def test_an_unknown_language_names_the_known_ones(redactor: Redactor) -> None:
    with pytest.raises(InvalidArgument, match="de, en, es"):
        redactor.redact(RawText("x"), language="tlh")


def test_an_unknown_policy_names_the_known_ones(redactor: Redactor) -> None:
    with pytest.raises(InvalidArgument, match="replace, mask, hash"):
        redactor.redact(RawText("x"), policy="shred")  # type: ignore[arg-type]  # what a client might send


def test_a_short_key_is_refused() -> None:
    with pytest.raises(InvalidArgument, match="16 bytes"):
        Redactor(hash_key=b"short")


def test_importing_loads_no_language_library() -> None:
    code = (
        "import sys; from moe_memorygraph.compliance import Redactor, RawText; "
        "Redactor().redact(RawText('Nothing personal in order 12.')); "
        "print([name for name in ('presidio_analyzer', 'spacy', 'phonenumbers') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_threads_may_share_a_redactor_from_the_first_text_on() -> None:
    redactor = Redactor(hash_key=b"sixteen bytes at least")
    with ThreadPoolExecutor(max_workers=4) as pool:
        texts = [RawText(text) for text, _ in FOUND] * 4
        assert [redaction.text for redaction in pool.map(redactor.redact, texts)] == [text for _, text in FOUND] * 4


def test_the_fingerprint_tells_rules_apart() -> None:
    prints = {Redactor().fingerprint, Redactor(threshold=0.5).fingerprint, Redactor(enabled=False).fingerprint}
    assert len(prints) == 3
    assert Redactor().fingerprint == Redactor().fingerprint


def test_nothing_is_logged_of_the_text(redactor: Redactor, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(0):
        for text, _ in FOUND:
            redactor.redact(RawText(text))
    assert not [record for record in caplog.records if "presidio" in record.name]


def test_it_says_whether_the_recognizers_are_loaded() -> None:
    redactor = Redactor()
    redactor.load()
    assert redactor.is_loaded
    assert Redactor(enabled=False).is_loaded
