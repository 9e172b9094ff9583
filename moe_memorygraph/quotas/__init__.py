"""What each tenant may have, and keeping to it: beside the line of a call, known to the server, the loader and the command."""

from moe_memorygraph.quotas.limits import UNLIMITED, Limits, limits_of, read_limits
from moe_memorygraph.quotas.report import LimitStanding, limit_standings
from moe_memorygraph.quotas.service import PERIOD, Quotas, TenantMeter

__all__ = [
    "PERIOD",
    "UNLIMITED",
    "LimitStanding",
    "Limits",
    "Quotas",
    "TenantMeter",
    "limit_standings",
    "limits_of",
    "read_limits",
]
