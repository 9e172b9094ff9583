"""Where the supervisor's process begins: it finds its neighbours without importing the packages above them.

Those would cost a process that may outlive its users some 100 MB and a second.
"""

import sys
from pathlib import Path

_package = type(sys)("embedded")
_package.__path__ = [str(Path(__file__).parent)]
sys.modules["embedded"] = _package

from embedded.supervisor import main  # type: ignore[import-not-found]  # noqa: E402

main(sys.argv[1:])
