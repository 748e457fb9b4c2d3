// A new screen begins at its top, and an answer's explanation is where the reader goes on: for the eye, the keyboard
// and the screen reader. By itself Streamlit stays where the button was.
let shown = "";
let told = null;

function goOn(element) {
  element.tabIndex = -1;
  element.focus({ preventScroll: true });
}

function look() {
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

new MutationObserver(look).observe(document.getElementById("root"), {
  subtree: true,
  childList: true,
  characterData: true,
});
