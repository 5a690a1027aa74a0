// The review page, looking: boxes and fields that light each other, pages, zoom, keys. What changes values is correct.js.
"use strict";

let selected = null; // the path of the value chosen last
let drawing = false; // whether the next drag on the page draws a box

const desk = () => find("#desk");
const mayWrite = () => desk() && "writable" in desk().dataset;
const fieldAt = (path) => findAll("[data-path]").find((element) => element.dataset.path === path);
const boxAt = (path) => findAll("[data-box]").find((element) => element.dataset.box === path);

// ------------------------------------------------------------ values and their boxes

function light(path) {
  findAll(".lit").forEach((element) => element.classList.remove("lit"));
  const box = boxAt(path), field = fieldAt(path);
  if (box) { box.classList.add("lit"); box.scrollIntoView({ block: "nearest", inline: "nearest" }); }
  if (field) field.classList.add("lit");
  const point = pointOfRow(path);
  if (point) point.classList.add("lit");
}

/** The point of the running balance that stands for the row of a value. */
function pointOfRow(path) {
  const row = /^transactions\.\d+\./.exec(path);
  return row && find(`.line [data-jump="${row[0]}balance"]`);
}

/** Light a value up; where it stands on another page, turn to that page first. */
async function show(path) {
  const field = fieldAt(path);
  if (field && field.dataset.page && field.dataset.page !== pageNow()) {
    await openPage(field.dataset.page);
    const again = fieldAt(path); // the tables may have been replaced as well
    if (again && again !== document.activeElement) again.focus({ preventScroll: true });
  }
  light(path);
}

/** Go to a value; where its row is not on the page that is open, `page` says where it is. */
async function jump(path, page) {
  if (!fieldAt(path) && page) await openPage(page);
  const field = fieldAt(path);
  if (!field) return;
  if (!field.offsetParent) showRest(true);
  field.focus();
  field.scrollIntoView({ block: "center" });
}

/** Show the fields that are hidden at first, empty ones and the parts of addresses, or hide them again. */
function showRest(on) {
  const button = find("[data-act=rest]");
  if (button) button.setAttribute("aria-pressed", on);
  document.body.classList.toggle("show-rest", on);
}

document.addEventListener("click", (event) => {
  if (event.target.closest("button, a")) return;
  const box = event.target.closest("[data-box]"), jumper = event.target.closest("[data-jump]");
  if (box) jump(box.dataset.box);
  else if (jumper) jump(jumper.dataset.jump, jumper.dataset.jumpPage);
});

document.addEventListener("mouseover", (event) => {
  const field = event.target.closest("[data-path]"), box = event.target.closest("[data-box]");
  const point = event.target.closest(".line [data-jump]");
  if (field && (boxAt(field.dataset.path) || pointOfRow(field.dataset.path))) light(field.dataset.path);
  if (box) light(box.dataset.box);
  if (point) light(point.dataset.jump);
});

document.addEventListener("focusin", (event) => {
  const field = event.target.closest("[data-path]");
  if (!field) return;
  selected = field.dataset.path;
  show(selected);
});

// ------------------------------------------------------------ pages

const addressOf = (page) => `${location.pathname}?page=${page}`;
const pageNow = () => find("#sheet").dataset.page;

/** Open another page of the document; of one with long tables, with the rows of that page. */
const openPage = (page) => htmx.ajax("GET", addressOf(page), { target: "long" in desk().dataset ? "#desk" : "#sheet", swap: "outerHTML" });

/** Turn by so many pages, as far as there are any. A link that has just come would be followed: htmx does not know it yet. */
function turn(pages) {
  const next = Number(pageNow()) + pages;
  if (next >= 1 && next <= Number(find("#sheet").dataset.count)) openPage(next);
}

/** Have the pages beside the open one fetched beforehand, so that turning shows them at once. */
function fetchNeighbours() {
  const { picture, page, count } = find("#sheet").dataset;
  for (const near of [Number(page) + 1, Number(page) - 1]) {
    if (near >= 1 && near <= Number(count)) new Image().src = picture.replace("{page}", near);
  }
}

document.addEventListener("submit", (event) => {
  if (!event.target.matches(".turn form")) return;
  event.preventDefault();
  openPage(event.target.elements.page.value);
});

