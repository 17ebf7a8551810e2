// Takes what is new into the page: each part marked data-live is replaced by the server's own.
// Without it everything works; one reads it again by loading the page.
"use strict";
const format = new Intl.DateTimeFormat(document.documentElement.lang, {
  weekday: "short", month: "short", day: "numeric", hour: "numeric", minute: "2-digit",
});
const site = (part) => { // a moment on the reader's clock; the site's, as the server has it, on hover
  for (const time of part.querySelectorAll("time[data-at]")) {
    const at = new Date(Number(time.dataset.at));
    time.dateTime = at.toISOString();
    time.title = time.textContent;
    time.textContent = format.format(at);
  }
};
let busy = false, again = false;
const refresh = async () => {
  if (busy) { again = true; return; }
  busy = true;
  try {
    const answer = await fetch(location.pathname, { credentials: "same-origin", redirect: "manual" });
    if (!answer.ok) { if (answer.type === "opaqueredirect" || answer.status === 404) location.reload(); return; }
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of document.querySelectorAll("[data-live]")) {
      const next = fresh.getElementById(part.id);
      if (!next || part.contains(document.activeElement)) continue; // nobody loses their place
      const open = [...part.querySelectorAll("details")].map((each) => each.open);
      site(next);
      if (part.innerHTML === next.innerHTML && part.className === next.className) continue;
      part.replaceChildren(...next.childNodes);
      part.className = next.className;
      part.querySelectorAll("details").forEach((each, n) => { each.open = Boolean(open[n]); });
    }
  } catch { /* away: the next one tells */ } finally {
    busy = false;
    if (again) { again = false; refresh(); }
  }
};
site(document);
document.getElementById("problems")?.focus();
const watch = document.body.dataset.watch;
if (watch !== undefined || document.querySelector("[data-live] .cases")) {
  const news = new EventSource("/events");
  news.addEventListener("changed", (event) => {
    if (!watch || watch === "*" || event.data === "*" || event.data === watch) refresh();
  });
  news.addEventListener("open", refresh);
  setInterval(() => { if (!document.hidden) refresh(); }, 30000); // the countdowns
  addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
  addEventListener("pagehide", () => news.close());
}
for (const form of document.querySelectorAll("form")) { // pressed twice, it is sent once; the server sees to it, too
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
  });
}
addEventListener("pageshow", () => document.querySelectorAll("form").forEach((form) => { delete form.dataset.sent; }));
