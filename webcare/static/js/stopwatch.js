// Lets stopwatches run: minutes and seconds since a moment, as the server writes them.
(() => {
  const tick = () => {
    for (const element of document.querySelectorAll("[data-stopwatch]")) {
      const seconds = Math.max(0, Math.floor((Date.now() - Date.parse(element.dataset.stopwatch)) / 1000));
      const words = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
      if (element.textContent !== words) element.textContent = words;
    }
  };
  document.addEventListener("htmx:afterSettle", tick);
  setInterval(tick, 1000);
  tick();
})();