// ------------------------------------------------------------ zoom, and moving the paper by hand

const MOST_ZOOM = 4;
let zoom = 1;

function setZoom(wanted) {
  zoom = Math.min(Math.max(wanted, 1), MOST_ZOOM);
  const paper = find(".paper");
  if (!paper) return;
  paper.className = `paper zoom-${zoom}${drawing ? " drawing" : ""}`;
  sharpen();
}

/** Fetch the page in as many pixels as are shown, where those of the first picture are too few. */
function sharpen() {
  const picture = find(".picture"), wanted = find(".paper svg").clientWidth * window.devicePixelRatio;
  if (!picture || wanted <= 1280) return;
  const address = picture.getAttribute("href").replace(/\?.*/, "");
  picture.setAttribute("href", `${address}?width=${wanted <= 1920 ? 1920 : 2560}`);
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

document.addEventListener("wheel", (event) => {
  if (!event.ctrlKey || !event.target.closest(".paper")) return;
  event.preventDefault();
  setZoom(zoom + (event.deltaY < 0 ? 1 : -1));
}, { passive: false });

// ------------------------------------------------------------ buttons

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-act], [data-zoom], [data-open], .menu a[download]");
  if (!button) return;
  if (button.matches("a")) {
    event.preventDefault();
    takeAway(button.href).then((error) => complain(null, error)); // formats demand what not every document says
  }
  else if (button.dataset.zoom) setZoom(zoom + (button.dataset.zoom === "larger" ? 1 : -1));
  else if (button.dataset.open) find("#keys").showModal();
  else act(button.dataset.act);
});

/** What the buttons of the page do, and their keys. */
async function act(name) {
  if (name === "undo" && mayWrite()) await undo();
  if (name === "approve" && mayWrite()) await approve();
  if (name === "draw") setDrawing(!drawing);
  if (name === "rest") showRest(!document.body.classList.contains("show-rest"));
}

// ------------------------------------------------------------ keys

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
  const above = { ArrowDown: row.nextElementSibling, ArrowUp: row.previousElementSibling };
  const beside = { ArrowLeft: cell.previousElementSibling, ArrowRight: cell.nextElementSibling };
  const next = key in above ? above[key] && above[key].children[column] : beside[key];
  if (next && next.matches("[data-path]")) next.focus();
}

const isDoubtful = (field) => find(".dot.contradicted, .dot.unchecked, .dot[title*=low]", field);

const KEYS = {
  j: () => move(1, () => true),
  k: () => move(-1, () => true),
  n: () => move(1, isDoubtful),
  "[": () => turn(-1),
  "]": () => turn(1),
  "+": () => setZoom(zoom + 1),
  "-": () => setZoom(zoom - 1),
  a: () => act("approve"),
  u: () => act("undo"),
  b: () => act("draw"),
  e: () => act("rest"),
  "?": () => find("#keys").showModal(),
  Escape: () => setDrawing(false),
  Enter: (place) => {
    if (place.matches("[data-jump]")) jump(place.dataset.jump, place.dataset.jumpPage);
    else if (place.matches("[data-path]")) edit(place);
  },
};

document.addEventListener("keydown", (event) => {
  const place = event.target;
  if (!desk() || event.ctrlKey || event.metaKey || event.altKey || place.matches("input, select, textarea") || find("dialog[open]")) return;
  if (event.key.startsWith("Arrow") && place.matches("td[data-path]")) {
    event.preventDefault();
    moveInGrid(place, event.key);
  } else if (KEYS[event.key] && !(event.key === "Enter" && place.matches("a, button, summary"))) {
    event.preventDefault();
    KEYS[event.key](place);
  }
});

// ------------------------------------------------------------ a document that is still being read

const awaited = find("[data-await]");
if (awaited) {
  watch(awaited.dataset.await, (job) => {
    find("progress", awaited).value = job.progress;
    if (job.status === "completed" || job.status === "failed") location.reload();
  });
}

function prepareSheet() {
  if (!desk()) return;
  setZoom(zoom);
  showRest(document.body.classList.contains("show-rest"));
  fetchNeighbours();
}

document.body.addEventListener("htmx:afterSwap", prepareSheet);
prepareSheet();
