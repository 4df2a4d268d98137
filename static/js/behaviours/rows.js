// Moves through rows with j and k, opens the current one with Enter, and follows links that name a key.
export default function rows(list) {
  // Asked for anew each time: rows go away when they are done with.
  const rows = () => [...list.querySelectorAll("[data-row]")];
  const current = () => rows().find((row) => row.hasAttribute("aria-current"));

  const moveTo = (row) => {
    if (!row) return;
    current()?.removeAttribute("aria-current");
    row.setAttribute("aria-current", "true");
    linkOf(row).focus();
    row.scrollIntoView({ block: "nearest" });
  };

  const follow = (element) => {
    const row = element?.closest("[data-row]");
    if (!row || !list.contains(row) || row === current()) return;
    current()?.removeAttribute("aria-current");
    row.setAttribute("aria-current", "true");
  };
  list.addEventListener("focusin", (event) => follow(event.target));
  // Somebody may stand in a row already.
  follow(document.activeElement);

  if (document.documentElement.dataset.letterKeys === "off") return;
  document.addEventListener("keydown", (event) => {
    // Letters belong to whoever is writing, and combinations to the browser.
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]")) return;
    const all = rows();
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
