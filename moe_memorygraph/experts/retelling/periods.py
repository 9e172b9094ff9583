"""How sentences name months, quarters and halves of years."""

import re

__all__ = ["MONTHS", "PERIOD"]

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
PERIOD = re.compile(rf"\b(?:Q[1-4]|H[12]|{'|'.join(MONTHS)})\s+\d{{4}}\b")
"""A quarter, a half or a month of a year."""
