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

async function doWithPicked(act) {
  const boxes = picked().filter((box) => !WANTED[act] || box.dataset.status === WANTED[act]);
  if (!boxes.length) { complain(null, { message: `None of the documents chosen has ${WANTED[act]}.` }); return; }
  if (act === "delete" && !confirm(`Delete ${boxes.length} documents and their results for good?`)) return;
  const refusals = [];
  for (const box of boxes) {
    const error = await doWith(box, act);
    if (error) refusals.push(`${box.dataset.name}: ${explain(error)}`);
    box.checked = false;
  }
  showPicked();
  refresh();
  complain(null, refusals.length ? { message: refusals.join("; ") } : null);
}

/** Do one thing with one document; return the error, if there was one. */
async function doWith(box, act) {
  const job = `/api/v1/jobs/${box.dataset.pick}`;
  if (act === "retry") return (await ask("POST", `${job}/retry`)).error;
  if (act === "delete") return (await ask("DELETE", `/api/v1/files/${box.dataset.document}`)).error;
  make("a", "", { href: `${job}/export?format=${act}`, download: "" }).click();
  await new Promise((resolve) => setTimeout(resolve, 300)); // browsers drop downloads that come all at once
  return null;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-bulk]");
  if (button) doWithPicked(button.dataset.bulk);
});

// The list stays as it is while documents are chosen in it.
document.body.addEventListener("htmx:beforeRequest", (event) => { if (event.target.id === "list" && picked().length) event.preventDefault(); });
document.body.addEventListener("htmx:afterSwap", showPicked);
