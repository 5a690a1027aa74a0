// What HTML cannot do: upload with progress, light up boxes, change values in place, move by keys. Every change goes
// through the HTTP API, with the proof that a page of ours sent it.
"use strict";

const proof = document.querySelector("meta[name=proof]").content;
const find = (selector, root = document) => root.querySelector(selector);
const findAll = (selector, root = document) => [...root.querySelectorAll(selector)];
const refresh = () => document.body.dispatchEvent(new Event("refresh"));

function make(tag, text, attributes = {}) {
  const element = document.createElement(tag);
  element.textContent = text;
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

/** Ask the API; the reply is its envelope, one that says so where the server cannot be reached. */
async function ask(method, address, body) {
  const headers = { "X-Bursar-Proof": proof };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  try {
    const reply = await fetch(address, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
    return await reply.json();
  } catch {
    return { success: false, error: { message: "The server cannot be reached." } };
  }
}

function explain(error) {
  const { why, field, reason } = error.details || {};
  return why || (reason ? `${field || ""} ${reason}`.trim() : error.message);
}

// ------------------------------------------------------------ uploads

const waiting = [];
let sending = 0, listening = 0;
const AT_ONCE = 3; // browsers open six connections to a server: some must stay free for the page itself

function send(file, row, password) {
  const bar = make("progress", "", { max: 100, value: 0, "aria-label": `Upload of ${file.name}` });
  const word = make("span", "sending", { class: "faint" });
  row.replaceChildren(make("strong", file.name, { dir: "auto" }), bar, word);
  const form = new FormData();
  form.append("process", "true");
  form.append("options", '{"categorize": true}');
  if (password) form.append("password", password);
  form.append("files", file);
  const request = new XMLHttpRequest();
  request.open("POST", "/api/v1/parse");
  request.setRequestHeader("X-Bursar-Proof", proof);
  request.upload.onprogress = (event) => { bar.value = (100 * event.loaded) / event.total; };
  request.onload = () => {
    let reply = {};
    try { reply = JSON.parse(request.responseText); } catch { /* said below */ }
    if (reply.success) follow(reply.data.job_id, row, bar, word);
    else refuse(file, row, reply.error || { message: `The server answered ${request.status}.` });
  };
  request.onerror = () => refuse(file, row, { message: "The server cannot be reached.", again: true });
  request.onloadend = () => { sending -= 1; sendNext(); };
  sending += 1;
  request.send(form);
}

function sendNext() {
  while (sending < AT_ONCE && waiting.length) send(...waiting.shift());
}

function refuse(file, row, error) {
  const why = make("span", `✘ ${explain(error)}`, { class: "sign failed", role: "alert" });
  row.replaceChildren(make("strong", file.name, { dir: "auto" }), why);
  if (error.again) {
    const again = make("button", "Try again", { class: "quiet" });
    again.addEventListener("click", () => send(file, row));
    row.append(again);
  }
  if (!/^PASSWORD_/.test(error.code || "")) return;
  const input = make("input", "", { type: "password", "aria-label": `Password of ${file.name}`, placeholder: "Password", autocomplete: "off" });
  const open = make("button", "Open");
  const unlock = () => send(file, row, input.value);
  open.addEventListener("click", unlock);
  input.addEventListener("keydown", (event) => { if (event.key === "Enter") unlock(); });
  row.append(input, open);
  input.focus();
}

/** Call `look` whenever something happens to the job, until it says that it has ended. */
function watch(jobId, look) {
  if (listening >= AT_ONCE) {
    const poll = async () => { if (!(await look())) setTimeout(poll, 2000); };
    poll();
    return;
  }
  listening += 1;
  const source = new EventSource(`/api/v1/jobs/${jobId}/events`);
  const looked = async () => { if (source.readyState !== EventSource.CLOSED && (await look())) { source.close(); listening -= 1; } };
  for (const name of ["job.created", "job.started", "job.progress", "job.completed", "job.failed"]) source.addEventListener(name, looked);
  source.onerror = looked;
}

function follow(jobId, row, bar, word) {
  refresh();
  watch(jobId, async () => {
    const { data: job } = await ask("GET", `/api/v1/jobs/${jobId}`);
    if (!job) return false;
    bar.value = job.progress;
    word.textContent = { pending: "waiting", processing: "reading" }[job.status] || job.status;
    if (job.status !== "completed" && job.status !== "failed") return false;
    if (!bar.isConnected) return true;
    word.remove(); bar.remove();
    const good = job.status === "completed";
    row.append(make("span", good ? `✔ ${job.job_type.replace("_parsing", "")}` : `✘ ${job.error.message}`, { class: good ? "sign completed" : "sign failed" }));
    row.append(make("a", "Review", { href: `/review/${jobId}` }));
    refresh();
    return true;
  });
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

const drop = find("#drop");
if (drop) {
  find("#picker").addEventListener("change", (event) => { takeFiles(event.target.files); event.target.value = ""; });
  document.addEventListener("dragover", (event) => { event.preventDefault(); drop.classList.add("over"); });
  document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) drop.classList.remove("over"); });
  document.addEventListener("drop", (event) => { event.preventDefault(); drop.classList.remove("over"); takeFiles(event.dataTransfer.files); });
  document.addEventListener("paste", (event) => { if (event.clipboardData.files.length) takeFiles(event.clipboardData.files); });
}

