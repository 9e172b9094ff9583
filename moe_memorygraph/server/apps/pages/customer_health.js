// customer_health: the score, the drivers that add up to it, tickets by month, and what warns.

const UNITS = {
  ratio: (value) => `${shown(value, 1)} times`,
  share: (value) => `${shown(value * 100, 0)} %`,
  stars: (value) => `${shown(value, 1)} of 5`,
  hours: (value) => (value < 72 ? `${shown(value, 0)} h` : `${shown(value / 24, 1)} days`),
  tickets: (value) => `${shown(value, Number.isInteger(value) ? 0 : 1)} ${value === 1 ? "ticket" : "tickets"}`,
};

function amount(value, unit) {
  return typeof value === "number" ? (UNITS[unit] || String)(value) : "not known";
}

function drivers(answer) {
  const all = list(answer.drivers);
  const cited = new Set(list(answer.citations).map((one) => one.id));
  const most = Math.max(0, ...all.map((one) => one.most));
  const rows = all.map((one) => tableRow("td", [driverName(one, cited), ["chart", divergingBar(one.points, most)], ["number", signed(one.points, 1)]]));
  return el(
    "table",
    {},
    el("caption", {}, `Points of each driver, on a scale to ${shown(most, 0)}. Compared with ${answer.compared_with} customers that wrote in this time.`),
    headRow(["Driver"], ["Takes or adds", "chart"], ["Points", "number"]),
    el(
      "tbody",
      {},
      tableRow("td", [["Start"], ["chart", ""], ["number", shown(answer.start, 1)]]),
      ...rows,
      tableRow("td", [["Sum: score"], ["chart", ""], ["number", shown(answer.score, 1)]], { class: "sum" }),
    ),
  );
}

function driverName(one, cited) {
  const gained = one.gained_at_typical ? `; ${signed(one.gained_at_typical, 1)} if it were typical` : "";
  const known = typeof one.value === "number" ? `${amount(one.value, one.unit)} (typical: ${amount(one.typical, one.unit)})${gained}` : "nothing is known of it";
  return [one.name, cited.has(one.citation) ? mark(one.citation) : null, el("br", {}), el("span", { class: "quiet small" }, known)].filter((part) => part !== null);
}

function timeline(answer) {
  const months = list(answer.timeline);
  if (!months.length) return [];
  const most = Math.max(1, ...months.map((one) => one.tickets));
  const chart = el("div", { class: "months", role: "img", "aria-label": summary(months) }, ...months.map((one) => monthView(one, most)));
  const rows = months.map((one) => tableRow("td", [[one.month], ["number", String(one.tickets)], ["number", one.warnings === null ? "not counted" : String(one.warnings)]]));
  const table = el("table", {}, el("caption", {}, "Tickets by month, and sentences in them that warn"), headRow(["Month"], ["Tickets", "number"], ["Warnings", "number"]), el("tbody", {}, ...rows));
  return [
    el("h2", {}, "Tickets by month"),
    el("figure", {}, chart, el("figcaption", { class: "quiet small" }, "Filled: months of the score. ▲ sentences that tell of leaving, a competitor, escalation or a breach.")),
    el("details", {}, el("summary", {}, "As a table"), table),
  ];
}

function monthView(one, most) {
  const column = el("span", { class: `column ${one.scored ? "scored" : ""}` });
  column.style.blockSize = `${(one.tickets / most) * 85}%`;
  const [year, number] = one.month.split("-");
  const name = new Date(Date.UTC(year, number - 1)).toLocaleDateString("en", { month: "short", timeZone: "UTC" });
  return el(
    "span",
    { class: "month" },
    el("span", { class: "room" }, el("span", {}, String(one.tickets)), column),
    el("span", {}, name),
    el("span", { class: "quiet" }, number === "01" ? year : "\u00a0"),
    el("span", { class: "warn" }, one.warnings ? `▲${one.warnings}` : ""),
  );
}

function summary(months) {
  const counts = months.map((one) => `${one.month}: ${one.tickets}`).join(", ");
  return `Bar chart of tickets by month. ${counts}. The table below holds the same numbers.`;
}

function whom(input) {
  return input.customer ? [said("p", input.customer, { class: "lead" })] : [];
}

run(whom, (answer) => {
  const [since, until] = String(answer.period || "").split("/").map(day);
  const cited = new Set(list(answer.drivers).map((one) => one.citation));
  const evidence = list(answer.citations).filter((one) => !cited.has(one.id));
  const measured = list(answer.citations).filter((one) => cited.has(one.id));
  return [
    said("p", answer.name || answer.customer, { class: "lead" }),
    el(
      "div",
      { class: "figure" },
      el("span", { class: "big number" }, shown(answer.score, 1), el("span", { class: "quiet small" }, " of 100")),
      shareBar(answer.score / 100, { minus: answer.score < answer.start, reach: answer.start / 100 }),
    ),
    el("p", { class: "quiet small" }, `From ${since} until ${until}. ${shown(answer.start, 0)} (dashed) is neither good nor bad.`),
    ...notices(answer),
    el("h2", {}, "What it is made of"),
    drivers(answer),
    ...timeline(answer),
    ...citations("What warns, and what is on record", evidence),
    ...citations("How the drivers were measured", measured),
  ];
});
