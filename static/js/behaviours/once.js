// Sends a form once, however often its button is pressed.
export default function once(form) {
  const mark = (isSent) => {
    form.dataset.sent = isSent ? "yes" : "";
    for (const button of form.querySelectorAll("[type=submit]")) button.ariaDisabled = String(isSent);
  };
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) return event.preventDefault();
    mark(true);
  });
  // Coming back with the browser's back button shows the page as it was left.
  window.addEventListener("pageshow", (event) => { if (event.persisted) mark(false); });
}