// ------------------------------------------------------------ the list

const picked = () => findAll("[data-pick]:checked");

function showPicked() {
  const bulk = find("#bulk");
  if (!bulk) return;
  bulk.hidden = !picked().length;
  find("#picked").textContent = `${picked().length} chosen`;
}

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-pick-all]")) findAll("[data-pick]").forEach((box) => { box.checked = event.target.checked; });
  if (event.target.matches("[data-pick], [data-pick-all]")) showPicked();
});

async function doWithPicked(act) {
  const boxes = picked();
  if (act === "delete" && !confirm(`Delete ${boxes.length} documents and their results for good?`)) return;
  for (const box of boxes) {
    const job = `/api/v1/jobs/${box.dataset.pick}`;
    if (act === "retry") { if (box.dataset.status === "failed") await ask("POST", `${job}/retry`); }
    else if (act === "delete") await ask("DELETE", `/api/v1/files/${box.dataset.document}`);
    else if (box.dataset.status === "completed") {
      const link = make("a", "", { href: `${job}/export?format=${act}`, download: "" });
      link.click();
      await new Promise((resolve) => setTimeout(resolve, 300)); // browsers drop downloads that come all at once
    }
    box.checked = false;
  }
  showPicked();
  refresh();
}

// ------------------------------------------------------------ forms and buttons that go to the API

function complain(form, error) {
  const place = find("#trouble") || find("[role=alert].trouble", form || document);
  if (place) { place.textContent = error ? explain(error) : ""; place.hidden = !error; return; }
  if (error && form) form.append(make("p", explain(error), { class: "notice bad trouble", role: "alert" }));
  else if (error) alert(explain(error));
}

function readFields(form) {
  const body = {};
  for (const field of form.elements) {
    if (!field.name || (field.type === "checkbox" && !field.checked && !("list" in field.dataset))) continue;
    if ("list" in field.dataset) body[field.name] = (body[field.name] || []).concat(field.checked ? [field.value] : []);
    else if (field.value !== "") body[field.name] = "instant" in field.dataset ? `${field.value}T23:59:59Z` : field.value;
  }
  return body;
}

async function carryOut(element, body) {
  if (element.dataset.ask && !confirm(element.dataset.ask)) return;
  const form = element.matches("form") ? element : null;
  const reply = await ask(element.dataset.method, element.dataset.address, body);
  complain(form, reply.success ? null : reply.error);
  if (!reply.success) return;
  if (element.dataset.reveal) {
    const output = find(".reveal", element);
    find("code", output).textContent = reply.data[element.dataset.reveal];
    output.hidden = false;
  } else if (element.dataset.go) location.assign(element.dataset.go);
  else if (find("#list")) refresh();
  else location.reload();
}

document.addEventListener("submit", (event) => {
  if (!event.target.dataset.method) return;
  event.preventDefault();
  const body = readFields(event.target);
  carryOut(event.target, Object.keys(body).length ? body : undefined);
});

