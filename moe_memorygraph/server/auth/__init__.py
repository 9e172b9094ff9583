"""Who is calling, and by which proof. `door` decides; the others are how it tells."""

from moe_memorygraph.server.auth.door import Checker, Doorkeeper, pinned

__all__ = ["Checker", "Doorkeeper", "pinned"]
