"""The pages in a real browser, behind a real host's sandbox: what they show, and what they never do."""

import json
import re
from typing import Any

import pytest

from moe_memorygraph.server.apps import PAGES
from tests.server.apps.browsing import Host, Shown, until
from tests.server.apps.conftest import HOSTILE, QUESTION

TOOLS = [page.tool for page in PAGES]
EVIL = "memory://tickets/T-evil"

CONTRAST = """() => {
  // WCAG 2.2: contrast of every text with the first opaque ground under it, as computed by the browser.
  const canvas = document.createElement("canvas").getContext("2d");
  const parse = (color) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((one) => one / 255).map((one) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const ground = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const color = parse(getComputedStyle(at).backgroundColor);
      if (color[3] === 255) return color;
    }
    return parse("white");
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text = walker.nextNode(); text; text = walker.nextNode()) {
    const node = text.parentElement;
    if (!text.data.trim() || node.closest("script") || !node.checkVisibility()) continue;
    const [a, b] = [light(parse(getComputedStyle(node).color)), light(ground(node))].sort((x, y) => y - x);
    found.push([(a + 0.05) / (b + 0.05), text.data.trim().slice(0, 40)]);
  }
  return found;
}"""

ACCESS = """() => {
  const name = (node) => node.getAttribute("aria-label") || node.textContent.trim();
  const all = (selector) => [...document.querySelectorAll(selector)];
  return {
    nameless: all("button, summary, [role=region], [role=img], [tabindex]").filter((node) => !name(node)).length,
    headless: all("table").filter((table) => !table.caption || !table.querySelector("th[scope=col]")).length,
    rows: all("tbody tr").filter((row) => row.firstElementChild.getAttribute("scope") !== "row").length,
    bars: all(".track, .column").filter((bar) => !bar.closest("[aria-hidden=true], [role=img]")).length,
    levels: all("h1, h2, h3").map((node) => Number(node.tagName[1])),
    small: all("button, summary").filter((node) => { const box = node.getBoundingClientRect(); return box.width && Math.min(box.width, box.height) < 24; }).length,
    ids: all("[id]").map((node) => node.id),
    lang: document.documentElement.lang,
    wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  };
}"""


def number(text: str) -> float:
    return float(text.replace("−", "-").replace("+", ""))


async def open_all(shown: Shown) -> None:
    await shown.frame.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")


# -- what they show --------------------------------------------------------------------------------------------------


async def test_the_contributions_that_are_shown_add_up_to_the_logit(host: Host, answers: dict[str, Any]) -> None:
    answer = answers["explain_gate"]
    async with host.show("explain_gate") as shown:
        await shown.result(answer, question=QUESTION)
        assert QUESTION in (await shown.texts(".lead"))[0]
        await shown.frame.get_by_role("button", name="Open all").click()
        experts = shown.frame.locator("#view details")
        assert await experts.count() == len(answer["experts"])
        by_name = {one["name"]: one for one in answer["experts"]}
        for at in range(await experts.count()):
            one = experts.nth(at)
            expert = by_name[await one.locator(".name").inner_text()]
            parts = [number(text) for text in await one.locator("tbody tr:not(.sum) td:last-child").all_inner_texts()]
            total = number(await one.locator("tr.sum td:last-child").inner_text())
            assert round(sum(parts), 2) == total == round(expert["logit"], 2)
            exact = list(expert["contributions"].values())
            assert all(abs(part - value) < 0.0101 for part, value in zip(parts, exact, strict=True))
            assert await one.locator("tbody .bar").count() == len(exact) + 1
            words = await one.inner_text()
            assert expert["would_change_if"] in words
            assert (expert["rule"] or "weight") in words
            assert words.split("\n")[1].startswith("asked" if expert["selected"] else "not asked")
        assert await shown.frame.locator(".reach").count() == len(answer["experts"])
        for width in (800, 540, 320):  # bars that are compared are equally long
            await shown.page.set_viewport_size({"width": width, "height": 900})
            tracks = "name => [...new Set([...document.querySelectorAll(name)].map(one => Math.round(one.clientWidth)))].length"
            assert await shown.frame.evaluate(tracks, ".row .track") == 1
        assert f"threshold, {answer['threshold']:.2f}" in await shown.frame.locator("#view").inner_text()


