// Keeps answers while their page is still being filled in, one request at a time, and says so quietly.
const PAUSE = 1500;

export default function autosave(form) {
  const words = form.querySelector("[data-kept-words]");
  let timer;
  let isSending = false;
  let isChanged = false;
  let isOver = false;

  const keep = async () => {
    if (isSending || isOver) return;
    isSending = true;
    isChanged = false;
    try {
      const answer = await fetch(form.dataset.keep, { method: "POST", body: written(form), headers: { "X-Fragment": "1" } });
      if (answer.status === 204) words.textContent = form.dataset.kept;
      else await tell(answer);
    } catch {
      words.textContent = form.dataset.unkept;
    }
    isSending = false;
    if (isChanged) later(PAUSE);
  };
  const tell = async (answer) => {
    const isFinal = !answer.redirected && (answer.status === 403 || answer.status === 409);
    words.textContent = isFinal ? await answer.text() : form.dataset.unkept;
    isOver = isFinal;
  };
  const later = (pause) => {
    isChanged = true;
    clearTimeout(timer);
    timer = setTimeout(keep, pause);
  };

  form.addEventListener("input", () => later(PAUSE));
  form.addEventListener("change", () => later(PAUSE / 3));
  form.addEventListener("submit", () => { isOver = true; clearTimeout(timer); });
  window.addEventListener("pageshow", (event) => { if (event.persisted) isOver = false; });
}

// Pictures are sent once, with the page.
function written(form) {
  const data = new FormData(form);
  for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
  return data;
}
