/* What the stations of a site add to web/app.js (focus, Enter, sounds):
   vaccination: Space ticks the next verification while the scan field is empty; the field is cleared once its vial was read
   screening: Space answers the next question with no, Shift+Space all the rest; Y and U say yes and not sure; Enter sends
   given: the Enter that verified, pressed twice or held, does not also say that the dose was given
   consent: the signature is drawn with pen, finger or mouse and sent as whole numbers; P ticks paper
   observation: the minutes count down between two fetches; a sound when somebody may leave */
"use strict";

(() => {
  const scan = () => document.querySelector("[data-scan]");
  const boxes = () => [...document.querySelectorAll("input[name=checks]")];

  // What was refused stays in its field, and the next measurement replaces it without a mouse.
  document.addEventListener("DOMContentLoaded", () => { const field = scan(); if (field && field.value && !field.readOnly) { field.focus(); field.select(); } });

  const deliberate = document.querySelector("[data-deliberate]");
  if (deliberate) {
    const patience = 400; // milliseconds; a double Enter is faster, a hand that looked at the screen is not
    setTimeout(() => { deliberate.dataset.ready = "1"; }, patience);
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || (!event.repeat && deliberate.dataset.ready)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
    }, true);
  }

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
    const reason = event.target.querySelector("[name=reason]");
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

  const open = () => [...document.querySelectorAll("[data-question]")].filter((row) => !row.querySelector("input[type=radio]:checked"));
  const answer = (row, said) => { const box = row.querySelector(`input[value=${said}]`); if (!box) return; box.checked = true; const day = row.querySelector("input[type=date]"); if (said === "yes" && day) day.focus(); row.scrollIntoView({ block: "nearest" }); };
  document.addEventListener("keydown", (event) => {
    if (!document.querySelector("[data-questions]") || event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = event.target.matches("input:not([type=radio]), select, textarea");
    if (event.key === "Enter" && !event.target.matches("a, button, summary")) { event.preventDefault(); document.querySelector("[data-submit-key]").click(); return; }
    const said = { " ": "no", y: "yes", Y: "yes", u: "unsure", U: "unsure" }[event.key];
    if (!said || typing || event.target.matches("a, button, summary")) return;
    event.preventDefault();
    const rows = open();
    if (event.key === " " && event.shiftKey) rows.forEach((row) => answer(row, "no"));
    else if (rows.length) answer(rows[0], said);
  });

  // The signature: strokes as whole numbers 0 to 1000 across and down, in the order in which they were drawn.
  const field = document.querySelector("[data-signature]");
  if (field) {
    const strokes = [], pen = field.getContext("2d"), kept = document.querySelector("[data-strokes]");
    let line = null;
    pen.lineWidth = 5; pen.lineCap = pen.lineJoin = "round"; pen.strokeStyle = "#12263a";
    const at = (event) => { const box = field.getBoundingClientRect(); const share = (part, whole) => Math.max(0, Math.min(1000, Math.round(1000 * part / whole))); return [share(event.clientX - box.left, box.width), share(event.clientY - box.top, box.height)]; };
    const keep = () => { kept.value = strokes.length ? JSON.stringify(strokes) : ""; };
    field.addEventListener("pointerdown", (event) => { field.setPointerCapture(event.pointerId); line = at(event); strokes.push(line); });
    field.addEventListener("pointermove", (event) => {
      if (!line) return;
      const [x, y] = at(event), [a, b] = line.slice(-2);
      if (Math.abs(x - a) + Math.abs(y - b) < 6) return;
      line.push(x, y);
      pen.beginPath(); pen.moveTo(a * field.width / 1000, b * field.height / 1000); pen.lineTo(x * field.width / 1000, y * field.height / 1000); pen.stroke();
    });
    for (const end of ["pointerup", "pointercancel"]) field.addEventListener(end, () => { line = null; keep(); });
    document.querySelector("[data-clear-signature]").addEventListener("click", () => { strokes.length = 0; pen.clearRect(0, 0, field.width, field.height); keep(); });
    const guardian = document.querySelector("[data-guardian]");
    const toggle = () => { if (guardian) guardian.hidden = document.querySelector("[name=signer]:checked")?.value !== "guardian"; };
    document.querySelectorAll("[name=signer]").forEach((each) => each.addEventListener("change", toggle));
    toggle();
    document.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.target.matches("a, button, summary, input[type=file]")) { event.preventDefault(); document.querySelector("[data-enter]").click(); return; }
      if ((event.key !== "p" && event.key !== "P") || event.ctrlKey || event.metaKey || event.target.matches("input:not([type=radio], [type=checkbox]), select, textarea")) return;
      const paper = document.querySelector("[data-paper]");
      paper.checked = !paper.checked;
    });
  }

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
