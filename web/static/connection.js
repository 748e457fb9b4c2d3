// The connection to the server: what the reader is told while it is gone, and that an answer sent meanwhile arrives.
{
  // Shorter gaps than this nobody has to know of; milliseconds, as everywhere here.
  const UNNOTICED = 1000;
  // Until the server has drawn what it has when the connection is back.
  const SETTLED = 1500;
  const BACK_IS_SHOWN = 6000;
  const SESSION_IS_ASKED_FOR = 10000;

  const banner = document.querySelector(".kodex-connection");
  let wasConnected = false;
  let isGone = false;
  let isTold = false;
  // The class of the button of an answer that the server has not been heard to take, and whether it began to.
  let sent = null;
  let hasBegun = false;

  const states = () => document.querySelector(".stApp")?.dataset ?? {};
  const isLost = () => !navigator.onLine || (wasConnected && states().testConnectionState !== "CONNECTED");

  function say(what) {
    banner.textContent = what ? banner.dataset[what] : "";
    banner.hidden = !what;
  }

  // Streamlit's own dialog is English, and takes the page away. Closed once, it does not come again.
  function closeStreamlits() {
    if (states().testConnectionState === "CONNECTED") return;
    for (const dialog of document.querySelectorAll("[data-testid=stDialog]")) {
      if (dialog.querySelector("h2")?.textContent !== "Connection error") continue;
      wasConnected = true;
      dialog.querySelector("section > button")?.click();
    }
  }

  function look() {
    closeStreamlits();
    const { testConnectionState: line, testScriptState: script } = states();
    if (line === "CONNECTED") wasConnected = true;
    if (isLost() !== isGone) (isGone ? comeBack : go)();
    if (isGone || !sent) return;
    if (script === "running") hasBegun = true;
    else if (hasBegun && !isTold) sent = null;
  }

  function go() {
    isGone = true;
    setTimeout(() => {
      if (!isGone) return;
      isTold = true;
      say(sent ? "waiting" : "gone");
    }, UNNOTICED);
    setTimeout(askForSession, SESSION_IS_ASKED_FOR);
  }

  function comeBack() {
    isGone = false;
    if (isTold) setTimeout(settle, SETTLED);
  }

  function settle() {
    if (isGone || !isTold) return;
    if (states().testScriptState !== "notRunning") return void setTimeout(settle, SETTLED);
    const button = sent && document.querySelector(`.${CSS.escape(sent)} button:enabled`);
    if (button && !hasBegun) {
      hasBegun = true;
      button.click();
      return void setTimeout(settle, SETTLED);
    }
    say(sent && !button ? "saved" : "back");
    sent = null;
    isTold = false;
    setTimeout(() => isTold || say(""), BACK_IS_SHOWN);
  }

  // A session that has ended looks like a lost connection, too: the server refuses the tab.
  async function askForSession() {
    if (!isGone) return;
    const answer = await fetch(location.pathname, { method: "HEAD" }).catch(() => null);
    if (answer?.status === 401) location.reload();
    else setTimeout(askForSession, SESSION_IS_ASKED_FOR);
  }

  document.addEventListener("click", (event) => {
    const place = event.target.closest("[data-testid=stFormSubmitButton]")?.closest("[class*=st-key-FormSubmitter]");
    if (!event.isTrusted || !place?.closest("[data-testid=stForm]").querySelector("[class*=st-key-answer_]")) return;
    sent = [...place.classList].find((name) => name.startsWith("st-key-"));
    hasBegun = false;
    if (isTold) say("waiting");
  });

  // Whoever chooses again has not sent that yet.
  function chooseAgain(event) {
    if (!sent || !event.isTrusted || !event.target.closest("[class*=st-key-answer_]")) return;
    if (event.type === "keydown" && event.key !== " " && !event.key.startsWith("Arrow")) return;
    sent = null;
    if (isTold) say("gone");
  }

  document.addEventListener("pointerdown", chooseAgain, true);
  document.addEventListener("keydown", chooseAgain, true);
  addEventListener("offline", look);
  addEventListener("online", look);
  new MutationObserver(look).observe(document.body, {
    subtree: true,
    childList: true,
    attributeFilter: ["data-test-connection-state", "data-test-script-state"],
  });
}
