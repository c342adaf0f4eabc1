// What the desk's pages gain where scripts run: search as one types, a guard for what is typed, and the rate beside an amount.
// Everything works without it.
"use strict";

const later = (wait, act) => {
  let timer;
  return (...given) => { clearTimeout(timer); timer = setTimeout(act, wait, ...given); };
};
const said = document.body.dataset;

// --- Search as one types: an input that names a row offers those that the words find (ARIA combobox with a list).
for (const input of document.querySelectorAll("input[data-options]")) {
  const list = document.createElement("ul");
  list.className = "offers"; list.id = `${input.id}-offers`; list.hidden = true;
  list.setAttribute("role", "listbox");
  input.after(list);
  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-controls": list.id, "aria-expanded": "false" })) input.setAttribute(name, value);
  let at = -1;
  const close = () => { list.hidden = true; at = -1; input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant"); };
  const choose = (one) => { input.value = one.dataset.key; input.title = one.textContent; close(); input.dispatchEvent(new Event("change", { bubbles: true })); };
  const mark = (index) => {
    const all = [...list.children];
    if (!all.length) return;
    at = (index + all.length) % all.length;
    all.forEach((one, place) => one.setAttribute("aria-selected", String(place === at)));
    input.setAttribute("aria-activedescendant", all[at].id);
    all[at].scrollIntoView({ block: "nearest" });
  };
  const offer = later(200, async () => {
    const words = input.value.trim();
    if (!words) return close();
    let found = [];
    try {
      const answer = await fetch(`/desk/options/${input.dataset.options}?q=${encodeURIComponent(words)}`);
      if (answer.ok && answer.headers.get("content-type").includes("json")) found = await answer.json();
    } catch { return close(); }
    if (words !== input.value.trim()) return;
    list.replaceChildren(...found.map((one, index) => {
      const item = document.createElement("li");
      item.id = `${list.id}-${index}`; item.dataset.key = one.key; item.setAttribute("role", "option");
      item.textContent = `${one.label} — ${one.key}`;
      item.addEventListener("mousedown", (event) => { event.preventDefault(); choose(item); });
      return item;
    }));
    list.hidden = !found.length; at = -1;
    input.setAttribute("aria-expanded", String(!list.hidden));
  });
  input.addEventListener("input", offer);
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    if (event.key === "ArrowDown") { event.preventDefault(); mark(at + 1); }
    else if (event.key === "ArrowUp") { event.preventDefault(); mark(at - 1); }
    else if (event.key === "Enter" && at >= 0) { event.preventDefault(); choose(list.children[at]); }
    else if (event.key === "Escape") close();
  });
}

// --- What is typed: leaving asks first, and a broken line or a closed session loses nothing of this tab.
for (const form of document.querySelectorAll("form.filling")) {
  const key = `desk ${location.pathname}`;
  const typed = () => [...new FormData(form)].filter(([name]) => name.startsWith("/"));
  const was = JSON.stringify(typed());
  let isLeaving = false;
  const held = sessionStorage.getItem(key);
  if (held && held !== was && !form.querySelector("[aria-invalid]") && !document.querySelector(".problem")) {
    const notice = document.createElement("p");
    const again = document.createElement("button");
    notice.className = "notice"; notice.setAttribute("role", "status");
    again.type = "button"; again.textContent = said.restore;
    notice.append(`${said.unsaved} `, again);
    again.addEventListener("click", () => {
      for (const [name, value] of JSON.parse(held)) {
        const one = form.elements[name];
        if (one && one.type === "checkbox") one.checked = true; else if (one) one.value = value;
      }
      notice.remove();
    });
    form.before(notice);
  }
  form.addEventListener("input", later(300, () => sessionStorage.setItem(key, JSON.stringify(typed()))));
  form.addEventListener("submit", (event) => {
    sessionStorage.setItem(key, JSON.stringify(typed()));
    if (navigator.onLine === false) { event.preventDefault(); alert(said.offline); return; }
    isLeaving = true;
  });
  addEventListener("beforeunload", (event) => { if (!isLeaving && JSON.stringify(typed()) !== was) event.preventDefault(); });
  addEventListener("pageshow", () => { isLeaving = false; });
}
if (new URLSearchParams(location.search).has("saved")) {
  for (const name of Object.keys(sessionStorage)) if (name.startsWith("desk ")) sessionStorage.removeItem(name);
}
for (const out of document.querySelectorAll("form[action='/desk/sign-out']")) out.addEventListener("submit", () => sessionStorage.clear());

// --- The rate that an amount will take, beside it.
for (const amount of document.querySelectorAll("input[name$='/amount']")) {
  const beside = (name) => document.getElementsByName(amount.name.replace(/amount$/, name))[0];
  const currency = beside("currency"), on = beside("on");
  if (!currency) continue;
  const shown = document.createElement("output");
  shown.className = "help";
  amount.after(shown);
  const convert = later(300, async () => {
    shown.textContent = "";
    if (!amount.value.trim() || !currency.value) return;
    const asked = new URLSearchParams({ amount: amount.value, currency: currency.value, on: on ? on.value : "" });
    try {
      const answer = await fetch(`/desk/conversion?${asked}`);
      if (answer.ok && answer.headers.get("content-type").includes("json")) shown.textContent = (await answer.json()).said;
    } catch { /* the line is down: the rate is shown after saving */ }
  });
  for (const one of [amount, currency, on]) if (one) one.addEventListener("input", convert);
}
