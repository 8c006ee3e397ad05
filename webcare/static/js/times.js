// Keeps the times true: the reader's own zone, and how long somebody has waited by now.
(() => {
  // English as the reader writes it, day before month where nothing else is known.
  const page = document.documentElement.lang;
  const locale = navigator.languages.find((each) => each.startsWith(`${page}-`)) ?? (page === "en" ? "en-GB" : page);
  const clock = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const date = new Intl.DateTimeFormat(locale, {
    day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
  });

  const span = (seconds) => {
    const whole = Math.max(0, Math.floor(seconds));
    const minutes = Math.floor(whole / 60);
    const hours = Math.floor(whole / 3600);
    const days = Math.floor(whole / 86400);
    if (whole < 60) return `${whole} s`;
    if (hours < 1) return `${minutes} min`;
    if (days < 1) return `${hours} h ${String(minutes % 60).padStart(2, "0")}`;
    return `${days} d ${hours % 24} h`;
  };
  const left = (moment) => {
    const seconds = (Date.parse(moment) - Date.now()) / 1000;
    return seconds >= 0 ? `${span(seconds)} left` : `late by ${span(-seconds)}`;
  };
  const countdown = (moment) => {
    const seconds = Math.round((Date.parse(moment) - Date.now()) / 1000);
    const plain = Math.abs(seconds);
    const clockwise = `${String(Math.floor(plain / 60)).padStart(2, "0")}:${String(plain % 60).padStart(2, "0")}`;
    return seconds >= 0 ? clockwise : `${clockwise} late`;
  };
  const write = (element, words) => {
    if (element.textContent !== words) element.textContent = words;
  };

  const local = (root) => {
    for (const element of root.querySelectorAll("time[data-local]")) {
      write(element, (element.dataset.local === "date" ? date : clock).format(new Date(element.dateTime)));
    }
  };
  const tick = () => {
    for (const element of document.querySelectorAll("[data-since]")) {
      write(element, span((Date.now() - Date.parse(element.dataset.since)) / 1000));
    }
    for (const element of document.querySelectorAll("[data-due]")) {
      write(element, left(element.dataset.due));
      element.classList.toggle("due-late", Date.parse(element.dataset.due) < Date.now());
    }
    for (const element of document.querySelectorAll("[data-until]")) {
      write(element, countdown(element.dataset.until));
      element.classList.toggle("overdue", Date.parse(element.dataset.until) < Date.now());
    }
    for (const element of document.querySelectorAll("[data-claim-until]")) {
      const seconds = (Date.parse(element.dataset.claimUntil) - Date.now()) / 1000;
      element.hidden = seconds > 120;
      const words = element.querySelector("[data-countdown]");
      if (words) write(words, seconds > 0 ? `in ${span(seconds)}` : "now");
    }
  };
  const all = () => {
    local(document);
    tick();
  };
  document.addEventListener("htmx:afterSettle", all);
  setInterval(tick, 1000);
  all();
})();
