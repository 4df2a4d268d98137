// One letter leads to one thing on the page: opens it if it is closed, and puts the reader into its first field.
export default function keys(root) {
  // Who was led here by a link to one of these places finds it open.
  const led = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (led && root.contains(led) && led.matches("[data-key]")) goTo(led);
  // Who speaks to the computer, or types with trembling hands, can switch letters off in the profile.
  if (document.documentElement.dataset.letterKeys === "off") return;
  document.addEventListener("keydown", (event) => {
    // Letters belong to whoever is writing, and combinations to the browser.
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    const target = root.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (!target) return;
    // Else the letter would land in the field that is now being written in.
    event.preventDefault();
    if (target.matches("a, button")) target.click();
    else goTo(target);
  });
}

function goTo(target) {
  if (target instanceof HTMLDetailsElement) target.open = true;
  const field = target.matches("textarea") ? target : target.querySelector("select, textarea, input:not([type=hidden])");
  (field ?? target.querySelector("summary") ?? target).focus();
  target.scrollIntoView({ block: "nearest" });
}
