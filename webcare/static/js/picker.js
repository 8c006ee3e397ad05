// "/" in an empty line opens the reply templates, "#" the facts: type to narrow, arrows move, Enter takes, Esc goes back.
(() => {
  const words = () => document.getElementById("reply-text");
  const field = (sign) => document.querySelector(`[data-pick="${sign}"]`);
  const rows = (pick) => [...pick.parentElement.querySelectorAll(pick.dataset.pick === "/" ? ".template" : ".fact-chip")];
  const button = (row) => (row.matches("button") ? row : row.querySelector("button"));
  const shown = (pick) => rows(pick).filter((row) => !row.hidden && button(row) && !button(row).disabled);

  const narrow = (pick) => {
    const wanted = pick.value.toLowerCase().split(/\s+/);
    for (const row of rows(pick)) {
      const all = `${row.textContent} ${row.title}`.toLowerCase();
      row.hidden = !wanted.every((each) => all.includes(each));
    }
  };
  const open = (pick) => {
    const shelf = pick.closest("details");
    if (shelf) shelf.open = true;
    pick.hidden = false;
    pick.parentElement.classList.add("is-picking");
    pick.value = "";
    narrow(pick);
    pick.focus();
  };
  const close = (pick, literally = "") => {
    const shelf = pick.closest("details");
    if (shelf) shelf.open = false;
    pick.hidden = true;
    pick.parentElement.classList.remove("is-picking");
    pick.value = "";
    narrow(pick);
    words()?.focus();
    if (literally) words()?.setRangeText(literally, words().selectionStart, words().selectionEnd, "end");
  };
  // A slash or a hash inside a sentence stays what it is.
  const isFree = (text) => {
    const before = text.value.slice(0, text.selectionStart);
    return before === "" || /\n[ \t]*$/.test(before);
  };
  const isAfterSpace = (text) => /(^|\s)$/.test(text.value.slice(0, text.selectionStart));

  const move = (pick, step) => {
    const stops = [pick, ...shown(pick).map(button)];
    const next = stops[(stops.indexOf(document.activeElement) + step + stops.length) % stops.length];
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  };
  const inside = (event, pick) => {
    if (event.key === "Escape") close(pick);
    else if (event.key === "ArrowDown") move(pick, 1);
    else if (event.key === "ArrowUp") move(pick, -1);
    else if (event.key === pick.dataset.pick && event.target === pick && !pick.value) close(pick, pick.dataset.pick);
    else if (event.key === "Enter" && event.target === pick) {
      const first = shown(pick)[0];
      if (first) button(first).click();
      if (first && pick.dataset.pick === "#") close(pick);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const home = event.target.closest?.(".is-picking");
    if (home) return inside(event, home.querySelector("[data-pick]"));
    if (event.target !== words()) return;
    const pick = event.key === "/" && isFree(words()) ? field("/") : event.key === "#" && isAfterSpace(words()) ? field("#") : null;
    if (!pick) return;
    event.preventDefault();
    open(pick);
  }, true);
  document.addEventListener("input", (event) => event.target.matches?.("[data-pick]") && narrow(event.target));
  document.addEventListener("toggle", (event) => {
    const pick = event.target.matches?.(".shelf") && event.target.querySelector("[data-pick]");
    if (!pick) return;
    pick.hidden = !event.target.open;
    pick.parentElement.classList.toggle("is-picking", event.target.open);
  }, true);
})();
