// Where the server is. By itself Streamlit asks for it below the path of each screen first, where there is none.
window.__streamlit = { BACKEND_BASE_URL: location.origin };

// A new screen begins at its top, and an answer's explanation is where the reader goes on: for the eye, the keyboard
// and the screen reader. By itself Streamlit stays where the button was.
let shown = "";
let told = null;

function goOn(element) {
  element.tabIndex = -1;
  element.focus({ preventScroll: true });
}

// What Streamlit says in English alone, in the reader's language.
const ours = JSON.parse(document.currentScript.dataset.words);

function translate() {
  const skip = document.querySelector("[data-testid=stSkipToContent]");
  if (skip && Object.hasOwn(ours, skip.textContent)) skip.textContent = ours[skip.textContent];
  for (const part of document.querySelectorAll(".stApp [aria-label]")) {
    if (Object.hasOwn(ours, part.ariaLabel)) part.ariaLabel = ours[part.ariaLabel];
  }
  for (const part of document.querySelectorAll("[data-testid=stFileUploaderDropzone] button *")) {
    if (!part.children.length && Object.hasOwn(ours, part.textContent)) part.textContent = ours[part.textContent];
  }
}

function look() {
  translate();
  const title = document.querySelector(".stMain h1");
  const explanation = document.querySelector(".st-key-explained h2");
  if (title && title.textContent !== shown) {
    if (shown) {
      document.querySelector(".stMain").scrollTo({ top: 0 });
      goOn(title);
    }
    shown = title.textContent;
  } else if (explanation && explanation !== told) {
    goOn(explanation);
    explanation.scrollIntoView({ block: "nearest" });
  }
  told = explanation;
}

// Links of ours to another screen: like Streamlit's own, they draw it without loading the page anew.
const SCREENS = /^\/(team|certifications|people|content|record|person|lesson|assessment|commitment)?$/;

document.addEventListener("click", (event) => {
  const link = event.target.closest(".stHtml a[href], .stMarkdown a[href]");
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  const there = new URL(link.href);
  if (there.origin !== location.origin || !SCREENS.test(there.pathname)) return;
  event.preventDefault();
  history.pushState({}, "", there);
  dispatchEvent(new PopStateEvent("popstate"));
});

new MutationObserver(look).observe(document.getElementById("root"), {
  subtree: true,
  childList: true,
  characterData: true,
});