async function doWithSchema(act) {
  const definition = find("#definition"), answer = find("#answer"), verdict = find("#verdict"), sample = find("#sample");
  const chosen = sample && sample.selectedOptions[0];
  if (act === "validate") {
    const reply = await ask("POST", "/api/v1/schemas/validate", { schema_string: definition.value });
    const errors = reply.success ? reply.data.errors.map((error) => `${error.path}: ${error.reason}`) : [explain(reply.error)];
    verdict.textContent = errors.length ? `✘ ${errors.join("; ")}` : "✔ This can be used.";
    verdict.className = errors.length ? "sign failed" : "sign completed";
  } else if (act === "generate") {
    const reply = await ask("POST", "/api/v1/schemas/generate", { job_id: chosen.value });
    if (reply.success) definition.value = JSON.stringify(reply.data.json_schema, null, 2);
    else complain(find("#schema"), reply.error);
  } else {
    answer.hidden = false;
    answer.textContent = "Reading…";
    let schema;
    try { schema = JSON.parse(definition.value); } catch { answer.textContent = "The definition is no JSON."; return; }
    const reply = await ask("POST", "/api/v1/parse", { document_id: chosen.dataset.document, schema });
    if (!reply.success) { answer.textContent = explain(reply.error); return; }
    watch(reply.data.job_id, async () => {
      const { data: job } = await ask("GET", `/api/v1/jobs/${reply.data.job_id}`);
      if (!job || !/completed|failed/.test(job.status)) return false;
      answer.textContent = job.error ? job.error.message : JSON.stringify(job.results, null, 2);
      return true;
    });
  }
}

const awaited = find("[data-await]");
if (awaited) {
  watch(awaited.dataset.await, async () => {
    const { data: job } = await ask("GET", `/api/v1/jobs/${awaited.dataset.await}`);
    if (!job) return false;
    find("progress", awaited).value = job.progress;
    if (!/completed|failed/.test(job.status)) return false;
    location.reload();
    return true;
  });
}

/** Write times in the reader's time zone; of what is younger than a day, how long ago it was. */
function localise() {
  const locale = document.documentElement.dataset.locale;
  const form = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
  const ago = new Intl.RelativeTimeFormat(locale, { numeric: "auto", style: "short" });
  findAll("time[datetime]").forEach((element) => {
    const minutes = Math.round((new Date(element.dateTime) - Date.now()) / 60_000);
    element.title = form.format(new Date(element.dateTime));
    element.textContent = minutes < -1440 ? element.title : minutes < -59 ? ago.format(Math.round(minutes / 60), "hour") : ago.format(minutes, "minute");
  });
}

// ------------------------------------------------------------ the review page: looking

let zoom = 1, selected = null, place = null;
const fieldAt = (path) => findAll("[data-path]").find((element) => element.dataset.path === path);
const boxAt = (path) => findAll("[data-box]").find((element) => element.dataset.box === path);
const address = (page) => `${location.pathname}?page=${page}`;
const pageNow = () => find("#sheet").dataset.page;

function light(path) {
  findAll(".lit").forEach((element) => element.classList.remove("lit"));
  const box = boxAt(path), field = fieldAt(path);
  if (box) { box.classList.add("lit"); box.scrollIntoView({ block: "nearest", inline: "nearest" }); }
  if (field) field.classList.add("lit");
}

/** Open another page of the document; of one with long tables, with the rows of that page. */
const openPage = (page) => htmx.ajax("GET", address(page), { target: "long" in desk().dataset ? "#desk" : "#sheet", swap: "outerHTML" });

async function show(path) {
  const field = fieldAt(path);
  if (field && field.dataset.page && field.dataset.page !== pageNow()) {
    await openPage(field.dataset.page);
    const again = fieldAt(path); // the tables may have been replaced as well
    if (again && again !== document.activeElement) again.focus({ preventScroll: true });
  }
  light(path);
}

function setZoom(wanted) {
  zoom = Math.min(Math.max(wanted, 1), 4);
  const paper = find(".paper");
  if (paper) paper.className = `paper zoom-${zoom}${drawing ? " drawing" : ""}`;
}

function move(step, chosen) {
  const fields = findAll("[data-path]").filter((element) => element.offsetParent && chosen(element));
  if (!fields.length) return;
  const here = fields.indexOf(document.activeElement);
  const next = fields[(here < 0 && step < 0 ? fields.length - 1 : here + step + fields.length) % fields.length];
  next.focus();
  next.scrollIntoView({ block: "nearest" });
}

