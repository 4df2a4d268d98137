// Moves through rows with j and k, opens the current one with Enter, and follows links that name a key.
export default function rows(list) {
  const all = [...list.querySelectorAll("[data-row]")];
  const current = () => all.find((row) => row.hasAttribute("aria-current"));

  const moveTo = (row) => {
    if (!row) return;
    current()?.removeAttribute("aria-current");
    row.setAttribute("aria-current", "true");
    linkOf(row).focus();
    row.scrollIntoView({ block: "nearest" });
  };

  list.addEventListener("focusin", (event) => {
    const row = event.target.closest("[data-row]");
    if (!row || row === current()) return;
    current()?.removeAttribute("aria-current");
    row.setAttribute("aria-current", "true");
  });

  if (document.documentElement.dataset.letterKeys === "off") return;
  document.addEventListener("keydown", (event) => {
    // Letters belong to whoever is writing, and combinations to the browser.
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]")) return;
    const at = all.indexOf(current());
    if (event.key === "j") moveTo(all[at + 1] ?? all[at]);
    else if (event.key === "k") moveTo(all[Math.max(at - 1, 0)]);
    else if (event.key === "Enter" && at >= 0 && event.target === document.body) linkOf(all[at]).click();
    else if (at >= 0) all[at].querySelector(`[data-key="${CSS.escape(event.key)}"]`)?.click();
  });
}

function linkOf(row) {
  return row.querySelector("[data-open]") ?? row.querySelector("a");
}
