"""The audit trail: who did what, and whether it was let do it, in a chain per tenant that cannot be changed unnoticed."""

from moe_memorygraph.audit.ports import ERASING, AuditTrail

__all__ = ["ERASING", "AuditTrail"]