function moveInGrid(cell, key) {
  const row = cell.parentElement, column = [...row.children].indexOf(cell);
  const rows = { ArrowDown: row.nextElementSibling, ArrowUp: row.previousElementSibling }[key];
  const next = rows === undefined ? { ArrowLeft: cell.previousElementSibling, ArrowRight: cell.nextElementSibling }[key] : rows && rows.children[column];
  if (next && next.matches("[data-path]")) next.focus();
}

// ------------------------------------------------------------ the review page: changing

const desk = () => find("#desk");
const mayWrite = () => desk() && "writable" in desk().dataset;
const resultsOf = () => `/api/v1/jobs/${desk().dataset.job}/results`;

/** What a person types as on the page, as the API takes it: amounts with a point, days as 2024-01-31, nothing as null. */
function normalise(text, form) {
  const value = text.trim();
  if (value === "") return null;
  if (form !== "number") return value;
  const bare = value.replace(/[^\d.,+\-−()]/g, "").replace("−", "-").replace(/^\((.*)\)$/, "-$1");
  const last = Math.max(bare.lastIndexOf("."), bare.lastIndexOf(","));
  const marks = bare.replace(/[^.,]/g, "");
  const isDecimal = last >= 0 && (new Set(marks).size === 2 || (marks.length === 1 && (bare[last] === desk().dataset.decimal || bare.length - last - 1 !== 3)));
  const whole = (isDecimal ? bare.slice(0, last) : bare).replace(/[.,]/g, "");
  const number = isDecimal ? `${whole}.${bare.slice(last + 1)}` : whole;
  return /^[+-]?\d*\.?\d+$/.test(number) ? number : value; // the API says what is wrong with anything else
}

async function change(body, path) {
  return rework("PATCH", resultsOf(), body, path);
}

async function rework(method, where, body, path) {
  const reply = await ask(method, where, body);
  complain(null, reply.success ? null : reply.error);
  if (!reply.success) return false;
  const paper = find(".paper"), top = paper.scrollTop, left = paper.scrollLeft, height = window.scrollY;
  await htmx.ajax("GET", address(pageNow()), { target: "#desk", swap: "outerHTML" });
  Object.assign(find(".paper"), { scrollTop: top, scrollLeft: left });
  window.scrollTo(0, height);
  const field = path && fieldAt(path);
  if (field) field.focus({ preventScroll: true });
  const verdict = find(".head .sign"), said = reply.data.review && reply.data.review.verdict;
  if (verdict && said) verdict.replaceWith(make("span", `${{ proven: "✔", consistent: "≈", contradicted: "✘" }[said] || "○"} ${said}`, { class: `sign ${said}` }));
  return true;
}

function edit(field, text) {
  const shown = find(".value", field);
  if (!mayWrite() || !shown || find("input", shown)) return;
  const before = shown.textContent;
  const name = find(".label", field);
  const input = make("input", "", { "aria-label": name ? name.textContent : field.dataset.path, dir: "auto" });
  if (field.dataset.form === "date") input.placeholder = "2024-01-31";
  if (field.dataset.form === "number") input.inputMode = "decimal";
  input.value = text === undefined ? field.dataset.raw : text;
  shown.replaceChildren(input);
  input.focus();
  input.select();
  const leave = (refocus) => { shown.textContent = before; place = null; if (refocus) field.focus(); };
  input.addEventListener("keydown", async (event) => {
    event.stopPropagation();
    if (event.key === "Escape") leave(true);
    if (event.key !== "Enter") return;
    const value = normalise(input.value, field.dataset.form), path = field.dataset.path;
    const body = { fields: { [path]: value } };
    if (place && value !== null) body.places = { [path]: place };
    if (await change(body, path)) place = null;
    else input.focus();
  });
  input.addEventListener("blur", () => setTimeout(() => { if (input.isConnected && document.hasFocus() && !drawing && input.value === field.dataset.raw) leave(false); }, 200));
}

