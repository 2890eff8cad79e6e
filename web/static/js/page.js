// What every page can do by keys, and how its menus close. Nothing here is needed to read or to search.

const OFF = "bayan-keys-off";
const RESULTS = ".hit, .items > .item";
const WAIT = 1200; // How long, in milliseconds, a second key may follow "g".

let led = 0;

/** Read or write what is kept in this browser; where it keeps nothing, the keys are on. */
function kept(value) {
  try {
    if (value === undefined) return localStorage.getItem(OFF) === "1";
    localStorage.setItem(OFF, value ? "1" : "0");
  } catch {
    // Storage may be switched off.
  }
  return Boolean(value);
}

/** Tell whether somebody is writing. */
function writing(element) {
  return element.matches("input:not([type=checkbox], [type=radio]), textarea, select") || element.isContentEditable;
}

/** Return the key as a Latin keyboard has it: the layout may be Arabic, Persian or Russian. */
function latin(event) {
  if (/^[ -~]$/.test(event.key)) return event.key;
  if (event.key === "؟") return "?";
  if (event.code === "Slash") return event.shiftKey ? "?" : "/";
  return event.code.startsWith("Key") ? event.code.slice(3).toLowerCase() : event.key;
}

function open(element) {
  if (element) element.click();
  return Boolean(element);
}

/** Focus the result that is `by` away from the one in focus, the first one at the beginning. */
function step(by) {
  const results = [...document.querySelectorAll(RESULTS)];
  const at = results.findIndex((result) => result.contains(document.activeElement));
  const next = at < 0 ? results[by > 0 ? 0 : results.length - 1] : results[at + by];
  if (!next) return false;
  next.querySelector("a[href]").focus();
  next.scrollIntoView({ block: "nearest" });
  return true;
}

function toSearch() {
  const box = document.querySelector("input[name=q]");
  if (!box) return open(document.querySelector("[data-go=h]"));
  box.focus();
  box.select();
  return true;
}

const ACTIONS = {
  "/": toSearch,
  "?": () => open(document.querySelector("a[href$='#keys']")),
  j: () => step(1),
  k: () => step(-1),
  o: () => open(document.activeElement.closest(RESULTS)?.querySelector("a[href]")),
  n: () => open(document.querySelector("a[rel=next]")),
  p: () => open(document.querySelector("a[rel=prev]")),
  s: () => open(document.querySelector("a[data-key=s]")),
  g: () => {
    led = Date.now();
    return true;
  },
};

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    closeMenus(null, true);
    return;
  }
  if (event.defaultPrevented || event.isComposing || event.repeat && !"jkJK".includes(event.key)) return;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (kept() || document.querySelector("dialog[open]") || writing(document.activeElement)) return;
  const key = latin(event);
  const follows = Date.now() - led < WAIT;
  led = 0;
  const done = follows && /^[a-z]$/.test(key) ? open(document.querySelector(`[data-go=${key}]`)) : ACTIONS[key]?.();
  if (done) event.preventDefault();
});

/** Close the open menus but the one that holds `kept`; give the focus that was inside back to their buttons. */
function closeMenus(inside, refocus = false) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (inside && menu.contains(inside)) continue;
    if (refocus && menu.contains(document.activeElement)) menu.querySelector("summary").focus();
    menu.open = false;
  }
}

document.addEventListener("click", (event) => closeMenus(event.target));
document.addEventListener("focusin", (event) => closeMenus(event.target));

document.addEventListener("unfolded", (event) => {
  const single = event.target.querySelector("[data-keys]");
  if (single) single.checked = !kept();
});
document.addEventListener("change", (event) => event.target.matches("[data-keys]") && kept(!event.target.checked));
// A click beside a dialog is on the dialog itself.
document.addEventListener("click", (event) => event.target.localName === "dialog" && event.target.close());

/** Let suggestions be made in a field once somebody is about to type; the address keeps the version of this file. */
function suggest() {
  if (!document.activeElement.matches("input[data-suggest]")) return;
  document.removeEventListener("focusin", suggest);
  const { search } = new URL(import.meta.url);
  import(`./suggest.js${search}`);
}

document.addEventListener("focusin", suggest);
suggest();
