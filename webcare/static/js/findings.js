// Shows what the checks say of a saved draft, and which facts it states, and mends it with one click.
(() => {
  const form = () => document.getElementById("reply-form");
  const words = () => form()?.querySelector('textarea[name="text"]');
  const place = () => document.getElementById("checked");

  // The server counts characters, the browser counts half emoji: offsets are translated both ways.
  const offset = (characters) => [...words().value].slice(0, characters).join("").length;

  const show = (found) => {
    if (!place()) return;
    // Who goes through the boxes by keyboard must not lose their place.
    const held = place().contains(document.activeElement) ? document.activeElement.value : null;
    place().innerHTML = found.trim();
    if (held) place().querySelector(`input[value="${CSS.escape(held)}"]`)?.focus();
  };
  // For a text that nobody is typing: a draft that was opened, a template that came in, a refused reply.
  const look = async () => {
    const now = form();
    if (!now || !place() || !words()?.value.trim()) return;
    try {
      const answer = await fetch(place().dataset.checks, { method: "POST", body: window.deskComposer.written(), headers: { Accept: "text/html" } });
      // Without an answer the checks still stand between the text and its contact: sending runs them again.
      if (answer.ok && now === form()) show(await answer.text());
    } catch {}
  };

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
    if (field.value.slice(start, end) !== button.dataset.was) return window.deskComposer.save();
    field.setRangeText(button.dataset.mend, start, end, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
    window.deskComposer.save();
  });
  window.deskFindings = { show };
  look();
})();