async function act(name) {
  if (name === "undo" && mayWrite()) await rework("POST", `${resultsOf()}/undo`);
  if (name === "approve" && mayWrite()) {
    const reply = await ask("POST", `/api/v1/jobs/${desk().dataset.job}/approve`);
    if (reply.success) location.assign(`/next?after=${desk().dataset.job}`);
    else complain(null, reply.error);
  }
  if (name === "unfilled") {
    const button = find("[data-act=unfilled]"), on = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", on);
    document.body.classList.toggle("show-unfilled", on);
  }
  if (name === "draw") setDrawing(!drawing);
}

/** Take a result away; where the format demands what the document does not say, say so. */
async function takeAway(link) {
  const reply = await fetch(link.href).catch(() => null);
  if (!reply || !reply.ok) { complain(null, reply ? (await reply.json()).error : { message: "The server cannot be reached." }); return; }
  const name = /filename="([^"]+)"/.exec(reply.headers.get("Content-Disposition") || "");
  const file = URL.createObjectURL(await reply.blob());
  make("a", "", { href: file, download: name ? name[1] : "result" }).click();
  setTimeout(() => URL.revokeObjectURL(file), 60_000);
}

// ------------------------------------------------------------ the review page: drawing a box

let drawing = false, rubber = null, corner = null;

function setDrawing(on) {
  drawing = on && mayWrite();
  const button = find("[data-act=draw]");
  if (button) button.setAttribute("aria-pressed", drawing);
  setZoom(zoom);
}

function pointOf(event) {
  const paper = find(".paper svg");
  const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(paper.getScreenCTM().inverse());
  return [point.x, point.y];
}

function edgesOf([x0, y0], [x1, y1]) {
  return [Math.min(x0, x1), Math.min(y0, y1), Math.max(x0, x1), Math.max(y0, y1)].map((edge) => Math.round(edge * 10) / 10);
}

async function fillFrom(box) {
  setDrawing(false);
  const field = selected && fieldAt(selected);
  if (!field) { complain(null, { message: "Choose a value first, then draw the box that it stands in." }); return; }
  const page = Number(pageNow());
  const { data } = await ask("GET", `/api/v1/files/${desk().dataset.document}/pages/${page}/words`);
  if (!data) return;
  const inside = data.words.filter(({ box: [x0, y0, x1, y1] }) => {
    const x = (x0 + x1) / 2, y = (y0 + y1) / 2;
    return x >= box[0] && x <= box[2] && y >= box[1] && y <= box[3];
  });
  if (!inside.length) { complain(null, { message: "No words stand in this box." }); return; }
  complain(null, null);
  const text = inside.map((word) => word.text).join(" ");
  const edges = (side, choose) => choose(...inside.map((word) => word.box[side]));
  const open = find("input", field);
  if (open) open.value = text; else edit(field, text);
  place = { page, box: [edges(0, Math.min), edges(1, Math.min), edges(2, Math.max), edges(3, Math.max)], text };
}

let hand = null; // where the paper was taken hold of, to be moved

document.addEventListener("pointerdown", (event) => {
  const paper = event.target.closest(".paper");
  if (paper && !drawing && zoom > 1 && event.pointerType === "mouse" && !event.target.closest("[data-box]")) {
    event.preventDefault();
    hand = { x: event.clientX + paper.scrollLeft, y: event.clientY + paper.scrollTop };
  }
});

document.addEventListener("pointermove", (event) => {
  if (hand) Object.assign(find(".paper"), { scrollLeft: hand.x - event.clientX, scrollTop: hand.y - event.clientY });
});

document.addEventListener("pointerup", () => { hand = null; });

document.addEventListener("pointerdown", (event) => {
  if (!drawing || !event.target.closest(".paper svg")) return;
  event.preventDefault();
  corner = pointOf(event);
  rubber = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  rubber.setAttribute("class", "rubber");
  find(".paper svg").append(rubber);
});

document.addEventListener("pointermove", (event) => {
  if (!rubber) return;
  const [x0, y0, x1, y1] = edgesOf(corner, pointOf(event));
  for (const [name, value] of Object.entries({ x: x0, y: y0, width: x1 - x0, height: y1 - y0 })) rubber.setAttribute(name, value);
});

document.addEventListener("pointerup", (event) => {
  if (!rubber) return;
  const box = edgesOf(corner, pointOf(event));
  rubber.remove();
  rubber = null;
  if (box[2] - box[0] > 1 && box[3] - box[1] > 1) fillFrom(box);
});

