// Sends each answer without leaving the page and goes on to the next text; the keys are those of `rows`.
export default function labels(list) {
  const rows = [...list.querySelectorAll("[data-row]")];
  rows[0]?.setAttribute("aria-current", "true");

  list.addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = event.target;
    const row = form.closest("[data-row]");
    if (row.ariaBusy === "true") return;
    row.ariaBusy = "true";
    const answered = await ask(form, event.submitter).catch(() => null);
    row.ariaBusy = "false";
    // Anything unexpected (signed out, refused, offline) is better shown by the whole page.
    if (!answered) return send(form, event.submitter);
    row.replaceChildren(...answered.childNodes);
    row.classList.add("is-labelled");
    goOn(rows, row);
  });
}

async function ask(form, button) {
  const answer = await fetch(form.action, {
    method: "POST",
    body: new FormData(form, button),
    headers: { "X-Fragment": "1" },
  });
  if (!answer.ok || answer.redirected) return null;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return page.querySelector("[data-row]");
}

function send(form, button) {
  const value = document.createElement("input");
  value.type = "hidden";
  value.name = button.name;
  value.value = button.value;
  form.append(value);
  form.submit();
}

function goOn(rows, row) {
  const next = rows.slice(rows.indexOf(row) + 1).find((each) => !each.classList.contains("is-labelled"));
  const target = next ?? row;
  for (const each of rows) each.removeAttribute("aria-current");
  target.setAttribute("aria-current", "true");
  target.querySelector("[data-open]").focus();
  target.scrollIntoView({ block: "nearest" });
}
