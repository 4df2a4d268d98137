// Gives or takes back a vote, or another mark, without leaving the page, by swapping the form for the one in the answer.
export default function vote(form) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (form.ariaBusy === "true") return;
    form.ariaBusy = "true";
    const answered = await ask(form).catch(() => null);
    // Anything unexpected (signed out, refused, offline) is better shown by the whole page.
    if (answered) swap(form, answered);
    else form.submit();
  });
}

async function ask(form) {
  const answer = await fetch(form.action, {
    method: "POST",
    body: new FormData(form),
    headers: { "X-Fragment": "1" },
  });
  if (!answer.ok || answer.redirected) return null;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return page.querySelector("form");
}

function swap(form, answered) {
  const card = form.closest("[data-idea-id]");
  if (card && answered.dataset.supportCount) card.dataset.supportCount = answered.dataset.supportCount;
  const hadFocus = form.contains(document.activeElement);
  form.replaceWith(answered);
  vote(answered);
  if (hadFocus) answered.querySelector("button").focus({ preventScroll: true });
}
