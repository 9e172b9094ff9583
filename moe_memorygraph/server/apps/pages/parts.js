// What the pages are made of. Data become text nodes and numbers of ours, never markup.

function el(name, attributes, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null && value !== false) node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null));
  return node;
}

// Somebody else's words: their own direction, whatever script they are in.
function said(name, text, attributes = {}) {
  return el(name, { dir: "auto", ...attributes }, String(text ?? ""));
}

function button(text, attributes, act) {
  const node = el("button", { type: "button", ...attributes }, text);
  node.addEventListener("click", act);
  return node;
}

function list(value) {
  return Array.isArray(value) ? value : [];
}

function shown(value, digits) {
  const text = Math.abs(value).toFixed(digits);
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
}

function signed(value, digits) {
  const text = shown(value, digits);
  return value > 0 && Number(text) !== 0 ? `+${text}` : text;
}

function day(time) {
  return typeof time === "string" ? time.slice(0, 10) : null;
}

// Parts rounded so that what is shown adds up to the total as it is shown: the largest remainders are rounded up.
function roundedToSum(parts, total, digits) {
  const unit = 10 ** digits;
  const floors = parts.map((part) => Math.floor(part * unit + 1e-9));
  const missing = Math.round(total * unit) - floors.reduce((sum, part) => sum + part, 0);
  if (missing < 0 || missing > parts.length) return parts; // they do not add up: shown as they are
  const byRemainder = parts.map((part, at) => at).sort((a, b) => parts[b] * unit - floors[b] - (parts[a] * unit - floors[a]));
  for (const at of byRemainder.slice(0, missing)) floors[at] += 1;
  return floors.map((part) => part / unit);
}

// Bars are only to look at: the number beside each says the same.
function divergingBar(value, most) {
  const half = most > 0 ? Math.min(Math.abs(value) / most, 1) * 50 : 0;
  const bar = el("span", { class: `bar ${half === 0 ? "none" : value < 0 ? "minus" : "plus"}` });
  bar.style.inlineSize = `${half}%`;
  bar.style.insetInlineStart = `${value < 0 ? 50 - half : 50}%`;
  return el("span", { class: "track", "aria-hidden": "true" }, bar);
}

function shareBar(share, { minus = false, reach = null } = {}) {
  const bar = el("span", { class: `bar ${minus ? "minus" : "plus"}` });
  bar.style.inlineSize = `${Math.min(Math.max(share, 0), 1) * 100}%`;
  bar.style.insetInlineStart = "0";
  const track = el("span", { class: "track from-start", "aria-hidden": "true" }, bar);
  if (typeof reach === "number") {
    const line = el("span", { class: "reach" });
    line.style.insetInlineStart = `${reach * 100}%`;
    track.append(line);
  }
  return track;
}

function tableRow(kind, cells, attributes = {}) {
  const [head, ...rest] = cells;
  return el("tr", attributes, el("th", { scope: "row" }, ...head), ...rest.map(([className, ...inside]) => el(kind, { class: className }, ...inside)));
}

function headRow(...names) {
  return el("thead", {}, el("tr", {}, ...names.map(([name, className]) => el("th", { scope: "col", class: className || null }, name))));
}

// -- citations: each opens on its quote, and where the host reads for us, on the whole source with the quote in it ----

function citationId(id) {
  return `citation-${String(id).replace(/[^\w-]/g, "_")}`;
}

// Marks open their citation; Escape goes back to where the reader came from.
function mark(id) {
  const node = button(`[${id}]`, { class: "mark", "aria-label": `Source ${id}` }, () => {
    const target = document.getElementById(citationId(id));
    target.open = true;
    target.origin = node;
    target.firstElementChild.focus();
    target.scrollIntoView({ block: "nearest" });
  });
  return node;
}

// Short facts side by side, each in one piece where there is room.
function facts(...all) {
  return all.filter(Boolean).flatMap((one, at) => [...(at ? [" · "] : []), said("bdi", one, { class: "fact" })]);
}

