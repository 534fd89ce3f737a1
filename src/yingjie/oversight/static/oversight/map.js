/* The wall map by keyboard: arrows go to the next area in that direction, Enter opens it (a link does that), Backspace goes up,
   figures and "t" press the link that carries them, "f" fills the screen. */
(() => {
  "use strict";
  const AHEAD = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
  const place = (area) => [Number(area.dataset.x), Number(area.dataset.y)];
  const next = (areas, from, [dx, dy]) => {
    const [x, y] = place(from);
    let best = null;
    for (const area of areas) {
      const [ax, ay] = place(area);
      const along = (ax - x) * dx + (ay - y) * dy;
      const aside = Math.abs((ax - x) * dy) + Math.abs((ay - y) * dx);
      if (area !== from && along > 0 && (!best || along + 2 * aside < best.cost)) best = { area, cost: along + 2 * aside };
    }
    return best && best.area;
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea, dialog")) return;
    const map = document.querySelector("[data-map]");
    if (!map) return;
    const areas = [...map.querySelectorAll(".map-area")];
    const here = areas.find((area) => area === document.activeElement);
    if (AHEAD[event.key]) {
      if (!here && !document.body.classList.contains("map-wall")) return;
      const to = here ? next(areas, here, AHEAD[event.key]) : areas[0];
      event.preventDefault();
      if (to) to.focus({ preventScroll: true });
      return;
    }
    if (event.key === "f" && document.documentElement.requestFullscreen) {
      if (document.fullscreenElement) document.exitFullscreen(); else document.documentElement.requestFullscreen();
      return;
    }
    const link = event.key === "Backspace" ? document.querySelector("[data-map-up]") : document.querySelector(`[data-map-key="${CSS.escape(event.key)}"]`) || (event.key >= "1" && event.key <= "4" && document.querySelectorAll(".tabs a")[Number(event.key) - 1]);
    if (link) { event.preventDefault(); link.click(); }
  });
})();