async def test_the_drivers_that_are_shown_add_up_to_the_score(host: Host, answers: dict[str, Any]) -> None:
    answer = answers["customer_health"]
    async with host.show("customer_health") as shown:
        await shown.result(answer, customer="acme")
        assert (await shown.texts(".big"))[0].startswith(f"{answer['score']:.1f}")
        table = shown.frame.locator("table").first
        points = [number(text) for text in await table.locator("tbody tr:not(.sum) td:last-child").all_inner_texts()]
        assert points == [answer["start"], *(one["points"] for one in answer["drivers"])]
        assert round(sum(points), 1) == number(await table.locator("tr.sum td:last-child").inner_text())
        assert await table.locator(".bar").count() == len(answer["drivers"])
        columns = await shown.frame.locator(".month").all_inner_texts()
        assert [int(text.split("\n")[0]) for text in columns] == [one["tickets"] for one in answer["timeline"]]
        assert sum("▲" in text for text in columns) == sum(bool(one["warnings"]) for one in answer["timeline"])
        await shown.frame.get_by_text("As a table").click()
        rows = await shown.frame.locator("figure + details tbody tr").all_inner_texts()
        assert [row.split() for row in rows] == [
            [one["month"], str(one["tickets"]), str(one["warnings"])] for one in answer["timeline"]
        ]
        assert await shown.frame.locator("details[id^=citation]").count() == len(answer["citations"])
        await shown.frame.get_by_role("button", name="Source 1", exact=True).click()
        assert answer["drivers"][0]["sentence"] in await shown.frame.locator("#citation-1").inner_text()


async def test_marks_open_what_they_cite_with_the_keyboard_alone(host: Host, answers: dict[str, Any]) -> None:
    answer = answers["query_customer_intel"]
    async with host.show("query_customer_intel", resources=answers["read"]) as shown:
        await shown.result(answer, question=QUESTION)
        assert await shown.frame.locator("details[id^=citation]").count() == len(answer["citations"]) > 3
        marks = re.findall(r"\[\d+\]", answer["answer"])
        assert await shown.texts("#view > div:first-of-type button.mark") == marks
        text = "".join(await shown.frame.locator("#view > div:first-of-type").all_inner_texts())
        assert re.sub(r"\W+", "", text) == re.sub(r"\W+", "", answer["answer"])
        cited = {f"Source {one['id']}": one for one in answer["citations"]}
        await shown.frame.locator("body").click(position={"x": 1, "y": 1})
        await shown.page.keyboard.press("Tab")
        focus = "document.activeElement.getAttribute('aria-label') || document.activeElement.tagName"
        name = await shown.frame.evaluate(focus)
        await shown.page.keyboard.press("Enter")
        assert await shown.frame.evaluate(focus) == "SUMMARY"
        opened = shown.frame.locator("details[open]")
        assert await opened.locator("blockquote").inner_text() == cited[name]["quote"]
        await shown.page.keyboard.press("Tab")
        await shown.page.keyboard.press("Enter")
        await opened.locator(".source mark").wait_for()
        assert await opened.locator(".source mark").inner_text() == cited[name]["quote"]
        source = await opened.locator(".source").inner_text()
        assert source.strip() == answers["read"][cited[name]["uri"]].strip()
        assert [one["uri"] for one in await shown.heard("resources/read")] == [cited[name]["uri"]]
        await shown.page.keyboard.press("Escape")
        assert await shown.frame.evaluate(focus) == name
        assert await shown.frame.locator("details[open]").count() == 0


async def test_conflicts_and_doubt_are_said(host: Host, answers: dict[str, Any]) -> None:
    conflict = {
        "subject": "acme",
        "predicate": "churn_reason",
        "preferred": {"object": "price", "source": "exit interview", "valid_from": "2025-11-30T00:00:00Z", "uri": "memory://facts/1"},
        "other": {"object": "support", "source": "crm", "valid_from": None, "uri": "memory://facts/2"},
        "reason": "it is newer",
    }  # fmt: skip
    answer = {**answers["query_customer_intel"], "conflicts": [conflict], "confidence": 0.71, "truncated": True}
    async with host.show("query_customer_intel") as shown:
        await shown.result({**answer, "audit": {"degraded": ["LTMRecall"]}})
        words = await shown.frame.locator("#view").inner_text()
        for said in ("churn reason", "price", "exit interview", "support", "Taken because it is newer.", "71 %", "LTMRecall", "left out"):  # fmt: skip
            assert said in words
        await shown.result(answers["abstained"])
        assert (await shown.texts(".notice"))[0] == answers["abstained"]["answer"]
        assert "not enough evidence" in await shown.frame.locator("#view").inner_text()


# -- what they never do ----------------------------------------------------------------------------------------------


def poisoned(node: Any, key: str = "") -> Any:
    """An answer with the hostile text in every string but those that say what a thing is."""
    if isinstance(node, dict):
        return {name: poisoned(value, name) for name, value in node.items()}
    if isinstance(node, list):
        return [poisoned(one, key) for one in node]
    return f"{node} {HOSTILE}" if isinstance(node, str) and key not in {"id", "citation", "unit", "month"} else node


