// What is chosen and not sent yet stays in this tab over a reload, another language, and leaving: by question and place
// of the option, without a word of either. It is forgotten when it is sent, on signing out, and in another session.
{
  const KEY = /^st-key-answers?_(.+)$/;
  const GROUP = "[class*=st-key-answer_], [class*=st-key-answers_]";
  const KEPT = "kodex-chosen ";
  const MINE = `${KEPT}${document.currentScript.dataset.session} `;
  const known = new WeakMap();
  const replayed = new Map();
  let sent = [];

  const keyOf = (group) => [...group.classList].map((name) => name.match(KEY)?.[1]).find(Boolean);
  const isWhole = (group) => keyOf(group) && !group.parentElement.closest("[class*=st-key-answers_]");
  const groups = () => [...document.querySelectorAll(GROUP)].filter(isWhole);
  const boxes = (group) => [
    ...group.querySelectorAll("input[type=radio], input[type=checkbox], [data-testid=stButtonGroup] button"),
  ];
  const isOn = (box) => box.checked ?? box.hasAttribute("data-selected");
  const isRunning = () => document.querySelector(".stApp")?.dataset.testScriptState !== "notRunning";

  function forget(isKept) {
    for (const name of Object.keys(sessionStorage)) {
      if (name.startsWith(KEPT) && !(isKept && name.startsWith(MINE))) sessionStorage.removeItem(name);
    }
  }

  // `of` is the number of options: while a screen is being drawn, some of them are still missing.
  function keep(group, places, of) {
    if (places.length) sessionStorage.setItem(MINE + keyOf(group), JSON.stringify({ places, of }));
    else sessionStorage.removeItem(MINE + keyOf(group));
  }

  const kept = (group) => JSON.parse(sessionStorage.getItem(MINE + keyOf(group)));

  function restore(group) {
    const all = boxes(group);
    if (!all.length || all.some((box) => box.disabled)) return;
    const was = kept(group);
    if (was && was.of !== all.length) return;
    known.set(group, keyOf(group));
    if (was && !all.some(isOn)) for (const place of was.places) all[place].click();
  }

  // Steps in an order: the server says which place each was drawn at, and whether it knows of no move yet. An order is
  // restored move by move, because the server has to make each.
  function order(group, steps) {
    const key = keyOf(group);
    const stands = steps.map((step) => Number(step.dataset.place));
    if (steps.some((step) => step.hasAttribute("data-drawn")) && !replayed.has(key)) {
      const was = kept(group);
      if (was) replayed.set(key, { target: was.places, from: null });
    }
    const replay = replayed.get(key);
    const next = replay?.target.findIndex((each, place) => each !== stands[place]) ?? -1;
    const at = replay ? stands.indexOf(replay.target[next]) : -1;
    if (replay && stands.length < replay.target.length) return;
    if (at > next) {
      const up = group.querySelectorAll("[class*=st-key-move_][class*='_-1'] button")[at];
      if (!up || replay.from === String(stands)) return;
      replay.from = String(stands);
      up.click();
    } else {
      replayed.delete(key);
      if (!steps.some((step) => step.hasAttribute("data-drawn"))) keep(group, stands, stands.length);
    }
  }

  function look(changes) {
    const touched = changes.filter((each) => each.attributeName === "data-selected");
    for (const change of touched) {
      const group = groups().find((each) => each.contains(change.target));
      if (group && known.get(group) === keyOf(group)) {
        const all = boxes(group);
        keep(group, all.flatMap((box, place) => (isOn(box) ? [place] : [])), all.length);
      }
    }
    if (isRunning()) return;
    const open = groups();
    for (const group of open) {
      const steps = [...group.querySelectorAll("[data-place]")];
      if (steps.length) order(group, steps);
      else if (known.get(group) !== keyOf(group)) restore(group);
    }
    if (!sent.length) return;
    const asked = open.map(keyOf);
    for (const key of sent) if (!asked.includes(key)) sessionStorage.removeItem(MINE + key);
    sent = sent.filter((key) => asked.includes(key));
  }

  document.addEventListener("click", (event) => {
    if (event.target.closest("a[href='/sign-out']")) forget(false);
    if (event.isTrusted && event.target.closest("[class*=st-key-move_]")) replayed.clear();
    if (event.target.closest("[data-testid=stFormSubmitButton], [class*=st-key-submit_]")) sent = groups().map(keyOf);
  }, true);

  forget(true);
  new MutationObserver(look).observe(document.body, {
    subtree: true,
    childList: true,
    attributeFilter: ["class", "data-selected", "data-test-script-state"],
  });
}
