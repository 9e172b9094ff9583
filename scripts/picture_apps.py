"""How the pictures in docs/images were made: the apps in the tests' host, with answers of the sample's demo tenant.

    memorygraph demo && python scripts/picture_apps.py docs/images

Needs what `make browser` installs.
"""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import anyio
from mcp import Client, StdioServerParameters

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from tests.server.apps.browsing import Host, find_browser, hosting, open_browser  # noqa: E402 - a script's way there
from tests.server.processes import command  # noqa: E402

QUESTION = {"question": "Why did Acme Corp churn?"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    name: str
    tool: str
    arguments: Mapping[str, str]
    width: int
    theme: str
    height: int
    """Pixels; what is below is more of the same."""
    opened: str | None = None
    """The mark that is pressed before; the picture is of its source alone."""


PICTURES = (
    Picture(name="app-answer", tool="query_customer_intel", arguments=QUESTION, width=800, height=650, theme="light"),
    Picture(name="app-source", tool="query_customer_intel", arguments=QUESTION, width=800, height=0, theme="light", opened="Source 10"),
    Picture(name="app-gate", tool="explain_gate", arguments=QUESTION, width=800, height=800, theme="dark"),
    Picture(name="app-health", tool="customer_health", arguments={"customer": "Acme Corp"}, width=800, height=1000, theme="light"),
    Picture(name="app-health-narrow", tool="customer_health", arguments={"customer": "Acme Corp"}, width=320, height=1120, theme="dark"),
)  # fmt: skip


async def take(host: Host, client: Client, picture: Picture, folder: Path) -> None:
    answer = (await client.call_tool(picture.tool, dict(picture.arguments))).structured_content
    assert answer is not None
    uris = {one["uri"] for one in answer["citations"]}
    read = {uri: getattr((await client.read_resource(uri)).contents[0], "text", "") for uri in uris}
    async with host.show(picture.tool, width=picture.width, theme=picture.theme, resources=read) as shown:
        await shown.result(answer, **picture.arguments)
        file = folder / f"{picture.name}.png"
        if picture.opened:
            await shown.frame.get_by_role("button", name=picture.opened, exact=True).first.click()
            source = shown.frame.locator("details[open]")
            await source.get_by_role("button").click()
            await source.locator("mark").wait_for()
            await shown.fit()
            await source.screenshot(path=file)
        else:
            await shown.fit()
            await shown.page.screenshot(
                path=file, clip={"x": 0, "y": 0, "width": picture.width, "height": picture.height}
            )
        print(f"{file}: {file.stat().st_size // 1024} kB")


async def main(folder: Path) -> None:
    program, *rest = command("--transport", "stdio", "--tenant", "demo")
    server = StdioServerParameters(command=program, args=rest, cwd=ROOT, env=dict(os.environ))
    with hosting() as (port, asked):
        async with open_browser(find_browser()) as browser, Client(server) as client:
            for picture in PICTURES:
                await take(Host(browser=browser, port=port, asked=asked), client, picture, folder)


if __name__ == "__main__":
    chosen = Path(sys.argv[1])
    chosen.mkdir(parents=True, exist_ok=True)
    anyio.run(main, chosen)
