// Keeps what is written in a form's text fields in this tab until it is sent; nobody finds what another wrote.
export default function draft(form) {
  const fields = [...form.querySelectorAll("textarea, input[type=text]")];
  const member = document.documentElement.dataset.member ?? "";
  const keyOf = (field) => `draft:${member}:${form.action}:${field.name}`;

  for (const field of fields) {
    // What the server filled in, after a refusal or when editing, is newer than the draft.
    if (!field.value) restore(field, sessionStorage.getItem(keyOf(field)));
    field.addEventListener("input", () => {
      if (field.value) sessionStorage.setItem(keyOf(field), field.value);
      else sessionStorage.removeItem(keyOf(field));
    });
  }
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    for (const field of fields) sessionStorage.removeItem(keyOf(field));
  });
}

function restore(field, kept) {
  if (!kept) return;
  field.value = kept;
  // So that counters and suggestions see it.
  field.dispatchEvent(new Event("input", { bubbles: true }));
}
