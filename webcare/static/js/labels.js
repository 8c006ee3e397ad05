// What somebody types as a label stays when the panel around it is refreshed, and goes once it is put on.
(() => {
  document.addEventListener("htmx:oobBeforeSwap", (event) => {
    const typed = document.getElementById("label-new");
    const fresh = event.detail.fragment?.querySelector?.("#label-new");
    if (typed?.value && fresh) fresh.setAttribute("value", typed.value);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const typed = document.getElementById("label-new");
    if (!typed || !event.detail.successful || event.detail.elt !== typed.form) return;
    typed.removeAttribute("value");
    typed.value = "";
  });
})();
