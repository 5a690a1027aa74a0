// Upload: by picker, drag and drop, or paste; each file with its own bar, first of bytes, then of pages.
"use strict";

const MOST_SENDING = 3;
const waiting = [];
let sending = 0;

/** A number of bytes as people say it. */
function sizeOf(bytes) {
  return bytes < 1_000_000 ? `${Math.max(1, Math.round(bytes / 1000))} KB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

function takeFiles(files) {
  for (const file of files) {
    const row = make("li", "");
    row.append(make("strong", file.name, { dir: "auto" }), make("span", "waits its turn", { class: "faint" }));
    find("#uploads").prepend(row);
    waiting.push([file, row]);
  }
  sendNext();
}

function sendNext() {
  while (sending < MOST_SENDING && waiting.length) send(...waiting.shift());
}

function send(file, row, password) {
  const bar = make("progress", "", { max: 100, value: 0, "aria-label": `Upload of ${file.name}` });
  const word = make("span", "sending", { class: "faint" });
  row.replaceChildren(make("strong", file.name, { dir: "auto" }), bar, word);
  const form = new FormData();
  form.append("process", "true");
  form.append("options", '{"categorize": true}');
  if (password) form.append("password", password);
  form.append("files", file);
  const request = new XMLHttpRequest(); // fetch does not tell how many bytes have gone
  request.open("POST", "/api/v1/parse");
  request.setRequestHeader("X-Bursar-Proof", proof);
  request.upload.onprogress = (event) => {
    bar.value = (100 * event.loaded) / event.total;
    word.textContent = `${sizeOf(event.loaded)} of ${sizeOf(event.total)}`;
  };
  request.onload = () => {
    let reply = {};
    try { reply = JSON.parse(request.responseText); } catch { /* said below */ }
    if (request.status === 401) askForKeyAgain();
    else if (reply.success) follow(reply.data.job_id, row, bar, word);
    else refuse(file, row, reply.error || { message: `The server answered ${request.status}.` });
  };
  request.onerror = () => refuse(file, row, { message: "The server cannot be reached.", again: true });
  request.onloadend = () => { sending -= 1; sendNext(); };
  sending += 1;
  request.send(form);
}

/** Say why the file was not taken; ask for its password, or offer to try again, where that helps. */
function refuse(file, row, error) {
  const why = make("span", `✘ ${explain(error)}`, { class: "sign failed", role: "alert" });
  row.replaceChildren(make("strong", file.name, { dir: "auto" }), why);
  if (error.again) {
    const again = make("button", "Try again", { class: "quiet" });
    again.addEventListener("click", () => send(file, row));
    row.append(again);
  }
  if (/^PASSWORD_/.test(error.code || "")) askForPassword(file, row);
}

function askForPassword(file, row) {
  const input = make("input", "", { type: "password", "aria-label": `Password of ${file.name}`, placeholder: "Password", autocomplete: "off" });
  const open = make("button", "Open");
  const unlock = () => send(file, row, input.value);
  open.addEventListener("click", unlock);
  input.addEventListener("keydown", (event) => { if (event.key === "Enter") unlock(); });
  row.append(input, open);
  input.focus();
}

/** Show how far the document was read, then what it is, or why it could not be read. */
function follow(jobId, row, bar, word) {
  refresh();
  bar.value = 0;
  bar.setAttribute("aria-label", "Pages read");
  watch(jobId, (job) => {
    bar.value = job.progress;
    word.textContent = job.status === "pending" ? "waits to be read" : `read: ${Math.round(job.progress)} %`;
    if (job.status !== "completed" && job.status !== "failed") return;
    const good = job.status === "completed";
    const kind = (job.job_type || "document").replace("_parsing", "");
    bar.remove();
    word.replaceWith(make("span", good ? `✔ ${kind}` : `✘ ${job.error.message}`, { class: good ? "sign completed" : "sign failed" }));
    row.append(make("a", "Review", { href: `/review/${jobId}` }));
    refresh();
  });
}

const drop = find("#drop");
if (drop) {
  find("#picker").addEventListener("change", (event) => { takeFiles(event.target.files); event.target.value = ""; });
  document.addEventListener("dragover", (event) => { event.preventDefault(); drop.classList.add("over"); });
  document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) drop.classList.remove("over"); });
  document.addEventListener("drop", (event) => { event.preventDefault(); drop.classList.remove("over"); takeFiles(event.dataTransfer.files); });
  document.addEventListener("paste", (event) => { if (event.clipboardData.files.length) takeFiles(event.clipboardData.files); });
}