FOREIGN = """() => ({
  ran: window.ran,
  elements: [...document.querySelectorAll("#view *")].filter((one) => /^(img|script|b|a|svg|iframe|object|form|style|link)$/i.test(one.tagName)).length,
  attributes: [...document.querySelectorAll("*")].flatMap((one) => one.getAttributeNames()).filter((name) => name.startsWith("on") || name === "style" || name === "src"),
  scripts: document.scripts.length,
})"""


@pytest.mark.parametrize("tool", TOOLS)
async def test_text_of_others_stays_text(host: Host, answers: dict[str, Any], tool: str) -> None:
    async with host.show(tool, resources={EVIL: answers["read"][EVIL]}) as shown:
        harmful = poisoned(answers[tool])
        for one in harmful["citations"][:1]:
            one["uri"] = EVIL
        await shown.result(harmful, question=HOSTILE, customer=HOSTILE)
        await open_all(shown)
        for button in await shown.frame.get_by_role("button", name="Read the source").all():
            await button.click()
            break
        assert HOSTILE in await shown.frame.locator("#view").inner_text()
        seen = await shown.frame.evaluate(FOREIGN)
        assert (seen["ran"], seen["elements"], seen["scripts"]) == (None, 0, 1)
        assert set(seen["attributes"]) <= {"style"}  # of our own bars, by the object model
        assert shown.complaints == []
        assert {url.rpartition("/")[2] for url in shown.requests} == {"host.html", "sandbox.html"}
        # the same, had it become an element: the page's own policy stops it
        await shown.frame.evaluate("t => { document.getElementById('view').innerHTML = t; }", HOSTILE)
        await shown.frame.evaluate("() => { const s = document.createElement('script'); s.textContent = 'window.ran = 1'; document.body.append(s); }")  # fmt: skip
        await shown.page.wait_for_timeout(50)
        assert await shown.frame.evaluate("window.ran === undefined")
        assert any("Content Security Policy" in one for one in shown.complaints)
        assert set(host.asked) <= {"/host.html", "/sandbox.html", "/favicon.ico"}


async def test_a_ticket_that_attacks_is_quoted_by_the_real_tools(host: Host, answers: dict[str, Any]) -> None:
    assert HOSTILE in answers["read"][EVIL]
    quoting = [tool for tool in TOOLS if "onerror" in json.dumps(answers[tool])]
    assert quoting, "no answer quotes the ticket: this proves nothing"
    for tool in quoting:
        async with host.show(tool) as shown:
            await shown.result(answers[tool])
            await open_all(shown)
            assert "onerror" in await shown.frame.locator("#view").inner_text()
            assert (await shown.frame.evaluate(FOREIGN))["elements"] == 0
            assert await shown.frame.evaluate("window.ran === undefined")


# -- everybody can read them -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("tool", TOOLS)
async def test_everything_can_be_read_and_reached_at_320_pixels(host: Host, answers: dict[str, Any], tool: str) -> None:
    async with host.show(tool, width=320, scheme="dark") as shown:
        await shown.result(answers[tool], question=QUESTION, customer="Acme Corp")
        await open_all(shown)
        grounds = []
        for theme in (None, "light", "dark"):  # what the system prefers, then what the host says
            if theme:
                await shown.tell("ui/notifications/host-context-changed", {"theme": theme})
                await until(shown.frame, "t => document.documentElement.style.colorScheme === t", theme)
            contrasts = await shown.frame.evaluate(CONTRAST)
            assert len(contrasts) > 30
            assert [one for one in contrasts if one[0] < 4.5] == []
            grounds.append(await shown.frame.evaluate("getComputedStyle(document.body).backgroundColor"))
        assert grounds == ["rgb(28, 29, 32)", "rgb(255, 255, 255)", "rgb(28, 29, 32)"]
        seen = await shown.frame.evaluate(ACCESS)
        none = dict.fromkeys(("nameless", "headless", "rows", "bars", "small", "wide"), 0)
        assert {name: seen[name] for name in none} == none
        assert seen["lang"] == "en"
        assert seen["levels"][0] == 1
        assert all(after <= before + 1 for before, after in zip(seen["levels"], seen["levels"][1:], strict=False))
        assert len(seen["ids"]) == len(set(seen["ids"]))
        await shown.page.emulate_media(reduced_motion="reduce")
        moving = "[...document.querySelectorAll('*')].map(one => getComputedStyle(one)).filter(one => one.transitionDuration !== '0s' || one.animationName !== 'none').length"
        assert await shown.frame.evaluate(moving) == 0


