/* What the pages do beyond links and forms. Everything here is comfort: without it, every page still works.
   lists: keyboard rows, ticks · station: focus, Enter, sounds · board: "as of" and lost network · notices · sign-in: fill a demo account */
"use strict";

(() => {
  const words = () => document.getElementById("words").dataset;
  const typing = (element) => element && element.matches("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");

  /* ---- htmx: the CSRF token, and what is said when the server cannot be reached ---- */
  document.addEventListener("htmx:configRequest", (event) => {
    const token = document.querySelector("[name=csrfmiddlewaretoken]");
    if (token && event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = token.value;
  });
  document.addEventListener("htmx:configRequest", (event) => {
    // A shared address says only what is set.
    if (!event.target.matches("form.list-tools")) return;
    for (const [key, value] of Object.entries(event.detail.parameters)) if (value === "") delete event.detail.parameters[key];
  });
  document.addEventListener("submit", (event) => {
    // The list's filters may have changed since the page was made: what is searched for is looked for among what they leave.
    if (event.target.matches("form[data-address]")) event.target.elements.query.value = location.search.slice(1);
  });
  const notice = (text) => {
    const place = document.getElementById("notices");
    if (!place) return;
    const box = document.createElement("div");
    box.className = "notice notice-error";
    box.setAttribute("role", "alert");
    box.textContent = text;
    place.replaceChildren(box);
  };
  document.addEventListener("htmx:sendError", () => { notice(words().offline); markLost(true); });
  document.addEventListener("htmx:beforeSwap", (event) => {
    // A whole page (an error, the sign-in) never belongs into a part of this one.
    const answer = event.detail.xhr;
    if (answer.status >= 400 && !answer.getResponseHeader("HX-Retarget")) {
      event.detail.shouldSwap = false;
      notice(words().broken);
    }
  });

  /* ---- menus made of <details>: close by Escape or a click elsewhere ---- */
  document.addEventListener("click", (event) => {
    document.querySelectorAll("details.menu[open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
  });

  /* ---- a question before something that matters: <button type="submit" data-confirm="…?"> ---- */
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-confirm]");
    if (!button || button.dataset.asked === "yes") return;
    event.preventDefault();
    const dialog = document.getElementById("ask");
    const count = button.matches("[data-bulk]") ? button.closest("form").querySelector("[data-ticked]").textContent : "";
    dialog.querySelector("[data-question]").textContent = button.dataset.confirm;
    dialog.querySelector("[data-about]").textContent = count ? `${dialog.dataset.about} ${count}` : "";
    dialog.querySelector("[data-yes]").textContent = button.textContent.trim();
    dialog.addEventListener("close", () => {
      if (dialog.returnValue !== "yes") return;
      button.dataset.asked = "yes";
      button.click();
      delete button.dataset.asked;
    }, { once: true });
    dialog.returnValue = "";
    dialog.showModal();
  });

  /* ---- lists: the ticks ---- */
  const countTicks = (list) => {
    const rows = [...list.querySelectorAll("input[name=ids]")];
    const ticked = rows.filter((box) => box.checked).length;
    const whole = list.querySelector("input[name=everything]");
    const all = list.querySelector("[data-tick-all]");
    if (all) { all.checked = rows.length > 0 && ticked === rows.length; all.indeterminate = ticked > 0 && ticked < rows.length; }
    const shown = list.querySelector("[data-ticked]");
    if (shown) shown.textContent = (whole && whole.checked ? Number(whole.dataset.count) : ticked).toLocaleString("en");
    list.querySelectorAll("[data-bulk]").forEach((button) => { button.disabled = !ticked && !(whole && whole.checked); });
  };
  document.addEventListener("change", (event) => {
    const list = event.target.closest(".list");
    if (!list) return;
    if (event.target.matches("[data-tick-all]")) list.querySelectorAll("input[name=ids]").forEach((box) => { box.checked = event.target.checked; });
    if (event.target.matches("[data-tick-all], input[name=ids], input[name=everything]")) countTicks(list);
  });

  /* ---- lists: rows by keyboard: j/k or arrows move, x ticks, Enter opens, / goes to the search ---- */
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") document.querySelectorAll("details.menu[open]").forEach((menu) => { menu.open = false; });
    if (document.querySelector(".modal.show, dialog[open]") || typing(event.target)) return;
    const list = document.querySelector(".list");
    if (!list) return;
    if (event.key === "/") {
      const search = list.querySelector("input[type=search]");
      if (search) { event.preventDefault(); search.focus(); search.select(); }
      return;
    }
    const rows = [...list.querySelectorAll("tbody tr[data-row]")];
    const at = rows.indexOf(document.activeElement && document.activeElement.closest("tr[data-row]"));
    const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[event.key];
    if (step && rows.length && (at >= 0 || event.key.length === 1)) {
      event.preventDefault();
      const next = rows[Math.min(rows.length - 1, Math.max(0, at < 0 ? 0 : at + step))];
      next.focus();
      next.scrollIntoView({ block: "nearest" });
    } else if (event.key === "x" && at >= 0) {
      const box = rows[at].querySelector("input[name=ids]");
      if (box) { box.checked = !box.checked; countTicks(list); }
    } else if (event.key === "Enter" && rows[at] && document.activeElement === rows[at]) {
      const link = rows[at].querySelector("a[href]");
      if (link) link.click();
    }
  });

  /* ---- station: the focus returns to the scan field; Enter on the empty field presses the page's next step; sounds ---- */
  // Pitch in Hz, from and length in seconds. A module's script asks with the event yingjie:sound, its detail is the name.
  const TONES = { go: [[880, 0, .12]], stop: [[220, 0, .22], [220, .3, .22]], free: [[660, 0, .15], [990, .18, .25]] };
  const sound = (name) => {
    if (localStorage.getItem("yingjie-silent") === "1" || !window.AudioContext) return;
    // Before the first touch or key a browser plays nothing and complains about being asked.
    if (navigator.userActivation && !navigator.userActivation.hasBeenActive) return;
    const context = new AudioContext();
    const tones = TONES[name] || TONES.stop;
    for (const [pitch, from, length] of tones) {
      const tone = context.createOscillator();
      const volume = context.createGain();
      tone.frequency.value = pitch;
      volume.gain.value = .15;
      tone.connect(volume).connect(context.destination);
      tone.start(context.currentTime + from);
      tone.stop(context.currentTime + from + length);
    }
  };
  document.addEventListener("yingjie:sound", (event) => sound(event.detail));
  const focusScan = () => { const scan = document.querySelector("[data-scan]"); if (scan) scan.focus({ preventScroll: true }); };
  document.addEventListener("submit", (event) => {
    const scan = event.target.querySelector("[data-scan]");
    const next = document.querySelector("[data-enter]");
    if (scan && next && scan.value.trim() === "") { event.preventDefault(); next.click(); }
  });
  document.addEventListener("keydown", (event) => {
    const scan = document.querySelector("[data-scan]");
    // A scanner types wherever the focus is; what it types belongs into the scan field.
    if (scan && !typing(event.target) && event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey && !event.altKey && !document.querySelector(".modal.show, dialog[open]")) scan.focus();
  });
  document.addEventListener("click", (event) => {
    const silence = event.target.closest("[data-sound-switch]");
    if (silence) {
      const silent = localStorage.getItem("yingjie-silent") === "1";
      localStorage.setItem("yingjie-silent", silent ? "0" : "1");
      silence.setAttribute("aria-pressed", String(silent));
      silence.classList.toggle("is-off", !silent);
      focusScan();
    }
    if (event.target.closest("[data-print]")) window.print();
    const demo = event.target.closest("[data-demo-user]");
    if (demo) {
      document.querySelector("[name=login]").value = demo.dataset.demoUser;
      document.querySelector("[name=password]").value = demo.dataset.demoPassword;
      document.querySelector("[name=password]").form.requestSubmit();
    }
    const filler = event.target.closest("[data-fill]");
    if (filler) { const target = document.querySelector(filler.dataset.fill); target.value = filler.dataset.value; target.form.requestSubmit(); }
  });

  /* ---- board: the moment of the last good answer, and a word when the network is gone ---- */
  function markLost(lost) { document.querySelectorAll("[data-lost]").forEach((mark) => { mark.hidden = !lost; }); }
  document.addEventListener("htmx:afterOnLoad", (event) => {
    if (!event.target.closest("[data-board]")) return;
    markLost(false);
  });

  const arrive = (root) => {
    document.querySelectorAll(".list").forEach(countTicks);
    const verdict = root.querySelector("[data-sound]");
    if (verdict) sound(verdict.dataset.sound);
    const board = document.querySelector("[data-board]");
    if (board) document.querySelectorAll("[data-as-of]").forEach((mark) => { mark.textContent = board.dataset.board; });
    focusScan();
  };
  document.addEventListener("DOMContentLoaded", () => arrive(document));
  document.addEventListener("htmx:afterSettle", (event) => arrive(event.target));
})();
