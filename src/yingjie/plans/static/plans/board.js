/* The board of sessions: a session is dragged by its handle (mouse, pen, finger), or picked up with Enter, carried with the arrow keys,
   put down with Enter and given up with Escape. What follows is computed by the server; without this file the forms do the same. */
"use strict";

(() => {
  const board = () => document.getElementById("board");
  const say = (words) => { const place = board().querySelector("[data-said]"); if (place) place.textContent = words; };
  const cells = () => [...board().querySelectorAll("td[data-site]")];
  let held = null; // { card, cell, byKeys }
  let back = null; // the session to be found again by keys

  const show = () => { if (board()) board().querySelectorAll(".plan-grip[hidden]").forEach((grip) => { grip.hidden = false; }); };
  const mark = (cell) => {
    cells().forEach((each) => each.classList.toggle("is-target", each === cell));
    if (held) held.cell = cell;
    if (cell && held && held.byKeys) { say(board().dataset.over.replace("{place}", cell.dataset.place)); cell.scrollIntoView({ block: "nearest", inline: "nearest" }); }
  };
  const pick = (grip, byKeys) => {
    const card = grip.closest(".plan-card");
    held = { card, cell: card.closest("td"), byKeys, from: card.closest("td") };
    card.classList.add("is-held");
    if (byKeys) { say(board().dataset.picked); mark(held.cell); }
  };
  const give_up = () => {
    if (!held) return;
    held.card.classList.remove("is-held");
    mark(null);
    held = null;
  };
  const drop = () => {
    const { card, cell, from, byKeys } = held;
    give_up();
    if (!cell || !cell.dataset.site || cell === from) return;
    back = byKeys ? card.dataset.session : null;
    say(board().dataset.dropped);
    const form = board().querySelector(".plan-board-mover");
    form.elements.session.value = card.dataset.session;
    form.elements.site.value = cell.dataset.site;
    form.elements.on.value = cell.dataset.on;
    form.requestSubmit();
  };
  const beside = (cell, key) => {
    const row = cell.parentElement;
    if (key === "ArrowLeft" || key === "ArrowRight") {
      let next = cell;
      do next = key === "ArrowLeft" ? next.previousElementSibling : next.nextElementSibling; while (next && !next.dataset.site);
      return next;
    }
    const column = [...row.children].indexOf(cell);
    let next = row;
    do next = key === "ArrowUp" ? next.previousElementSibling : next.nextElementSibling; while (next && !next.children[column].dataset.site);
    return next && next.children[column];
  };

  document.addEventListener("pointerdown", (event) => {
    const grip = event.target.closest(".plan-grip");
    if (!grip || event.button) return;
    event.preventDefault();
    grip.focus();
    pick(grip, false);
  });
  document.addEventListener("pointermove", (event) => {
    if (!held || held.byKeys) return;
    const under = document.elementFromPoint(event.clientX, event.clientY);
    mark(under && under.closest("td[data-site]"));
  });
  document.addEventListener("pointerup", () => { if (held && !held.byKeys) drop(); });
  document.addEventListener("pointercancel", () => { if (held && !held.byKeys) give_up(); });
  document.addEventListener("keydown", (event) => {
    const grip = event.target.closest && event.target.closest(".plan-grip");
    if (!grip) return;
    if (!held && (event.key === "Enter" || event.key === " ")) { event.preventDefault(); pick(grip, true); return; }
    if (!held || !held.byKeys) return;
    if (event.key === "Enter" || event.key === " ") { event.preventDefault(); drop(); }
    else if (event.key === "Escape" || event.key === "Tab") give_up();
    else if (event.key.startsWith("Arrow")) { event.preventDefault(); const next = beside(held.cell, event.key); if (next) mark(next); }
  });
  document.addEventListener("htmx:afterSettle", () => {
    show();
    // Whoever carried it by keys finds it under the keys again, moved or refused.
    const grip = back && document.querySelector(`.plan-card[data-session="${back}"] .plan-grip`);
    if (grip) { grip.focus(); back = null; }
  });
  show();
})();
