// Helps to write: facts and templates by click, a draft that saves itself, honest news about what arrived.
(() => {
  const wait = 900;
  const headers = () => ({ "X-CSRF-Token": document.querySelector('meta[name="csrf"]').content, Accept: "application/json" });
  // The answer to a saved draft is what the checks found in it: one request a pause does both.
  const asks = () => ({ ...headers(), Accept: "text/html", "HX-Request": "true", "HX-Target": "checked" });
  const kept = ["text", "reply_template", "fact", "not_stated", "csrf"];
  const form = () => document.getElementById("reply-form");
  const words = () => form()?.querySelector('textarea[name="text"]');
  let timer = 0;
  let last = 0;
  let isUnsaved = false;

  const say = (sentence) => {
    const place = document.getElementById("draft-state");
    if (place) place.textContent = sentence;
  };

  const written = () => {
    const body = new FormData();
    for (const [name, value] of new FormData(form())) if (kept.includes(name)) body.append(name, value);
    return body;
  };
  const save = async () => {
    clearTimeout(timer);
    timer = 0;
    const now = form();
    if (!now) return;
    const turn = ++last;
    say("saving …");
    try {
      const answer = await fetch(now.dataset.draft, { method: "POST", headers: asks(), body: written() });
      const found = answer.ok ? await answer.text() : "";
      // An older answer is about older words; another conversation may have been opened meanwhile.
      if (turn !== last || now !== form()) return;
      isUnsaved = !answer.ok;
      say(answer.ok ? "draft saved" : "draft not saved");
      if (answer.ok) window.deskFindings?.show(found);
    } catch {
      isUnsaved = true;
      say("not saved yet: the connection is lost, the text stays here");
    }
  };
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(save, wait);
  };
  const count = () => {
    const place = document.getElementById("counter");
    if (place && words()) place.textContent = `${[...words().value].length}`;
  };

  document.addEventListener("input", (event) => {
    if (event.target !== words()) return;
    count();
    soon();
  });
  document.addEventListener("change", (event) => event.target.closest("#stated, #checked") && soon());
  document.addEventListener("desk:found", () => isUnsaved && save());
  // A reply that is on its way must not be followed by a late draft of the same words.
  document.addEventListener("submit", () => {
    clearTimeout(timer);
    timer = 0;
    last += 1;
  }, true);
  addEventListener("pagehide", () => {
    if (timer && form()) navigator.sendBeacon(form().dataset.draft, written());
  });

  const state = (key) => [...form().querySelectorAll('input[name="fact"]')].find((each) => each.value.startsWith(`${key}=`));
  const insert = (text) => {
    const field = words();
    if (!field) return;
    const before = field.value.slice(0, field.selectionStart);
    const gap = before && !/\s$/.test(before) ? " " : "";
    const rest = /^[\p{L}\p{N}]/u.test(field.value.slice(field.selectionEnd)) ? " " : "";
    field.focus();
    field.setRangeText(gap + text + rest, field.selectionStart, field.selectionEnd, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };

  document.addEventListener("click", (event) => {
    const chip = event.target.closest("[data-insert]");
    if (chip && form()) {
      const [key] = chip.dataset.fact.split("=");
      state(key)?.closest("label").remove();
      const stated = Object.assign(document.createElement("input"), { type: "checkbox", name: "fact", value: chip.dataset.fact, checked: true });
      const label = Object.assign(document.createElement("label"), { className: "tag" });
      label.append(stated, ` ${key}`);
      document.getElementById("stated").append(label);
      insert(chip.dataset.insert);
      return;
    }
    const tab = event.target.closest("[data-mode]");
    if (tab && tab.closest(".composer")) {
      event.preventDefault();
      show(tab.dataset.mode);
      return;
    }
    const keep = event.target.closest("[data-keep]");
    if (keep) {
      fetch(keep.dataset.keep, { method: "POST", headers: headers() }).then(() => keep.closest(".notice").setAttribute("hidden", ""));
      return;
    }
    if (event.target.closest("[data-seen]")) see();
  });

  const show = (mode) => {
    const composer = document.getElementById("composer");
    if (!composer) return;
    for (const panel of composer.querySelectorAll("[data-panel]")) panel.hidden = panel.dataset.panel !== mode;
    for (const tab of composer.querySelectorAll("[data-mode]")) tab.setAttribute("aria-selected", String(tab.dataset.mode === mode));
    composer.classList.toggle("composer-note", mode === "note");
    composer.querySelector(`[data-panel="${mode}"] textarea`)?.focus();
  };

  // New words from the contact: with an empty reply nothing is lost by having seen them; else the agent says so.
  const see = () => {
    const version = document.getElementById("messages")?.dataset.version;
    if (!version || !form()) return;
    for (const field of document.querySelectorAll('#conversation input[name="seen_version"]')) field.value = version;
    const news = document.getElementById("news");
    if (news) news.hidden = true;
  };
  document.addEventListener("htmx:afterSettle", (event) => {
    count();
    const seen = form()?.querySelector('input[name="seen_version"]')?.value;
    const version = document.getElementById("messages")?.dataset.version;
    if (seen && version && Number(version) > Number(seen)) {
      const news = document.getElementById("news");
      if (words()?.value.trim()) news && (news.hidden = false);
      else see();
    }
    if (event.detail.target?.id === "detail" || event.detail.target?.id === "messages") toEnd(event.detail.target.id === "detail");
  });
  document.addEventListener("htmx:confirm", (event) => {
    const button = event.detail.elt.closest("[data-replaces]");
    if (!button || !words()?.value.trim() || words().value === words().defaultValue) return;
    event.preventDefault();
    if (confirm(button.dataset.replaces)) event.detail.issueRequest(true);
  });

  // After a template came in, the hand goes on where something is still to be filled in: at once, before it types.
  document.addEventListener("htmx:afterSwap", (event) => {
    if (!event.detail.requestConfig?.path.endsWith("/composer") || !words()) return;
    const gap = words().value.match(/\{\w+\}/);
    words().focus();
    const signed = words().value.search(/\s*\^\S+\s*$/);
    const end = signed < 0 ? words().value.length : signed;
    words().setSelectionRange(gap?.index ?? end, gap ? gap.index + gap[0].length : end);
  });

  let wasAtEnd = true;
  const talk = () => document.getElementById("talk");
  document.addEventListener("scroll", (event) => {
    if (event.target === talk()) wasAtEnd = talk().scrollHeight - talk().scrollTop - talk().clientHeight < 80;
  }, true);
  const toEnd = (isOpened) => {
    if (talk() && (isOpened || wasAtEnd)) talk().scrollTop = talk().scrollHeight;
  };

  window.deskComposer = { show, save, written };
  toEnd(true);
  count();
})();
