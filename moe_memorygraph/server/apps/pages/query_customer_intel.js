// query_customer_intel: the answer with marks that open what it cites, how sure it is, and what contradicts it.

function question(input) {
  return input.question ? [said("p", input.question, { class: "lead" })] : [];
}

function confidence(answer) {
  const share = answer.confidence;
  if (typeof share !== "number") return null;
  const percent = `${Math.min(99, Math.max(1, Math.round(share * 100)))} %`;
  const meaning = answer.abstained ? "There is not enough evidence for an answer." : `Of answers given with this confidence, about ${percent} are right.`;
  return el("div", { class: "figure" }, el("span", {}, `Confidence ${percent}`), shareBar(share, { minus: answer.abstained }), el("span", { class: "quiet small wide" }, meaning));
}

// The answer's own headings and lists, of its text alone; all else is as it stands.
function prose(text, known) {
  const blocks = [];
  for (const line of String(text || "").split("\n")) {
    if (line.startsWith("## ")) blocks.push(said("h3", line.slice(3)));
    else if (line.startsWith("- ")) listIn(blocks).append(withMarks("li", line.slice(2), known));
    else if (line.trim()) blocks.push(withMarks("p", line, known));
  }
  return blocks;
}

function listIn(blocks) {
  if (blocks.at(-1)?.tagName !== "UL") blocks.push(el("ul", {}));
  return blocks.at(-1);
}

function withMarks(name, text, known) {
  const pieces = text.split(/(\[\d+\])/).map((piece) => {
    const id = /^\[(\d+)\]$/.exec(piece)?.[1];
    return known.has(id) ? mark(id) : piece;
  });
  return el(name, { dir: "auto" }, ...pieces);
}

function conflicts(answer) {
  const all = list(answer.conflicts);
  if (!all.length) return [];
  const ids = new Map(list(answer.citations).map((one) => [one.uri, one.id]));
  return [el("h2", {}, `Contradictions (${all.length})`), ...all.map((one) => conflict(one, ids))];
}

function conflict(one, ids) {
  const about = `${one.subject ?? ""}: ${String(one.predicate ?? "").replaceAll("_", " ")}`;
  return el(
    "section",
    {},
    said("h3", about),
    el("div", { class: "sides" }, side("Taken", one.preferred || {}, ids), side("Not taken", one.other || {}, ids)),
    one.reason ? said("p", `Taken because ${one.reason}.`, { class: "quiet" }) : null,
  );
}

function side(label, fact, ids) {
  const id = ids.get(fact.uri);
  return el("div", { class: "side" }, el("p", { class: "quiet small" }, label), said("p", fact.object), el("p", { class: "quiet small" }, ...facts(fact.source, day(fact.valid_from)), id ? mark(id) : null));
}

run(question, (answer, input) => {
  const cited = list(answer.citations);
  const known = new Set(cited.map((one) => one.id));
  const seen = new Set(cited.map((one) => `${one.uri} ${one.quote}`));
  const beside = list(answer.items).filter((one) => one.quote && !seen.has(`${one.uri} ${one.quote}`));
  const asked = list(answer.gate?.experts_run).join(", ");
  return [
    ...question(input),
    answer.abstained ? said("p", answer.answer, { class: "notice" }) : el("div", {}, ...prose(answer.answer, known)),
    confidence(answer),
    ...notices(answer),
    ...conflicts(answer),
    ...citations("Sources", cited),
    ...citations("Also found", beside, { labelled: false }),
    asked ? el("p", { class: "quiet small" }, `Experts asked: ${asked}.`) : null,
  ];
});
