// Where the server is. By itself Streamlit asks for it below the path of each screen first, where there is none.
window.__streamlit = { BACKEND_BASE_URL: location.origin };

// A new screen begins at its top. A complaint, a hint and an answer's explanation are where the reader goes on: for the
// eye, the keyboard and the screen reader. By itself Streamlit stays where the button was.
const PLACES = [".kodex-complaint", ".kodex-hint", ".kodex-after li.own:not(.plain)", ".kodex-explained .kodex-verdict"];
let shown = "";
let announced = null;
let heard = "";
let kept = null;

function goOn(element) {
  element.tabIndex = -1;
  element.focus({ preventScroll: true });
}

// What the same run still draws around it would push it out of sight: it is kept in view until the reader acts.
let inView = null;

function keepInView(block = "nearest") {
  inView?.scrollIntoView({ block });
}

for (const act of ["wheel", "touchmove", "keydown", "pointerdown"]) {
  addEventListener(act, () => (inView = null), { capture: true, passive: true });
}

function bringIntoView(element, block) {
  goOn(element);
  inView = element;
  keepInView(block);
}

function place() {
  for (const each of PLACES) {
    const found = document.querySelector(`.stMain ${each}`);
    if (found) return found;
  }
  return null;
}

// A form that is sent again, still without an answer, is complained of in the same words: the screen does not change.
const A_RUN = 300;

function remind(pressed) {
  if (isChanging()) return setTimeout(remind, A_RUN, pressed);
  const here = place();
  if (document.activeElement !== pressed || !here?.matches(".kodex-complaint")) return;
  bringIntoView(here);
}

document.addEventListener("click", (event) => {
  const pressed = event.target.closest("[data-testid=stFormSubmitButton] button, [class*=st-key-submit_] button");
  if (pressed && place()?.matches(".kodex-complaint")) setTimeout(remind, A_RUN, pressed);
});

// A step that was moved is drawn anew in another place. The focus goes with it, at the end to its other button.
let moved = null;

function followMoved() {
  if (!moved || document.activeElement !== document.body) return;
  const other = moved.endsWith("_-1") ? moved.replace(/_-1$/, "_1") : moved.replace(/_1$/, "_-1");
  const buttons = [moved, other].map((each) => document.getElementsByClassName(each)[0]?.querySelector("button"));
  buttons.find((each) => each && !each.disabled)?.focus();
}

document.addEventListener("click", (event) => {
  if (!event.isTrusted) return;
  const kinds = event.target.closest("[class*=st-key-move_]")?.classList ?? [];
  moved = [...kinds].find((each) => each.startsWith("st-key-move_")) ?? null;
}, true);

// What Streamlit says in English alone, in the reader's language.
const ours = JSON.parse(document.currentScript.dataset.words);

function translate() {
  const skip = document.querySelector("[data-testid=stSkipToContent]");
  if (skip && Object.hasOwn(ours, skip.textContent)) skip.textContent = ours[skip.textContent];
  for (const part of document.querySelectorAll("[aria-label]")) {
    // As in "year, Due from": what it is, and whose.
    const [what, ...whose] = part.ariaLabel.split(", ");
    if (Object.hasOwn(ours, what)) part.ariaLabel = [ours[what], ...whose].join(", ");
  }
  for (const part of document.querySelectorAll("input[placeholder]")) {
    if (Object.hasOwn(ours, part.placeholder)) part.placeholder = ours[part.placeholder];
  }
  for (const month of document.querySelectorAll("[data-type=month][aria-valuenow]")) {
    const name = new Intl.DateTimeFormat(document.documentElement.lang, { month: "long" });
    const said = name.format(new Date(2000, month.ariaValueNow - 1));
    if (month.ariaValueText !== said) month.ariaValueText = said;
  }
  for (const part of document.querySelectorAll("[aria-valuetext]")) {
    if (Object.hasOwn(ours, part.ariaValueText)) part.ariaValueText = ours[part.ariaValueText];
  }
  // The chosen date once more, in words, English in every language; each part of it is said already.
  const again = document.querySelector("[id^=react-aria-description]");
  if (again?.textContent && document.documentElement.lang !== "en") again.textContent = "";
  for (const part of document.querySelectorAll("[data-testid=stFileUploaderDropzone] button *")) {
    if (!part.children.length && Object.hasOwn(ours, part.textContent)) part.textContent = ours[part.textContent];
  }
}

// Drawings, put into the page so that they have its colours: Streamlit takes <svg> out of what it is sent.
const OF_DRAWINGS = new Set("svg g path circle rect line polyline polygon ellipse".split(" "));

function draw() {
  for (const place of document.querySelectorAll(".kodex-drawing[data-svg]")) {
    const drawing = new DOMParser().parseFromString(place.dataset.svg, "image/svg+xml").documentElement;
    place.removeAttribute("data-svg");
    const parts = [drawing, ...drawing.querySelectorAll("*")];
    if (parts.every((part) => OF_DRAWINGS.has(part.localName))) place.replaceChildren(document.importNode(drawing, true));
  }
}

// A tab in the middle of a course says where.
const BETWEEN = " – ";

function nameTab() {
  const here = document.querySelector(".kodex-position strong")?.textContent;
  const screen = document.title.split(BETWEEN).at(-1);
  const wanted = here ? here + BETWEEN + screen : screen;
  if (document.title !== wanted) document.title = wanted;
}

