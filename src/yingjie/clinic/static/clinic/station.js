/* What the stations of a site add to web/app.js (focus, Enter, sounds):
   vaccination: Space ticks the next verification while the scan field is empty; the field is cleared once its vial was read
   observation: the minutes count down between two fetches; a sound when somebody may leave */
"use strict";

(() => {
  const scan = () => document.querySelector("[data-scan]");
  const boxes = () => [...document.querySelectorAll("input[name=checks]")];

  const tick = (box) => { box.checked = true; box.closest("li").scrollIntoView({ block: "nearest" }); };

  document.addEventListener("keydown", (event) => {
    const field = event.target;
    if (!field.matches("[data-ticks]") || field.value !== "" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === " ") {
      event.preventDefault();
      const next = boxes().find((box) => !box.checked);
      if (!next) return;
      if (event.shiftKey) next.closest("fieldset").querySelectorAll("input[name=checks]").forEach(tick);
      else tick(next);
    } else if (event.key === "Backspace") {
      const last = boxes().filter((box) => box.checked).pop();
      if (last) last.checked = false;
    }
  });

  // The part with the vial comes back: what was scanned has done its work, what was verified on another vial is open again, and
  // whoever must give a reason writes it at once.
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.id !== "vial") return;
    if (scan()) scan().value = "";
    document.querySelectorAll("[data-of-vial]").forEach((box) => { box.checked = false; });
    const reason = event.target.querySelector("[name=other_product_reason]");
    if (reason) reason.focus();
  });

  // Who may leave now and could not when this computer last looked: heard once, also when the page was loaded again meanwhile.
  const HEARD = "yingjie-may-leave";
  const announce = () => {
    if (!document.querySelector("#observed")) return;
    const free = [...document.querySelectorAll("[data-free]")].map((row) => row.dataset.free);
    const before = JSON.parse(sessionStorage.getItem(HEARD) || "null");
    sessionStorage.setItem(HEARD, JSON.stringify(free));
    if (before && free.some((visit) => !before.includes(visit))) document.dispatchEvent(new CustomEvent("yingjie:sound", { detail: "free" }));
  };
  document.addEventListener("DOMContentLoaded", announce);
  document.addEventListener("htmx:afterSettle", (event) => { if (event.target.id === "observed") announce(); });

  const shown = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  setInterval(() => {
    document.querySelectorAll("[data-seconds]").forEach((row) => {
      const left = Number(row.dataset.seconds) - 1;
      if (left < 0) return;
      row.dataset.seconds = String(left);
      if (left > 0) row.querySelector("[data-countdown]").textContent = shown(left);
      else htmx.trigger("#observed", "over");
    });
  }, 1000);
})();
