// Shows what the checks say while a reply is written, and mends it with one click.
(() => {
  const wait = 700;
  const form = () => document.getElementById("reply-form");
  const words = () => form()?.querySelector('textarea[name="text"]');
  const place = () => document.getElementById("checked");
  let timer = 0;
  let asking = null;

  // The server counts characters, the browser counts half emoji: offsets are translated both ways.
  const offset = (characters) => [...words().value].slice(0, characters).join("").length;

  const look = async () => {
    const now = form();
    if (!now || !place() || !words()) return;
    if (!words().value.trim()) return place().replaceChildren();
    const body = new FormData();
    for (const [name, value] of new FormData(now)) {
      if (["text", "reply_template", "fact", "csrf"].includes(name)) body.append(name, value);
    }
    asking?.abort();
    asking = new AbortController();
    try {
      const answer = await fetch(place().dataset.checks, { method: "POST", body, signal: asking.signal, headers: { Accept: "text/html" } });
      // Without an answer the checks still stand between the text and its contact: sending runs them again.
      if (answer.ok && place()) place().innerHTML = await answer.text();
    } catch {}
  };
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(look, wait);
  };

  document.addEventListener("input", (event) => event.target === words() && soon());
  document.addEventListener("change", (event) => event.target.closest("#stated") && soon());
  document.addEventListener("htmx:afterSettle", (event) => event.target?.querySelector?.("#reply-text") && look());

  document.addEventListener("click", (event) => {
    const button = event.target.closest("#checked [data-from]");
    const field = words();
    if (!button || !field) return;
    const start = offset(Number(button.dataset.from));
    const end = offset(Number(button.dataset.to));
    field.focus();
    if (button.dataset.mend === undefined) return field.setSelectionRange(start, end);
    // Typed on since the check: the place may have moved, so the text is checked again instead.
    if (field.value.slice(start, end) !== button.dataset.was) return look();
    field.setRangeText(button.dataset.mend, start, end, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
    look();
  });
  look();
})();