// The keys that scroll a page do so from the first moment: by themselves only once something in it has been pressed.
const SCROLLING = new Set(["PageDown", "PageUp", " ", "Home", "End", "ArrowDown", "ArrowUp"]);

document.addEventListener("keydown", (event) => {
  const main = document.querySelector(".stMain");
  if (!main || document.activeElement !== document.body || !SCROLLING.has(event.key)) return;
  main.tabIndex = -1;
  main.focus({ preventScroll: true });
});

// What stood on the page while its scripts were loaded; after this many milliseconds it says that it takes long.
const PATIENCE = 30000;
const opening = document.querySelector(".kodex-opening");
setTimeout(() => (opening.querySelector(".late").hidden = false), PATIENCE);

function look() {
  translate();
  followMoved();
  draw();
  nameTab();
  document.querySelector(".stMain[tabindex='0']")?.setAttribute("tabindex", "-1");
  if (opening.isConnected && document.querySelector("[data-testid=stElementContainer]")) opening.remove();
  const title = document.querySelector(".stMain h1");
  const newest = document.querySelector(".kodex-chat:not(details *) li:last-child");
  const here = place();
  if (title && title.textContent !== shown) {
    if (shown) {
      inView = null;
      document.querySelector(".stMain").scrollTo({ top: 0 });
      goOn(title);
    }
    shown = title.textContent;
    heard = newest?.id;
  } else if (newest && newest.id !== heard) {
    bringIntoView(newest, "center");
    heard = newest.id;
  } else if (here && here !== announced && !document.activeElement.matches("input, textarea, [role=spinbutton]")) {
    bringIntoView(here);
  } else if (inView?.isConnected) {
    keepInView();
  }
  announced = here;
  const noted = document.querySelector(".kodex-kept");
  if (noted && noted !== kept && document.activeElement === document.body) goOn(noted);
  kept = noted;
}

// A date that is typed counts at once, on Enter, and when its field is left: by itself Streamlit waits until the
// calendar is closed, and the field shows one day, the figures another.
const TYPED_FOR = 600;
let typing = null;

function isWhole(field) {
  const year = field.querySelector("[data-type=year]");
  return !field.querySelector("[data-placeholder=true]") && year.ariaValueNow >= 1000;
}

function takeDate(field) {
  clearTimeout(typing);
  const part = field.querySelector("[role=spinbutton]");
  part?.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", code: "Escape", bubbles: true, cancelable: true }));
  setTimeout(() => document.documentElement.removeAttribute("data-choosing"), 200);
}

document.addEventListener("keydown", (event) => {
  const field = event.target.closest?.("[data-testid=stDateInputField]");
  if (!field || !event.isTrusted || event.key === "Tab" || event.key === "Escape") return;
  if (!event.target.matches("[role=spinbutton]")) return;
  document.documentElement.setAttribute("data-choosing", "");
  clearTimeout(typing);
  if (event.key === "Enter") takeDate(field);
  else typing = setTimeout(() => isWhole(field) && takeDate(field), TYPED_FOR);
});

document.addEventListener("focusout", (event) => {
  const field = event.target.closest?.("[data-testid=stDateInputField]");
  const goesTo = event.relatedTarget;
  if (!field || goesTo?.closest("[data-testid=stDateInputCalendar]")) return;
  if (field.contains(goesTo) && goesTo.matches("[role=spinbutton]")) return;
  if (document.documentElement.hasAttribute("data-choosing")) takeDate(field);
});

// A file is of the day and the selection that stand on the screen, never of what is just being replaced.
function isChanging() {
  const app = document.querySelector("[data-testid=stApp]");
  return document.documentElement.hasAttribute("data-choosing") || app?.dataset.testScriptState !== "notRunning";
}

document.addEventListener("click", (event) => {
  if (event.target.closest(".kodex-files a") && isChanging()) event.preventDefault();
});

// What is printed is the whole page: nothing on paper can be unfolded.
document.addEventListener("click", (event) => {
  if (event.target.closest(".kodex-button.print")) print();
});

addEventListener("beforeprint", () => {
  for (const row of document.querySelectorAll(".kodex-principles details:not([open])")) {
    row.open = true;
    row.dataset.folded = "";
  }
});

addEventListener("afterprint", () => {
  for (const row of document.querySelectorAll("[data-folded]")) {
    row.open = false;
    delete row.dataset.folded;
  }
});

// Our links to another screen: like Streamlit's own, they draw it without reloading the page.
const SCREEN = /^\/(?!(account|verify)$)[a-z]*$/;

document.addEventListener("click", (event) => {
  const link = event.target.closest(".stHtml a[href], .stMarkdown a[href]");
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  const there = new URL(link.href);
  if (there.origin !== location.origin || !SCREEN.test(there.pathname)) return;
  event.preventDefault();
  history.pushState({}, "", there);
  dispatchEvent(new PopStateEvent("popstate"));
});

// All of the page: a calendar or a list that opens is outside of the screen.
new MutationObserver(look).observe(document.body, {
  subtree: true,
  childList: true,
  characterData: true,
  attributeFilter: ["aria-label", "aria-valuetext"],
});
