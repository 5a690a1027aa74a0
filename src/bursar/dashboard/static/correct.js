// The review page, changing: values typed in place, rows, boxes drawn on the page, repairs, undo, approval.
"use strict";

let place = null; // where the value being typed was drawn: {page, box, text}

const resultsOf = () => `/api/v1/jobs/${desk().dataset.job}/results`;

// ------------------------------------------------------------ corrections

/** Correct the result; then `path` is chosen. Returns whether it was taken. */
const change = (body, path) => rework("PATCH", resultsOf(), body, path);
const undo = () => rework("POST", `${resultsOf()}/undo`);

/** Have the result changed and show what its arithmetic says now, at the place where the person was looking. */
async function rework(method, where, body, path) {
  const reply = await ask(method, where, body);
  complain(null, reply.success ? null : reply.error);
  if (!reply.success) return false;
  const { scrollTop, scrollLeft } = find(".paper"), height = window.scrollY;
  const seenAt = (field) => (field ? field.getBoundingClientRect().top : 0);
  const before = seenAt(path && fieldAt(path));
  await htmx.ajax("GET", addressOf(pageNow()), { target: "#desk", swap: "outerHTML" });
  Object.assign(find(".paper"), { scrollTop, scrollLeft });
  window.scrollTo(0, height);
  const field = path && fieldAt(path);
  if (before && field) window.scrollBy(0, seenAt(field) - before);
  if (field) field.focus({ preventScroll: true });
  find("[data-act=undo]").disabled = !find(".history li:not(.undone)");
  tellVerdict(reply.data.review && reply.data.review.verdict);
  return true;
}

/** The verdict stands above what was replaced; so does the approval, which a change withdraws. */
function tellVerdict(verdict) {
  const sign = find(".head .sign"), approved = find(".head .approved");
  const shape = { proven: "✔", consistent: "≈", contradicted: "✘" }[verdict] || "○";
  if (sign && verdict) sign.replaceWith(make("span", `${shape} ${verdict}`, { class: `sign ${verdict}` }));
  if (approved) approved.remove();
}

async function approve() {
  const reply = await ask("POST", `/api/v1/jobs/${desk().dataset.job}/approve`);
  if (reply.success) location.assign(`/next?after=${desk().dataset.job}`);
  else complain(null, reply.error);
}

// ------------------------------------------------------------ typing a value

/** What a person types as on the page, as the API takes it: amounts with a point, nothing as null. */
function normalise(text, form) {
  const value = text.trim();
  if (value === "") return null;
  if (form !== "number") return value;
  const bare = value.replace(/[^\d.,+\-−()]/g, "").replace("−", "-").replace(/^\((.*)\)$/, "-$1");
  const last = Math.max(bare.lastIndexOf("."), bare.lastIndexOf(","));
  const marks = bare.replace(/[^.,]/g, "");
  const isLoneDecimal = marks.length === 1 && (bare[last] === desk().dataset.decimal || bare.length - last - 1 !== 3);
  const isDecimal = last >= 0 && (new Set(marks).size === 2 || isLoneDecimal);
  const whole = (isDecimal ? bare.slice(0, last) : bare).replace(/[.,]/g, "");
  const number = isDecimal ? `${whole}.${bare.slice(last + 1)}` : whole;
  return /^[+-]?\d*\.?\d+$/.test(number) ? number : value; // the API says what is wrong with anything else
}

/** Open a value for typing; `text` is what to begin with. Enter saves, Escape leaves it as it was. */
function edit(field, text) {
  const shown = find(".value", field);
  if (!mayWrite() || !shown || find("input", shown)) return;
  const before = shown.textContent;
  const name = find(".label", field);
  const input = make("input", "", { "aria-label": name ? name.textContent : field.dataset.path, dir: "auto" });
  if (field.dataset.form === "date") input.placeholder = "2024-01-31";
  if (field.dataset.form === "number") input.inputMode = "decimal";
  input.value = text === undefined ? field.dataset.raw : text;
  shown.replaceChildren(make("span", before, { class: "before" }), input);
  input.focus();
  input.select();
  const leave = (refocus) => {
    shown.textContent = before;
    place = null;
    if (refocus) field.focus();
  };
  input.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Escape") leave(true);
    if (event.key === "Enter") save(field, input);
  });
  const isUntouched = () => input.isConnected && document.hasFocus() && !drawing && input.value === field.dataset.raw;
  input.addEventListener("blur", () => setTimeout(() => { if (isUntouched()) leave(false); }, 200));
}

async function save(field, input) {
  const path = field.dataset.path, value = normalise(input.value, field.dataset.form);
  const body = { fields: { [path]: value } };
  if (place && value !== null) body.places = { [path]: place };
  if (await change(body, path)) place = null;
  else input.focus();
}

// The first click chooses a value, the next opens it; a double click does both.
let wasChosen = null;
document.addEventListener("pointerdown", (event) => {
  const field = event.target.closest("[data-path]");
  wasChosen = field && field === document.activeElement ? field : null;
});
document.addEventListener("click", (event) => {
  const field = event.target.closest("[data-path]");
  if (field && field === wasChosen) edit(field);
});

// ------------------------------------------------------------ rows and repairs