async def test_long_texts_other_scripts_and_fifty_sources_fit(host: Host, answers: dict[str, Any]) -> None:
    arabic = "ارتفع السعر مرتين ولم يصل الدخول الموحد" * 4
    first = answers["query_customer_intel"]["citations"][0]
    cited = [{**first, "id": str(at), "title": "W" * 400, "quote": arabic} for at in range(1, 51)]
    long = {**answers["query_customer_intel"], "answer": f"{arabic} [1]\n{'n' * 900} [50]", "citations": cited}
    async with host.show("query_customer_intel", width=320) as shown:
        await shown.result(long, question=arabic)
        assert await shown.frame.locator("details[id^=citation]").count() == 50
        await open_all(shown)
        assert (await shown.frame.evaluate(ACCESS))["wide"] == 0
        directions = "[...document.querySelectorAll('blockquote, #view p')].slice(0, 2).map(one => getComputedStyle(one).direction)"
        assert await shown.frame.evaluate(directions) == ["rtl", "rtl"]
        sizes = await shown.heard("ui/notifications/size-changed")
        assert sizes[-1]["height"] > 5_000
    nobody = {**answers["customer_health"], "drivers": [], "timeline": [], "citations": [], "name": "ن" * 300}
    uncited = {**answers["customer_health"], "citations": []}
    for tool, answer in (
        ("customer_health", nobody),
        ("customer_health", uncited),
        ("explain_gate", {**answers["explain_gate"], "experts": []}),
    ):
        async with host.show(tool, width=320) as shown:
            await shown.result(answer)
            assert (await shown.frame.evaluate(ACCESS))["wide"] == 0
            assert await shown.frame.locator("button.mark").count() == 0
            assert shown.complaints == []


# -- the host's side -------------------------------------------------------------------------------------------------


async def test_the_page_speaks_as_the_extension_has_it(host: Host, answers: dict[str, Any]) -> None:
    variables = {"--color-background-primary": "rgb(1, 2, 3)", "--font-sans": "serif", "color": "red"}
    async with host.show("explain_gate", scheme="dark", variables=variables, capabilities={}) as shown:
        (hello,) = await shown.heard("ui/initialize")
        assert hello["protocolVersion"] == "2026-01-26"
        assert set(hello) == {"protocolVersion", "appInfo", "appCapabilities"}
        for at, (method, reply) in enumerate([("ping", "result"), ("ui/resource-teardown", "result"), ("no/such", "error")]):  # fmt: skip
            await shown.page.evaluate("([id, m]) => window.ask(id, m)", [f"host-{at}", method])
            await until(shown.page, "id => window.heard.some(one => one.id === id)", f"host-{at}")
            (answered,) = await shown.page.evaluate("id => window.heard.filter(one => one.id === id)", f"host-{at}")
            assert reply in answered
        style = "(([one, two]) => getComputedStyle(document.body)[one] + ' ' + getComputedStyle(document.documentElement)[two])"
        assert await shown.frame.evaluate(f"{style}(['backgroundColor', 'colorScheme'])") == "rgb(1, 2, 3) light dark"
        assert await shown.frame.evaluate("getComputedStyle(document.body).fontFamily") == "serif"
        await shown.tell("ui/notifications/host-context-changed", {"theme": "light"})
        await until(shown.frame, "document.documentElement.style.colorScheme === 'light'")
        await shown.tell("ui/notifications/tool-input", {"arguments": {"run_id": "run-7"}})
        await shown.tell("ui/notifications/tool-result", {"content": [{"type": "text", "text": json.dumps(answers["explain_gate"])}]})  # fmt: skip
        await shown.frame.locator("tr.sum").first.wait_for()
        failed = {"isError": True, "content": [{"type": "text", "text": f"not_found: {HOSTILE}"}]}
        await shown.tell("ui/notifications/tool-result", failed)
        await shown.frame.locator(".notice").wait_for()
        assert await shown.texts(".notice") == [f"not_found: {HOSTILE}"]
        await shown.tell("ui/notifications/tool-result", {"structuredContent": {"experts": [None]}})
        await shown.frame.get_by_text("another version of the server").wait_for()
        await shown.tell("ui/notifications/tool-cancelled", {"reason": "user"})
        await until(shown.frame, "document.getElementById('status').textContent.includes('cancelled')")


@pytest.mark.soak
async def test_where_the_host_reads_nothing_the_quote_stands_alone(host: Host, answers: dict[str, Any]) -> None:
    async with host.show("query_customer_intel", capabilities={}) as shown:
        await shown.result(answers["query_customer_intel"])
        await open_all(shown)
        assert await shown.frame.get_by_role("button", name="Read the source").count() == 0
        assert await shown.frame.locator("blockquote").count() == len(answers["query_customer_intel"]["citations"])
    async with host.show("query_customer_intel", resources={}) as shown:
        await shown.result(answers["query_customer_intel"])
        await open_all(shown)
        await shown.frame.get_by_role("button", name="Read the source").first.click()
        await shown.frame.get_by_text("It could not be read. There is no such resource.").wait_for()


async def test_without_a_host_the_page_says_so(host: Host) -> None:
    async with host.show("explain_gate", silent=True, patience=50, wait_for="ui/initialize") as shown:
        await shown.frame.get_by_text("no host answered").wait_for()
