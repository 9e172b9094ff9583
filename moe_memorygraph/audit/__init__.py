"""The audit trail: who did what, and whether it was let do it, in a chain per tenant that cannot be changed unnoticed."""

from moe_memorygraph.audit.anchors import read_anchors
from moe_memorygraph.audit.auditor import Auditor, open_auditor
from moe_memorygraph.audit.chain import AuditKeys, signed
from moe_memorygraph.audit.ports import ERASING, AuditTrail
from moe_memorygraph.audit.recording import Trail, audited
from moe_memorygraph.audit.verifying import Broken, Verdict, verify

__all__ = [
    "ERASING",
    "AuditKeys",
    "AuditTrail",
    "Auditor",
    "Broken",
    "Trail",
    "Verdict",
    "audited",
    "open_auditor",
    "read_anchors",
    "signed",
    "verify",
]