/** Put in a row that says nothing yet but what must be said: a transaction its day, its direction and an amount of zero. */
function addRow(path) {
  const index = Number(path.slice(path.lastIndexOf(".") + 1)), list = path.slice(0, path.lastIndexOf("."));
  const above = (name) => { const cell = fieldAt(`${list}.${index - 1}.${name}`); return cell ? cell.dataset.raw : null; };
  const isTransaction = /(^|\.)transactions$/.test(list);
  const row = isTransaction ? { date: above("date"), type: above("type") || "debit", description: "", amount: "0" } : { description: "" };
  change({ insert: { [path]: row } }, `${path}.description`);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-repair], [data-add], [data-remove]");
  if (!button) return;
  const { repair, then, add, remove } = button.dataset;
  if (repair) change(JSON.parse(repair), then);
  else if (add) addRow(add);
  else change({ remove: [remove] });
});

// ------------------------------------------------------------ drawing a box

let rubber = null, corner = null; // the box while it is drawn, and where it was begun by pointer

function setDrawing(on) {
  drawing = on && mayWrite();
  if (rubber) rubber.remove();
  rubber = corner = null;
  find("#hint").hidden = !drawing;
  const button = find("[data-act=draw]");
  if (button) button.setAttribute("aria-pressed", drawing);
  setZoom(zoom);
}

/** Where the pointer is, in the units of the document's boxes. */
function pointOf(event) {
  const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(find(".paper svg").getScreenCTM().inverse());
  return [point.x, point.y];
}

function edgesOf([x0, y0], [x1, y1]) {
  return [Math.min(x0, x1), Math.min(y0, y1), Math.max(x0, x1), Math.max(y0, y1)].map((edge) => Math.round(edge * 10) / 10);
}

/** Fill the value chosen with the words whose middle lies in the box. */
async function fillFrom(box) {
  setDrawing(false);
  const field = selected && fieldAt(selected);
  if (!field) { complain(null, { message: "Choose a value first, then draw the box that it stands in." }); return; }
  const page = Number(pageNow());
  const { data, error } = await ask("GET", `/api/v1/files/${desk().dataset.document}/pages/${page}/words`);
  if (!data) { complain(null, error); return; }
  const inside = data.words.filter(({ box: [x0, y0, x1, y1] }) => {
    const x = (x0 + x1) / 2, y = (y0 + y1) / 2;
    return x >= box[0] && x <= box[2] && y >= box[1] && y <= box[3];
  });
  if (!inside.length) { complain(null, { message: "No words stand in this box." }); return; }
  complain(null, null);
  const text = inside.map((word) => word.text).join(" ");
  const edge = (side, choose) => choose(...inside.map((word) => word.box[side]));
  const open = find("input", field);
  if (open) open.value = text;
  else edit(field, text);
  place = { page, box: [edge(0, Math.min), edge(1, Math.min), edge(2, Math.max), edge(3, Math.max)], text };
}

/** Show the box as it is drawn. */
function stretch([x0, y0, x1, y1]) {
  if (!rubber) {
    rubber = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    rubber.setAttribute("class", "rubber");
    find(".paper svg").append(rubber);
  }
  for (const [name, value] of Object.entries({ x: x0, y: y0, width: x1 - x0, height: y1 - y0 })) rubber.setAttribute(name, value);
}

// By pointer: drag from corner to corner, or click at one and then at the other.
document.addEventListener("pointerdown", (event) => {
  if (!drawing || !event.target.closest(".paper svg")) return;
  event.preventDefault();
  corner = corner || pointOf(event);
  stretch(edgesOf(corner, pointOf(event)));
});

document.addEventListener("pointermove", (event) => { if (corner) stretch(edgesOf(corner, pointOf(event))); });

document.addEventListener("pointerup", (event) => {
  if (!corner) return;
  const box = edgesOf(corner, pointOf(event));
  if (box[2] - box[0] > 1 && box[3] - box[1] > 1) fillFrom(box);
});

// By keys: arrows move the box, with Shift they make it larger or smaller; Enter takes the words in it, Escape leaves it.
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** The box as it is; at first, that of the value chosen, or one in the middle of the page. */
function boxNow() {
  const { width, height } = find(".paper svg").viewBox.baseVal, drawn = rubber || (selected && boxAt(selected));
  if (!drawn) return [0.4 * width, 0.4 * height, 0.6 * width, 0.42 * height];
  const [x, y, wide, high] = ["x", "y", "width", "height"].map((name) => Number(drawn.getAttribute(name)));
  return [x, y, x + wide, y + high];
}

function steer(event) {
  const [x0, y0, x1, y1] = boxNow(), step = find(".paper svg").viewBox.baseVal.width / 150;
  const [right, down] = ARROWS[event.key].map((way) => way * step);
  stretch(event.shiftKey
    ? [x0, y0, Math.max(x1 + right, x0 + step), Math.max(y1 + down, y0 + step)]
    : [x0 + right, y0 + down, x1 + right, y1 + down]);
  rubber.scrollIntoView({ block: "nearest", inline: "nearest" });
}

document.addEventListener("keydown", (event) => {
  if (!drawing || event.target.matches("input, select, textarea")) return;
  if (event.key in ARROWS) steer(event);
  else if (event.key === "Enter" && rubber) fillFrom(boxNow());
  else if (event.key === "Escape") setDrawing(false);
  else return;
  event.preventDefault();
  event.stopImmediatePropagation(); // the keys mean something else where nothing is drawn
}, { capture: true });
