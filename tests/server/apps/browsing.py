"""A browser, and a host of MCP Apps in it: two small pages of ours at two origins, as the extension wants them."""

import os
import re
import shutil
import subprocess
import threading
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast

import anyio
import pytest

from moe_memorygraph.server.apps import PAGES

__all__ = ["Host", "Shown", "find_browser", "hosting", "open_browser", "until"]

INSTALLED = Path(__file__).parents[3] / ".conformance" / "browser" / "run"
NAMES = ("chromium", "chromium-browser", "google-chrome", "chromium-headless-shell")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-features=IsolateOrigins,site-per-process",  # one process for all frames: a third of the time
)
WEB = Path(__file__).with_name("web")
POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "media-src 'self' data:; connect-src 'none'; frame-src 'self'; object-src 'none'"
)
"""What a host must ask of a page that declares no domains; a frame in the sandbox is of the same origin as it."""


def find_browser() -> str:
    """A Chromium to run. Skips the test that asks where there is none, or nothing to drive it with."""
    pytest.importorskip("playwright", reason="no browser: scripts/install_browser.py installs one")
    named = os.environ.get("MEMORYGRAPH_TEST_BROWSER") or (str(INSTALLED) if INSTALLED.exists() else None)
    named = named or next(filter(None, map(shutil.which, NAMES)), None)
    if named is None or subprocess.run([named, "--version"], capture_output=True, check=False).returncode:
        pytest.skip("no browser that runs: scripts/install_browser.py installs one")
    return named


async def until(where: Any, expression: str, argument: Any = None) -> None:
    """Wait until an expression is true in a page or frame. Asked from outside: its policy lets no string be run in it."""
    with anyio.fail_after(30):
        while not await where.evaluate(expression, argument):  # noqa: ASYNC110  # a page sets no event of ours
            await anyio.sleep(0.02)


@asynccontextmanager
async def open_browser(program: str) -> AsyncIterator[Any]:
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        yield browser
        await browser.close()


@contextmanager
def hosting() -> Iterator[tuple[int, list[str]]]:
    """The port at which 127.0.0.1 serves the host's page and localhost, another origin, its sandbox; what was asked for."""
    asked: list[str] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Pages, asked))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server.server_port, asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Pages(BaseHTTPRequestHandler):
    def __init__(self, asked: list[str], *connection: Any) -> None:
        self._asked = asked
        super().__init__(*connection)

    def do_GET(self) -> None:
        self._asked.append(self.path)
        file = WEB / self.path.lstrip("/")
        body = file.read_bytes() if file.is_file() else b""
        self.send_response(200 if body else 204)
        self.send_header("content-type", "text/html; charset=utf-8")
        if file.name == "sandbox.html":
            self.send_header("content-security-policy", POLICY)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class names it
        """Nothing: a test's output is for what failed."""


@dataclass(slots=True, kw_only=True)
class Shown:
    """An app in a host. `frame` is the app's own document, `page` the host's."""

    page: Any
    frame: Any
    requests: list[str]
    complaints: list[str]

    async def tell(self, method: str, params: Mapping[str, Any]) -> None:
        await self.page.evaluate("([m, p]) => window.tell(m, p)", [method, params])

    async def result(self, answer: Any, **arguments: Any) -> None:
        """What a host tells of a call that was answered: its arguments, then its answer."""
        await self.tell("ui/notifications/tool-input", {"arguments": arguments})
        await self.tell("ui/notifications/tool-result", {"content": [], "structuredContent": answer})
        await until(self.frame, "document.getElementById('status').hidden")

    async def heard(self, method: str) -> list[Any]:
        """Parameters of what the app sent, by method."""
        found = await self.page.evaluate(
            "m => window.heard.filter(one => one.method === m).map(one => one.params)", method
        )
        return cast("list[Any]", found)

    async def texts(self, selector: str) -> list[str]:
        return cast("list[str]", await self.frame.locator(selector).all_inner_texts())

    async def fit(self) -> None:
        """Make the window as high as the app, so that a picture shows all of it."""
        height = await self.page.evaluate("document.querySelector('iframe').getBoundingClientRect().height")
        await self.page.set_viewport_size({"width": self.page.viewport_size["width"], "height": max(int(height), 100)})
        await self.page.wait_for_timeout(200)


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    browser: Any
    port: int
    asked: list[str]
    """Paths that any page asked this machine for."""

    @asynccontextmanager
    async def show(
        self,
        tool: str,
        *,
        width: int = 800,
        scheme: str = "light",
        patience: int | None = None,
        wait_for: str = "ui/notifications/initialized",
        **options: Any,
    ) -> AsyncIterator[Shown]:
        """`scheme`: what the user's system prefers. `patience`: milliseconds that the page waits for its host, if not its own.

        `options`: theme, variables, capabilities, resources, silent.
        """
        html = next(page.html for page in PAGES if page.tool == tool)
        if patience is not None:  # its policy allows its own script only
            html = re.sub(r"<meta http-equiv[^>]*>", "", html).replace("PATIENCE = 10000", f"PATIENCE = {patience}")
        context = await self.browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        page = await context.new_page()
        requests: list[str] = []
        complaints: list[str] = []
        context.on("request", lambda request: requests.append(request.url))
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        try:
            await page.goto(f"http://127.0.0.1:{self.port}/host.html")
            given = {"resources": {}, "capabilities": {"serverResources": {}}, **options}
            sandbox = f"http://localhost:{self.port}/sandbox.html"
            await page.evaluate("o => window.show(o)", {**given, "html": html, "sandbox": sandbox})
            await until(page, "m => window.heard.some(one => one.method === m)", wait_for)
            yield Shown(page=page, frame=page.frames[-1], requests=requests, complaints=complaints)
        finally:
            await context.close()
