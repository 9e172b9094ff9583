// explain_gate: every expert with its weight; opened, the contributions that add up to its logit.

function expertView(expert, most, threshold, open) {
  const node = el("details", { open }, el("summary", {}, overview(expert, threshold)), el("p", {}, sentence(expert.reason)), contributions(expert, most, threshold));
  if (expert.rule) node.append(el("p", {}, "Decided by the rule ", el("code", {}, expert.rule), ", whatever the weight."));
  if (expert.would_change_if) node.append(el("p", {}, el("strong", {}, "Would change if: "), expert.would_change_if));
  return node;
}

function sentence(text) {
  return text ? `${text.charAt(0).toUpperCase()}${text.slice(1)}.` : "";
}

function overview(expert, threshold) {
  return el(
    "span",
    { class: "row" },
    el("span", { class: "name" }, expert.name),
    el("span", { class: `badge ${expert.selected ? "plus-text" : "quiet"}` }, `${expert.selected ? "asked" : "not asked"}${expert.rule ? " by rule" : ""}`),
    shareBar(expert.weight, { minus: expert.weight < threshold, reach: threshold }),
    el("span", { class: "number", "aria-label": `weight ${shown(expert.weight, 2)}` }, shown(expert.weight, 2)),
  );
}

function contributions(expert, most, threshold) {
  const parts = Object.entries(expert.contributions || {});
  const rounded = roundedToSum(parts.map(([, value]) => value), expert.logit, 2);
  const rows = parts.map(([name], at) => tableRow("td", [[name], ["number quiet", feature(expert, name)], ["chart", divergingBar(rounded[at], most)], ["number", signed(rounded[at], 2)]]));
  const sum = tableRow("td", [["Sum: logit"], ["number", ""], ["chart", divergingBar(expert.logit, most)], ["number", signed(expert.logit, 2)]], { class: "sum" });
  return el(
    "table",
    {},
    el("caption", {}, weighed(expert, threshold)),
    headRow(["Feature"], ["Value", "number"], ["Contribution", "chart"], ["", "number"]),
    el("tbody", {}, ...rows, sum),
  );
}

function feature(expert, name) {
  const value = expert.features?.[name];
  return typeof value === "number" ? shown(value, 2) : "";
}

function weighed(expert, threshold) {
  const weight = `weight = 1 / (1 + exp(−logit)) = ${shown(expert.weight, 2)}`;
  if (typeof threshold !== "number") return weight;
  const least = Math.log(threshold / (1 - threshold));
  return `${weight}; asked from ${shown(threshold, 2)}, which is a logit of ${shown(least, 2)}`;
}

function asked(input) {
  if (input.question) return [said("p", `“${input.question}”`, { class: "lead" })];
  return input.run_id ? [el("p", { class: "lead" }, "Run ", el("code", {}, input.run_id))] : [];
}

run(asked, (answer, input) => {
  const experts = list(answer.experts).toSorted((a, b) => b.selected - a.selected || b.weight - a.weight);
  const most = Math.max(0, ...experts.flatMap((one) => [one.logit, ...Object.values(one.contributions || {})].map(Math.abs)));
  const chosen = experts.filter((one) => one.selected).length;
  const views = experts.map((one, at) => expertView(one, most, answer.threshold, at === 0));
  const all = button("Open all", { "aria-expanded": "false" }, () => {
    const open = all.getAttribute("aria-expanded") === "false";
    for (const view of views) view.open = open;
    all.setAttribute("aria-expanded", String(open));
    all.textContent = open ? "Close all" : "Open all";
  });
  return [
    ...asked(input),
    el("p", {}, `${chosen} of ${experts.length} experts are asked. `, typeof answer.threshold === "number" ? `The dashed line is the threshold, ${shown(answer.threshold, 2)}. ` : "", all),
    el("div", {}, ...views),
    ...notices(answer),
  ];
});