function citation(one, label) {
  const about = el("span", { class: "quiet small" }, ...facts(one.source, day(one.observed_at), one.customer));
  const title = el("span", { class: "cited" }, el("span", { class: "number" }, label), el("span", {}, said("bdi", one.title), el("br", {}), about));
  const node = el(
    "details",
    { id: label ? citationId(one.id) : null },
    el("summary", {}, title),
    said("blockquote", one.quote),
    el("p", { class: "quiet small" }, el("code", { dir: "ltr" }, String(one.uri ?? ""))),
  );
  if (host.canRead()) node.append(...reading(one, label));
  node.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    node.open = false;
    (node.origin || node.firstElementChild).focus();
  });
  return node;
}

function reading(one, label) {
  const place = el("div", { class: "source", dir: "auto", role: "region", tabindex: "0", "aria-label": `Source ${label || one.title}`, hidden: true });
  const open = button("Read the source", {}, async () => {
    open.disabled = true;
    try {
      const read = await host.read(one.uri);
      place.replaceChildren(...withQuote(list(read.contents).map((part) => part.text || "").join("\n"), one.quote));
      open.hidden = true;
    } catch (error) {
      place.replaceChildren(`It could not be read. ${error.message}`);
      open.disabled = false;
    }
    place.hidden = false;
    place.scrollTop = (place.querySelector("mark")?.offsetTop || 0) - place.clientHeight / 3;
    place.focus();
  });
  return [el("p", {}, open), place];
}

function withQuote(text, quote) {
  const at = quote ? text.indexOf(quote) : -1;
  return at < 0 ? [text] : [text.slice(0, at), el("mark", {}, quote), text.slice(at + quote.length)];
}

function citations(heading, all, { labelled = true } = {}) {
  if (!all.length) return [];
  return [el("h2", {}, `${heading} (${all.length})`), el("div", {}, ...all.map((one) => citation(one, labelled ? one.id : "")))];
}

function notices(answer) {
  const degraded = list(answer.audit?.degraded).map((one) => (typeof one === "string" ? one : one?.name || one?.expert)).filter(Boolean);
  return [
    degraded.length ? said("p", `Failed or late, so not heard: ${degraded.join(", ")}.`, { class: "notice" }) : null,
    answer.truncated ? el("p", { class: "notice" }, "Something was left out, as the answer was too long or there was more than was asked for.") : null,
  ];
}

// -- the life of a page: what was asked, then what came of it --------------------------------------------------------

function run(showInput, showAnswer) {
  const status = document.getElementById("status");
  const view = document.getElementById("view");
  let input = {};

  function say(text) {
    status.textContent = text;
    status.hidden = !text;
  }

  function show(result) {
    const answer = result.structuredContent || fromText(result);
    if (result.isError || !answer) {
      view.replaceChildren(said("p", textOf(result) || "The tool gave no answer.", { class: "notice" }));
    } else {
      view.replaceChildren(...drawn(answer));
    }
    say("");
  }

  // A host may keep a page longer than the server that it came from.
  function drawn(answer) {
    try {
      return showAnswer(answer, input).filter((node) => node !== null);
    } catch {
      return [el("p", { class: "notice" }, "This page cannot show the answer: it may be of another version of the server.")];
    }
  }

  host.on("ui/notifications/tool-input", (params) => {
    input = params.arguments || {};
    view.replaceChildren(...showInput(input));
  });
  host.on("ui/notifications/tool-result", show);
  host.on("ui/notifications/tool-cancelled", () => say("The call was cancelled."));
  host.connect().catch(() => say("Nothing is shown here: no host answered that speaks MCP Apps."));
}

function textOf(result) {
  return list(result.content).map((part) => part.text || "").join("\n");
}

function fromText(result) {
  try {
    return JSON.parse(textOf(result));
  } catch {
    return null;
  }
}
