"""The pages: one HTML document per tool, made of a frame, one style sheet and plain scripts, with nothing fetched.

Its own Content-Security-Policy names the digests of its one style and its one script: whatever a text of a ticket might
smuggle in, the browser runs and loads nothing else, also in a host whose policy is weaker.
"""

import base64
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

__all__ = ["PAGES", "Page"]

_FOLDER = Path(__file__).with_name("pages")
_SHARED = ("host.js", "parts.js")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What shows the answers of one tool."""

    tool: str
    title: str
    description: str

    @property
    def uri(self) -> str:
        return f"ui://memorygraph/{self.tool}"

    @property
    def html(self) -> str:
        """A whole HTML5 document; the same on each call."""
        return _document(self.tool, self.title)


PAGES = (
    Page(
        tool="query_customer_intel",
        title="Answer and sources",
        description="An answer whose marks open what they cite, with its confidence and the conflicts behind it.",
    ),
    Page(
        tool="explain_gate",
        title="Choice of experts",
        description="Why each expert was asked or not: the contributions that add up to its logit, and the threshold.",
    ),
    Page(
        tool="customer_health",
        title="Customer health",
        description="A customer's score, the drivers that add up to it, its tickets by month and what warns.",
    ),
)


@cache
def _document(tool: str, title: str) -> str:
    style = _text("look.css")
    script = "".join(_text(name) for name in (*_SHARED, f"{tool}.js"))
    policy = f"default-src 'none'; style-src {_digest(style)}; script-src {_digest(script)}"
    filled = {"{{policy}}": policy, "{{title}}": title, "{{style}}": style, "{{script}}": script}
    html = _text("page.html")
    for place, text in filled.items():
        html = html.replace(place, text)
    return html


def _text(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