// ------------------------------------------------------------ what a click and a key mean

document.addEventListener("click", async (event) => {
  const near = (selector) => event.target.closest(selector);
  const button = near("button[data-method]");
  if (button) { button.disabled = true; await carryOut(button); button.disabled = false; }
  if (near("[data-bulk]")) doWithPicked(near("[data-bulk]").dataset.bulk);
  if (near("[data-schema]")) doWithSchema(near("[data-schema]").dataset.schema);
  if (near("[data-copy]")) navigator.clipboard.writeText((near("[data-copy]").previousElementSibling || {}).textContent || "");
  if (near(".menu a[download]")) { event.preventDefault(); takeAway(near(".menu a[download]")); }
  if (near("[data-act]")) act(near("[data-act]").dataset.act);
  if (near("[data-open]")) find("#keys").showModal();
  const zoomed = near("[data-zoom]");
  if (zoomed) setZoom(zoom + (zoomed.dataset.zoom === "larger" ? 1 : -1));
  const repair = near("[data-repair]"), adder = near("[data-add]"), remover = near("[data-remove]");
  if (repair) { change(JSON.parse(repair.dataset.repair)); return; }
  if (adder) { addRow(adder.dataset.add); return; }
  if (remover) { change({ remove: [remover.dataset.remove] }); return; }
  const box = near("[data-box]"), jump = near("[data-jump]");
  const path = box ? box.dataset.box : jump && jump.dataset.jump;
  if (path && !fieldAt(path) && jump && jump.dataset.jumpPage) await openPage(jump.dataset.jumpPage);
  const field = path && fieldAt(path);
  if (field) { field.focus(); field.scrollIntoView({ block: "center" }); }
});

/** Put in a row that says nothing yet but what must be said: a transaction its day, its direction and an amount of zero. */
function addRow(path) {
  const [list, index] = path.split(".");
  const above = (name) => { const cell = fieldAt(`${list}.${index - 1}.${name}`); return cell ? cell.dataset.raw : null; };
  const row = list === "transactions" ? { date: above("date"), type: above("type") || "debit", description: "", amount: "0" } : { description: "" };
  change({ insert: { [path]: row } }, `${path}.description`);
}

document.addEventListener("dblclick", (event) => {
  const field = event.target.closest("[data-path]");
  if (field) edit(field);
});

document.addEventListener("mouseover", (event) => {
  const field = event.target.closest("[data-path]"), box = event.target.closest("[data-box]");
  if (field && boxAt(field.dataset.path)) light(field.dataset.path);
  if (box) light(box.dataset.box);
});

document.addEventListener("focusin", (event) => {
  const field = event.target.closest("[data-path]");
  if (!field) return;
  selected = field.dataset.path;
  show(selected);
});

document.addEventListener("keydown", (event) => {
  if (!desk() || event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName) || find("dialog[open]")) return;
  const doubtful = (element) => find(".dot.contradicted, .dot.unchecked, .dot[title*=low]", element);
  const acts = {
    j: () => move(1, () => true), k: () => move(-1, () => true), n: () => move(1, doubtful),
    "[": () => find("#earlier").click(), "]": () => find("#later").click(),
    "+": () => setZoom(zoom + 1), "-": () => setZoom(zoom - 1), "?": () => find("#keys").showModal(),
    a: () => act("approve"), u: () => act("undo"), b: () => act("draw"),
    Escape: () => setDrawing(false),
    Enter: () => {
      if (event.target.matches("[data-jump]")) event.target.click();
      else if (event.target.matches("[data-path]")) edit(event.target);
    },
  };
  if (/^Arrow/.test(event.key) && event.target.matches("td[data-path]")) { event.preventDefault(); moveInGrid(event.target, event.key); }
  else if (acts[event.key] && !(event.key === "Enter" && event.target.matches("a, button, summary"))) { event.preventDefault(); acts[event.key](); }
});

// The list stays as it is while documents are chosen in it.
document.body.addEventListener("htmx:beforeRequest", (event) => { if (event.target.id === "list" && picked().length) event.preventDefault(); });
document.body.addEventListener("htmx:afterSwap", () => { setZoom(zoom); showPicked(); localise(); });
localise();
