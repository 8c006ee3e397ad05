// Puts a fact, by its key, where somebody was writing a broadcast; without it they type {key} themselves.
(() => {
  let last = null;
  document.addEventListener("focusin", ({ target }) => {
    if (target.matches?.("textarea[data-takes-facts]")) last = target;
  });
  document.addEventListener("click", ({ target }) => {
    const button = target.closest?.("button[data-fact]");
    if (!button) return;
    const field = last?.isConnected ? last : document.querySelector("textarea[data-takes-facts]");
    if (!field) return;
    field.focus();
    field.setRangeText(`{${button.dataset.fact}}`, field.selectionStart, field.selectionEnd, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
})();
