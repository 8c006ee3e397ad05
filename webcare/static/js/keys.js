// Single keys, outside fields only, and off when the agent switched them off (WCAG 2.1.4).
(() => {
  const off = "webcare-keys-off";
  const isField = (element) => element.closest("input, textarea, select, [contenteditable]") !== null;
  const rows = () => [...document.querySelectorAll("#rows .row-link")];
  const press = (name) => document.querySelector(`#conversation [data-key="${name}"]`)?.click();

  const move = (step) => {
    const all = rows();
    if (!all.length) return;
    const at = all.findIndex((row) => row === document.activeElement);
    const opened = all.findIndex((row) => row.hasAttribute("aria-current"));
    const from = at >= 0 ? at : opened;
    const next = all[Math.min(all.length - 1, Math.max(0, from + step))];
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  };

  // Closes what is open, then leads back to the list: the page of it on a phone, its row on a desk.
  const back = () => {
    const opened = [...document.querySelectorAll("#detail details[open]")];
    if (opened.length) return opened.forEach((each) => each.removeAttribute("open"));
    const link = document.querySelector("#conversation .back");
    if (link?.offsetParent) return link.click();
    (rows().find((row) => row.hasAttribute("aria-current")) ?? rows()[0])?.focus();
  };

  const doIt = {
    j: () => move(1),
    k: () => move(-1),
    r: () => window.deskComposer.show("reply"),
    n: () => window.deskComposer.show("note"),
    a: () => press("claim"),
    t: () => document.querySelector('#list [data-key="next"]')?.click(),
    e: () => press("resolve"),
    E: () => press("resolve-next"),
    Escape: () => back(),
    y: () => navigator.clipboard?.writeText(location.href),
    "[": () => document.body.classList.toggle("body-narrow-context"),
    "?": () => { location.href = "/help/keys"; },
  };
  const places = { i: "/conversations", c: "/activations", f: "/facts" };
  let isGoing = 0;

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
      const form = event.target.closest?.("form");
      if (form?.id !== "reply-form" && form?.id !== "note-form") return;
      event.preventDefault();
      form.requestSubmit(form.querySelector(`button[value="${event.shiftKey ? "next" : "stay"}"]`) ?? form.querySelector("button.button-main"));
      return;
    }
    if (event.key === "Escape" && isField(event.target)) return event.target.blur();
    if (event.ctrlKey || event.metaKey || event.altKey || isField(event.target) || localStorage.getItem(off)) return;
    if (isGoing && Date.now() - isGoing < 1200 && places[event.key]) {
      location.href = places[event.key];
      return;
    }
    isGoing = event.key === "g" ? Date.now() : 0;
    if (doIt[event.key]) {
      event.preventDefault();
      doIt[event.key]();
    }
  });

  // The opened row is marked at once; the server's next answer says the same.
  document.addEventListener("htmx:beforeRequest", (event) => {
    const link = event.detail.elt;
    if (!link.matches?.(".row-link")) return;
    rows().forEach((row) => row.removeAttribute("aria-current"));
    link.setAttribute("aria-current", "true");
    const list = document.getElementById("list");
    list.dataset.refresh = list.dataset.refresh.replace(/&opened=\d+/, "") + `&opened=${link.id.slice(5)}`;
  });

  const toggle = document.getElementById("keys-off");
  if (toggle) {
    toggle.checked = localStorage.getItem(off) !== null;
    toggle.addEventListener("change", () => (toggle.checked ? localStorage.setItem(off, "1") : localStorage.removeItem(off)));
  }
})();
