"""What takes long to import is imported when a text needs it, and not before."""

import subprocess
import sys

SCRIPT = """
import sys
from moe_memorygraph.compliance import RawText, Redactor

redactor = Redactor()
redactor.redact(RawText("Why did Acme leave in Q4 2025?"))
print(redactor.is_loaded, "presidio_analyzer" in sys.modules)
for text in ("Order 55012345 of 2025-10-03, and 4111 1111 1111 1112.", "password: hunter2!x", "4111111111111111"):
    redactor.find(text, types={"CREDIT_CARD", "US_SSN", "SECRET", "EMAIL_ADDRESS", "IBAN_CODE"})
print(redactor.is_loaded, redactor.is_ready_for("ann.lee@acme-corp.com"), redactor.is_ready_for("Why?"))
found = redactor.find_now("Paid with 4111111111111111", types={"CREDIT_CARD", "US_SSN"})
print(found[0].type, redactor.find_now("Why?"), redactor.find_now("ann.lee@acme-corp.com"))
redactor.redact(RawText("Write to ann.lee@acme-corp.com."))
print(redactor.is_loaded, "presidio_analyzer" in sys.modules)
"""


def test_presidio_waits_for_a_text_that_needs_it() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.split("\n") == [
        "False False",
        "False False True",
        "CREDIT_CARD () None",
        "True True",
        "",
    ]
