"""`python -m moe_memorygraph.cli`: the same as `memorygraph`."""

from moe_memorygraph.cli import main

main()
