// What every page needs: asking the API, saying what went wrong, forms and buttons that change something, times.
// Every change goes through the HTTP API, with the proof that a page of ours sent it. The other scripts build on this one.
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

// ------------------------------------------------------------ the API

/** Ask the API; the reply is its envelope, one that says so where the server cannot be reached. */
async function ask(method, address, body) {
  const headers = { "X-Bursar-Proof": proof };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  try {
    const reply = await fetch(address, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
    if (reply.status === 401) askForKeyAgain();
    return await reply.json();
  } catch {
    return { success: false, error: { message: "The server cannot be reached." } };
  }
}

/** The session has ended: what comes next needs a key again. */
function askForKeyAgain() {
  location.assign(`/login?next=${encodeURIComponent(location.pathname + location.search)}`);
}

/** What went wrong, in the words that say most. */
function explain(error) {
  const { why, types, field, reason, at } = error.details || {};
  if (why) return types ? `${why}; what is read: ${types}` : why;
  if (reason && !at) return `${field || ""} ${reason}`.trim();
  return error.message; // it names the place as well, where there is one
}

/** Say what went wrong near `form`, or at the top of the page; an error of null takes back what was said. */
function complain(form, error) {
  const place = find("#trouble") || find("[role=alert].trouble", form || document);
  if (place) {
    place.textContent = error ? explain(error) : "";
    place.hidden = !error;
    if (error) place.scrollIntoView({ block: "nearest" });
  } else if (error && form) {
    form.append(make("p", explain(error), { class: "notice bad trouble", role: "alert" }));
  } else if (error) {
    const said = make("p", explain(error), { class: "notice bad trouble", role: "alert" });
    find("main").prepend(said);
  }
}

/** Have the browser keep a file that the API makes; returns the error where it makes none. */
async function takeAway(address) {
  const reply = await fetch(address).catch(() => null);
  if (!reply) return { message: "The server cannot be reached." };
  if (!reply.ok) return (await reply.json()).error;
  const name = /filename="([^"]+)"/.exec(reply.headers.get("Content-Disposition") || "");
  const file = URL.createObjectURL(await reply.blob());
  make("a", "", { href: file, download: name ? name[1] : "result" }).click();
  setTimeout(() => URL.revokeObjectURL(file), 60_000);
  return null;
}

// Browsers open six connections to a server: some must stay free for the page itself.
const MOST_LISTENING = 3;
let listening = 0;

/**
 * Follow a job: call `look` with what is known of it (`status`, `progress`, `job_type`, `error`) until it has ended.
 * By server-sent events; where many jobs are followed already, by asking every two seconds.
 */
function watch(jobId, look) {
  const ended = (job) => job.status === "completed" || job.status === "failed";
  if (listening >= MOST_LISTENING) {
    const poll = async () => {
      const { data: job } = await ask("GET", `/api/v1/jobs/${jobId}`);
      if (job) look(job);
      if (!job || !ended(job)) setTimeout(poll, 2000);
    };
    poll();
    return;
  }
  listening += 1;
  const source = new EventSource(`/api/v1/jobs/${jobId}/events`);
  let isOver = false;
  const leave = () => {
    if (!isOver) listening -= 1;
    isOver = true;
    source.close();
  };
  const hear = (event) => {
    if (isOver) return;
    const job = JSON.parse(event.data);
    if (ended(job)) leave();
    look(job);
  };
  for (const name of ["created", "started", "progress", "completed", "failed"]) source.addEventListener(`job.${name}`, hear);
  source.onerror = async () => {
    if (source.readyState !== EventSource.CLOSED || isOver) return; // else the browser comes back by itself
    leave();
    const { data: job } = await ask("GET", `/api/v1/jobs/${jobId}`);
    if (job && ended(job)) look(job);
    else if (job) setTimeout(() => watch(jobId, look), 2000);
  };
}

// ------------------------------------------------------------ forms and buttons that go to the API

/** The fields of a form as the API takes them: lists of what is ticked, days as the end of that day. */
function readFields(form) {
  const body = {};
  for (const field of form.elements) {
    if (!field.name || (field.type === "checkbox" && !field.checked && !("list" in field.dataset))) continue;
    if ("list" in field.dataset) body[field.name] = (body[field.name] || []).concat(field.checked ? [field.value] : []);
    else if (field.value !== "") body[field.name] = "instant" in field.dataset ? `${field.value}T23:59:59Z` : field.value;
  }
  return body;
}

/** Do what a form or button with `data-method` and `data-address` says; `data-ask` asks back first. */
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
    const { renew } = element.dataset;
    if (renew) htmx.ajax("GET", location.pathname, { target: renew, select: renew, swap: "outerHTML" });
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

document.addEventListener("click", async (event) => {
  const button = event.target.closest("button[data-method]");
  if (button) {
    button.disabled = true;
    await carryOut(button);
    button.disabled = false;
  }
  const copier = event.target.closest("[data-copy]");
  if (copier) copy(copier);
});

/** Put what stands before the button on the clipboard, and say so. */
async function copy(button) {
  const before = button.textContent;
  try {
    await navigator.clipboard.writeText(button.previousElementSibling.textContent);
    button.textContent = "Copied";
  } catch {
    button.textContent = "Select it and copy"; // without HTTPS, browsers keep the clipboard to themselves
  }
  setTimeout(() => { button.textContent = before; }, 2000);
}

// ------------------------------------------------------------ what folds out below a button

/** Close it as people expect: by a click beside it, or by Escape, which leads back to its button. */
document.addEventListener("click", (event) => {
  findAll("details.menu[open]").filter((menu) => !menu.contains(event.target)).forEach((menu) => { menu.open = false; });
});
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && find("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  find("summary", menu).focus();
});

// ------------------------------------------------------------ times

/** Write times in the reader's time zone; of what is younger than a day, how long ago it was. */
function localise() {
  const locale = document.documentElement.dataset.locale;
  const form = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
  const ago = new Intl.RelativeTimeFormat(locale, { numeric: "auto", style: "short" });
  findAll("time[datetime]").forEach((element) => {
    const minutes = Math.round((new Date(element.dateTime) - Date.now()) / 60_000);
    element.title = form.format(new Date(element.dateTime));
    if (minutes === 0) element.textContent = ago.format(0, "second");
    else if (Math.abs(minutes) > 1440) element.textContent = element.title;
    else if (Math.abs(minutes) > 59) element.textContent = ago.format(Math.round(minutes / 60), "hour");
    else element.textContent = ago.format(minutes, "minute");
  });
}

document.body.addEventListener("htmx:afterSwap", localise);
localise();
