/* Draws every [data-chart] box from the JSON beside it. Canvas and rich-text tooltips, because the pages allow no inline style.
   A colour written "tone:blue" is the solid colour of that tone, so that a status looks the same in a chart and on a badge. */
"use strict";

(() => {
  const look = getComputedStyle(document.documentElement);
  const tone = (name) => look.getPropertyValue(`--${name}-solid`).trim();
  const coloured = (value) => {
    if (typeof value === "string") return value.startsWith("tone:") ? tone(value.slice(5)) : value;
    if (Array.isArray(value)) return value.map(coloured);
    if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, coloured(inner)]));
    return value;
  };
  const draw = (box) => {
    if (echarts.getInstanceByDom(box)) return;
    const given = coloured(JSON.parse(document.getElementById(box.dataset.chart).textContent));
    const chart = echarts.init(box, null, { renderer: "canvas" });
    chart.setOption({
      color: ["blue", "green", "orange", "indigo", "slate", "purple", "yellow", "red"].map(tone),
      textStyle: { fontFamily: look.getPropertyValue("--tblr-font-sans-serif") },
      animationDuration: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 300,
      aria: { enabled: true },
      ...given,
      grid: { left: 16, right: 16, top: given.legend ? 40 : 16, bottom: 8, containLabel: true, ...given.grid },
      ...(given.legend ? { legend: { top: 0, bottom: "auto", left: 0, ...given.legend } } : {}),
      tooltip: { trigger: "axis", confine: true, ...given.tooltip, renderMode: "richText" },
    });
    // A point may carry an address: the rows behind it.
    chart.on("click", (point) => { if (point.data && point.data.url) location.assign(point.data.url); });
    new ResizeObserver(() => chart.resize()).observe(box);
  };
  const drawAll = () => document.querySelectorAll("[data-chart]").forEach(draw);
  document.addEventListener("DOMContentLoaded", drawAll);
  document.addEventListener("htmx:afterSettle", drawAll);
})();
