// What is chosen and not sent yet stays in this tab over a reload, another language, and leaving: by question and place
// of the option, without a word of either. It is forgotten when it is sent, on signing out, and in another session.
{
  const PLACE = /^st-key-(answer_.+)$/;
  const KEPT = "kodex-chosen ";
  const MINE = `${KEPT}${document.currentScript.dataset.session} `;
  const known = new WeakMap();
  let sent = [];

  const keyOf = (group) => [...group.classList].map((name) => name.match(PLACE)?.[1]).find(Boolean);
  const groups = (within) => [...within.querySelectorAll("[class*=st-key-answer_]")].filter(keyOf);
  const boxes = (group) => [...group.querySelectorAll("input[type=radio], input[type=checkbox]")];

  function forget(isKept) {
    for (const name of Object.keys(sessionStorage)) {
      if (name.startsWith(KEPT) && !(isKept && name.startsWith(MINE))) sessionStorage.removeItem(name);
    }
  }

  function keep(group) {
    const chosen = boxes(group).flatMap((box, place) => (box.checked ? [place] : []));
    if (chosen.length) sessionStorage.setItem(MINE + keyOf(group), JSON.stringify(chosen));
    else sessionStorage.removeItem(MINE + keyOf(group));
  }

  function restore(group) {
    const all = boxes(group);
    if (!all.length || all.some((box) => box.disabled)) return;
    known.set(group, keyOf(group));
    const kept = sessionStorage.getItem(MINE + keyOf(group));
    if (!kept || all.some((box) => box.checked)) return;
    for (const place of JSON.parse(kept)) all[place]?.click();
  }

  function look(changes) {
    const open = groups(document);
    const touched = changes.filter((each) => each.attributeName === "data-selected");
    for (const group of new Set(touched.map((each) => each.target.closest("[class*=st-key-answer_]")))) {
      if (group && known.get(group) === keyOf(group)) keep(group);
    }
    for (const group of open) if (known.get(group) !== keyOf(group)) restore(group);
    if (!sent.length || document.querySelector(".stApp")?.dataset.testScriptState !== "notRunning") return;
    const asked = open.map(keyOf);
    for (const key of sent) if (!asked.includes(key)) sessionStorage.removeItem(MINE + key);
    sent = sent.filter((key) => asked.includes(key));
  }

  document.addEventListener("click", (event) => {
    if (event.target.closest("a[href='/sign-out']")) forget(false);
    const form = event.target.closest("[data-testid=stFormSubmitButton]")?.closest("[data-testid=stForm]");
    if (form) sent = groups(form).map(keyOf);
  });

  forget(true);
  new MutationObserver(look).observe(document.body, {
    subtree: true,
    childList: true,
    attributeFilter: ["class", "data-selected", "data-test-script-state"],
  });
}
