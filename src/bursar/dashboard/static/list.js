// The list of documents: filters that act at once, and what is done with several documents together.
"use strict";

const picked = () => findAll("[data-pick]:checked");

function showPicked() {
  find("#bulk").hidden = !picked().length;
  find("#picked").textContent = `${picked().length} chosen`;
}

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-pick-all]")) findAll("[data-pick]").forEach((box) => { box.checked = event.target.checked; });
  if (event.target.matches("[data-pick], [data-pick-all]")) showPicked();
  if (event.target.matches(".filters select, .filters input[type=date]")) event.target.form.requestSubmit();
});

// What is left out of a filter need not stand in its address; a page that the browser kept gets its fields back.
const fieldsOfFilter = () => findAll(".filters input, .filters select");
document.addEventListener("submit", (event) => {
  if (event.target.matches(".filters")) fieldsOfFilter().forEach((field) => { field.disabled = field.value === ""; });
});
window.addEventListener("pageshow", () => fieldsOfFilter().forEach((field) => { field.disabled = false; }));

/** Which documents a thing can be done with, by their status; deleted can be all. */
const WANTED = { retry: "failed", csv: "completed", xlsx: "completed", json: "completed" };
const MOST_EXPORTED = 100;

async function doWithPicked(act) {
  const boxes = picked().filter((box) => !WANTED[act] || box.dataset.status === WANTED[act]);
  if (!boxes.length) { complain(null, { message: `None of the documents chosen has ${WANTED[act]}.` }); return; }
  if (act === "delete" && !confirm(`Delete ${boxes.length} documents and their results for good?`)) return;
  const refusals = act === "delete" || act === "retry" ? await changeEach(boxes, act) : await exportAll(boxes, act);
  showPicked();
  refresh();
  complain(null, refusals.length ? { message: refusals.join("; ") } : null);
}

/** Delete or try again one by one; return what was refused, and why. */
async function changeEach(boxes, act) {
  const refusals = [];
  for (const box of boxes) {
    const { name, pick, document: id } = box.dataset;
    const { error } = act === "retry"
      ? await ask("POST", `/api/v1/jobs/${pick}/retry`)
      : await ask("DELETE", `/api/v1/files/${id}`);
    if (error) refusals.push(`${name}: ${explain(error)}`);
    box.checked = false;
  }
  return refusals;
}

/** Take the results away in one file. Those that cannot be in it are chosen no more, so that the others can be next. */
async function exportAll(boxes, form) {
  if (boxes.length > MOST_EXPORTED) return [`At most ${MOST_EXPORTED} documents fit in one file.`];
  const error = await takeAway(`/api/v1/exports?format=${form}&${boxes.map((box) => `job_id=${box.dataset.pick}`).join("&")}`);
  if (!error) {
    picked().forEach((box) => { box.checked = false; });
    return [];
  }
  const refused = (error.details && error.details.jobs) || [];
  if (!refused.length) return [explain(error)];
  return refused.map(({ job_id: id, message }) => {
    const box = find(`[data-pick="${id}"]`);
    box.checked = false;
    return `${box.dataset.name}: ${message}`;
  }).concat(picked().length ? ["These are chosen no more; the others can be exported now."] : []);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-bulk]");
  if (button) doWithPicked(button.dataset.bulk);
});

// The list stays as it is while documents are chosen in it.
document.body.addEventListener("htmx:beforeRequest", (event) => { if (event.target.id === "list" && picked().length) event.preventDefault(); });
document.body.addEventListener("htmx:afterSwap", showPicked);
