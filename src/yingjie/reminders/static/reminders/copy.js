/* A button that copies the text it names: <button data-copy="#id" data-done="Copied">. Without it the text can be marked by hand. */
"use strict";

(() => {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const source = document.querySelector(button.dataset.copy);
    const text = source.textContent;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // A page that is not served over TLS has no clipboard: mark the text and ask the browser.
      const range = document.createRange();
      range.selectNodeContents(source);
      const selection = window.getSelection();
      selection.removeAllRanges();
      selection.addRange(range);
      document.execCommand("copy");
    }
    const label = button.querySelector("[data-label]");
    label.textContent = button.dataset.done;
  });
})();
