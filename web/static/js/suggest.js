// Suggestions while typing: the combobox with a list of the ARIA Authoring Practices. Without it, the form works as it is.

const DELAY = 120; // milliseconds without a keystroke, before anything is asked
const LIMIT = 8;
const KINDS = ["word", "concept", "source", "language"];
const OTHERS = 2; // of the words for a concept in other languages, as many are shown

function element(tag, name, text = "") {
  const made = document.createElement(tag);
  made.className = name;
  made.textContent = text;
  return made;
}

class Combobox {
  constructor(input) {
    this.input = input;
    this.languages = Object.fromEntries(input.dataset.languages.split(";").map((pair) => pair.split("=")));
    this.options = [];
    this.at = -1;
    this.list = element("div", "suggestions");
    this.list.id = "suggestions";
    this.list.hidden = true;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", input.dataset.list);
    this.status = element("div", "unseen");
    this.status.setAttribute("role", "status");
    input.after(this.list, this.status);
    for (const [name, value] of Object.entries({
      role: "combobox",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": this.list.id,
    })) {
      input.setAttribute(name, value);
    }
    input.addEventListener("input", (event) => event.isComposing || this.later());
    input.addEventListener("compositionend", () => this.later());
    input.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("blur", () => this.close());
    // A press would take the focus out of the field, and so close the list before the click.
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.take(this.options.indexOf(option));
    });
    // Somebody may have typed while this file was on its way.
    if (input === document.activeElement && input.value !== input.defaultValue) this.later();
  }

  get open() {
    return !this.list.hidden;
  }

  later() {
    this.forget();
    if (this.input.value.trim()) this.timer = setTimeout(() => this.ask(), DELAY);
    else this.close();
  }

  // What is under way is no longer wanted: neither its answer nor, if that is on the way, its showing.
  forget() {
    clearTimeout(this.timer);
    this.request?.abort();
    this.request = null;
  }

  async ask() {
    const request = new AbortController();
    this.request = request;
    const asked = new URLSearchParams({ q: this.input.value, limit: LIMIT });
    try {
      const answer = await fetch(`${this.input.dataset.suggest}?${asked}`, { signal: request.signal });
      const found = answer.ok ? (await answer.json()).suggestions : [];
      if (this.request === request && document.activeElement === this.input) this.show(found);
    } catch {
      // Aborted, or no network: a search can still be sent.
      if (this.request === request) this.close();
    }
  }

  show(found) {
    const parts = [];
    this.options = [];
    for (const kind of KINDS) {
      const of = found.filter((suggestion) => suggestion.kind === kind);
      if (!of.length) continue;
      const group = element("div", "");
      group.setAttribute("role", "group");
      group.setAttribute("aria-label", this.input.dataset[kind]);
      const label = element("div", "group", this.input.dataset[kind]);
      label.setAttribute("aria-hidden", "true");
      group.append(label, ...of.map((suggestion) => this.option(suggestion)));
      parts.push(group);
    }
    this.list.replaceChildren(...parts);
    this.mark(-1);
    this.toggle(this.options.length > 0);
    this.status.textContent = this.open ? this.input.dataset.count.replace("{n}", this.number(this.options.length)) : "";
  }

  option({ text, lang, kind, releases, query, others }) {
    const option = element("div", "suggestion");
    option.id = `suggestion-${this.options.length}`;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    option.dataset.query = query;
    const shown = element("bdi", "suggestion-text", text);
    shown.dir = "auto";
    if (lang) shown.lang = lang;
    option.append(shown);
    for (const { term, lang: other } of others.slice(0, OTHERS)) {
      const word = element("bdi", "muted", term);
      word.lang = other;
      option.append(word);
    }
    if (lang && kind !== "language") option.append(element("span", "badge", this.languages[lang] ?? lang));
    if (releases) option.append(element("span", "count", this.number(releases)));
    this.options.push(option);
    return option;
  }

  number(value) {
    return String(value).replace(/\d/g, (digit) => this.input.dataset.digits[digit]);
  }

  toggle(open) {
    this.list.hidden = !open;
    this.input.setAttribute("aria-expanded", String(open));
  }

  close() {
    this.forget();
    this.mark(-1);
    this.toggle(false);
    this.status.textContent = "";
  }

  mark(at) {
    this.options[this.at]?.setAttribute("aria-selected", "false");
    this.at = at;
    const option = this.options[at];
    if (option) {
      option.setAttribute("aria-selected", "true");
      option.scrollIntoView({ block: "nearest" });
      this.input.setAttribute("aria-activedescendant", option.id);
    } else {
      this.input.removeAttribute("aria-activedescendant");
    }
  }

  // From the text, which is at -1, to the last option and round again.
  move(by) {
    const places = this.options.length + 1;
    this.mark(((this.at + 1 + by + places) % places) - 1);
  }

  take(at) {
    this.input.value = this.options[at].dataset.query;
    this.close();
    this.input.form.requestSubmit();
  }

  key(event) {
    // Keys that an input method is using belong to it; 229 is how some browsers say so.
    if (event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey) return;
    switch (event.key) {
      case "ArrowDown":
      case "ArrowUp":
        if (event.altKey && event.key === "ArrowUp") this.close();
        else if (!this.open && this.input.value.trim()) {
          this.forget();
          this.ask();
        } else if (this.open && !event.altKey) this.move(event.key === "ArrowDown" ? 1 : -1);
        event.preventDefault();
        break;
      case "Enter":
        if (this.open && this.at >= 0) {
          event.preventDefault();
          this.take(this.at);
        } else this.close();
        break;
      case "Escape":
        if (this.open) {
          event.preventDefault();
          event.stopPropagation();
        }
        this.close();
        break;
      case "Home":
      case "End":
      case "ArrowLeft":
      case "ArrowRight":
        this.mark(-1); // back in the text, where the key moves the cursor
        break;
    }
  }
}

const { search } = new URL(import.meta.url); // The version is that of this file.
const sheet = document.createElement("link");
sheet.rel = "stylesheet";
sheet.href = new URL(`../css/suggestions.css${search}`, import.meta.url);
sheet.onload = () => {
  for (const input of document.querySelectorAll("input[data-suggest]")) new Combobox(input);
};
document.head.append(sheet);
