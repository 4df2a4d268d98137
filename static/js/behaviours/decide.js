// Decides about a row where it stands: it goes away, the next one has the focus, and after the last one the next page comes up.
const STARTED = "queue-row-focus";

export default function decide(list) {
  const form = list.closest("form");
  const said = form.querySelector("[data-said]");
  const rows = () => [...list.querySelectorAll("[data-row]:not([aria-busy])")];

  // After a page was worked off, its next one begins where the keyboard expects it.
  if (sessionStorage.getItem(STARTED)) {
    sessionStorage.removeItem(STARTED);
    focusOn(rows()[0]);
  }

  form.addEventListener("submit", async (event) => {
    const button = event.submitter;
    const row = button?.closest("[data-row]");
    if (!row || !button.hasAttribute("data-in-place")) return;
    event.preventDefault();
    if (row.hasAttribute("aria-busy")) return;
    const body = new FormData(form, button);
    const all = rows();
    const at = all.indexOf(row);
    row.setAttribute("aria-busy", "true");
    // Whoever works by keyboard goes on at once; an answer that is a refusal comes back to its row.
    focusOn(all[at + 1] ?? all[at - 1]);
    const answer = await send(button.formAction, body);
    if (answer === "") {
      said.textContent = list.dataset.done.replace("{title}", titleOf(row));
      row.remove();
      if (!list.querySelector("[data-row]")) {
        sessionStorage.setItem(STARTED, "1");
        location.reload();
      }
    } else {
      row.removeAttribute("aria-busy");
      row.querySelector("[data-answer]").textContent = answer;
    }
  });
}

async function send(address, body) {
  try {
    const response = await fetch(address, { method: "POST", body, headers: { "X-Fragment": "1" } });
    return response.ok ? "" : await response.text();
  } catch (error) {
    return error.message;
  }
}

function focusOn(row) {
  row?.querySelector("[data-open]")?.focus();
}

function titleOf(row) {
  return row.querySelector("[data-open]").textContent.trim();
}
