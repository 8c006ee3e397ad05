// Hears what changed and refreshes the list, the open conversation and the banners, at most twice a second.
(() => {
  const every = 500;
  const pollEvery = 5000;
  const wanted = new Set();
  let timer = 0;
  let last = 0;
  let poller = 0;

  const byId = (id) => document.getElementById(id);
  const get = (url, target, swap) => {
    const element = byId(target);
    // A lost line is said by the banner; the promise need not complain as well.
    if (element) htmx.ajax("GET", url, { target: `#${target}`, swap, source: element })?.catch(() => {});
  };

  const refreshers = {
    list: () => {
      const list = byId("list");
      if (list) get(list.dataset.refresh, "list", "morph:outerHTML");
    },
    conversation: () => {
      const open = byId("conversation");
      const language = document.querySelector('#reply-form select[name="language"]')?.value;
      if (open) get(open.dataset.refresh + (language ? `&language=${language}` : ""), "messages", "morph:outerHTML");
    },
    banners: () => get("/banners", "banners", "morph:outerHTML"),
    board: () => {
      const board = byId("board");
      const isTyping = board && board.contains(document.activeElement) && document.activeElement.matches("input, textarea, select");
      if (board && !isTyping) get(board.dataset.refresh, "board", "morph:outerHTML");
    },
  };

  const run = () => {
    timer = 0;
    last = Date.now();
    if (document.hidden) return;
    for (const noun of [...wanted]) {
      wanted.delete(noun);
      refreshers[noun]();
    }
  };
  const ask = (...nouns) => {
    nouns.forEach((noun) => wanted.add(noun));
    if (!timer) timer = setTimeout(run, Math.max(0, every - (Date.now() - last)) + Math.random() * 100);
  };

  const hear = (event) => {
    const { noun, ids } = JSON.parse(event.data);
    const open = byId("conversation");
    const isOpen = open && (ids.length === 0 || ids.includes(Number(open.dataset.id)));
    if (noun === "everything") return ask("list", "conversation", "banners", "board");
    if (noun === "conversation") return isOpen ? ask("list", "conversation") : ask("list");
    if (noun === "delivery" || noun === "message" || noun === "draft") return ask("conversation");
    if (noun === "desk") return ask("banners", "list");
    return ask("banners", "board", "conversation");
  };

  const lost = (isLost) => {
    const banner = byId("lost");
    if (!isLost && banner && !banner.hidden) document.dispatchEvent(new CustomEvent("desk:found"));
    if (banner) banner.hidden = !isLost;
  };
  const poll = () => {
    fetch("/me", { headers: { Accept: "application/json" } })
      .then((answer) => {
        if (answer.status === 401) location.reload();
        lost(!answer.ok);
        if (answer.ok) ask("list", "conversation", "banners", "board");
      })
      .catch(() => lost(true));
  };
  const startPolling = () => {
    if (!poller) poller = setInterval(poll, pollEvery);
  };
  const stopPolling = () => {
    clearInterval(poller);
    poller = 0;
  };

  const connect = () => {
    const source = new EventSource("/events");
    source.addEventListener("open", () => {
      lost(false);
      stopPolling();
    });
    source.addEventListener("changed", hear);
    source.addEventListener("error", () => {
      // Closed for good: no room for another stream, or signed out. Polling tells which, and we ask again later.
      if (source.readyState === EventSource.CLOSED) {
        startPolling();
        poll();
        setTimeout(connect, 30000);
        return;
      }
      setTimeout(() => source.readyState !== EventSource.OPEN && (lost(true), startPolling()), 4000);
    });
    addEventListener("pagehide", () => source.close(), { once: true });
  };

  // Somebody who is choosing an urgency keeps the head as it is; a button that has the focus gets it back.
  let focused = "";
  document.addEventListener("htmx:oobBeforeSwap", (event) => {
    const target = event.detail.target;
    // Who is picking a reply keeps the shelf as it is; an open one stays open.
    if (target.id === "shelf" && target.contains(document.activeElement)) event.detail.shouldSwap = false;
    else if (target.id === "shelf") {
      event.detail.fragment.querySelector("details.shelf")?.toggleAttribute("open", target.querySelector("details.shelf")?.open);
    }
    if (target.id !== "conversation-head") return;
    if (target.querySelector("details[open]")) event.detail.shouldSwap = false;
    else if (target.contains(document.activeElement)) focused = document.activeElement.dataset.key ?? "claim";
  });
  const focusAgain = () => {
    if (focused && document.activeElement === document.body) {
      (document.querySelector(`#conversation-head [data-key="${focused}"]`) ?? byId("talk"))?.focus();
    }
    focused = "";
  };

  let known = null;
  const rowIds = () => new Set([...document.querySelectorAll("#rows > .row")].map((row) => row.id));
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target && event.detail.target.id === "list") known = rowIds();
  });
  document.addEventListener("htmx:afterSettle", () => {
    focusAgain();
    if (!known) return;
    for (const row of document.querySelectorAll("#rows > .row")) {
      if (!known.has(row.id)) row.classList.add("row-fresh");
    }
    known = null;
  });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) ask("list", "conversation", "banners", "board");
  });
  document.addEventListener("htmx:sendError", () => lost(true));
  // The answer to an action may be older than news that came while it was on its way: look once more.
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.requestConfig?.verb === "post") ask("list", "conversation");
  });
  // After an action: the same place is refreshed where it stands, another conversation is opened beside the list.
  document.body.addEventListener("desk:go", (event) => {
    const to = new URL(event.detail.where, location.href);
    for (const each of document.querySelectorAll("#conversation-head details[open]")) each.open = false;
    byId("notices")?.replaceChildren();
    if (to.pathname === location.pathname) return ask("list", "conversation", "banners", "board");
    if (byId("detail") && /^\/conversations\/\d+$/.test(to.pathname)) {
      const at = new URLSearchParams(location.search);
      if (!to.search) to.search = at.toString();
      htmx.ajax("GET", to.pathname + to.search, { target: "#detail", swap: "innerHTML", source: byId("detail") });
      history.pushState({}, "", to.pathname + to.search);
      return ask("list");
    }
    location.assign(to);
  });
  addEventListener("pageshow", connect, { once: true });
})();
