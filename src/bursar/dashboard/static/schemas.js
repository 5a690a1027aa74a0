// The editor of a schema: check the definition, try it out on a document, make one from a result.
"use strict";

async function checkDefinition() {
  const verdict = find("#verdict");
  const reply = await ask("POST", "/api/v1/schemas/validate", { schema_string: find("#definition").value });
  const errors = reply.success ? reply.data.errors.map((error) => `${error.path}: ${error.reason}`) : [explain(reply.error)];
  verdict.textContent = errors.length ? `✘ ${errors.join("; ")}` : "✔ This can be used.";
  verdict.className = errors.length ? "sign failed" : "sign completed";
}

async function makeFromResult(sample) {
  const reply = await ask("POST", "/api/v1/schemas/generate", { job_id: sample.value });
  complain(find("#schema"), reply.success ? null : reply.error);
  if (reply.success) find("#definition").value = JSON.stringify(reply.data.json_schema, null, 2);
}

async function tryOut(sample) {
  const answer = find("#answer");
  const say = (text) => { answer.textContent = text; };
  answer.hidden = false;
  say("Reading…");
  let schema;
  try { schema = JSON.parse(find("#definition").value); } catch { say("The definition is no JSON."); return; }
  const reply = await ask("POST", "/api/v1/parse", { document_id: sample.dataset.document, schema });
  if (!reply.success) { say(explain(reply.error)); return; }
  watch(reply.data.job_id, (job) => {
    if (job.status === "failed") say(job.error.message);
    else if (job.status === "completed") say(JSON.stringify(job.results, null, 2));
    else say(`Reading… ${Math.round(job.progress)} %`);
  });
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-schema]");
  if (!button) return;
  const sample = find("#sample") && find("#sample").selectedOptions[0];
  if (button.dataset.schema === "validate") checkDefinition();
  else if (button.dataset.schema === "generate") makeFromResult(sample);
  else tryOut(sample);
});
