// Saves each choice of a question where it stands: sends the pressed button and swaps the part for the one in the answer.
export default function live(part) {
  const help = part.querySelector("[data-live-help]");
  if (help) help.hidden = false;

  part.addEventListener("click", (event) => {
    const button = event.target.closest("button[formaction]");
    // A button that leads to another page is left alone.
    if (!button || button.hasAttribute("data-leads-on")) return;
    event.preventDefault();
    if (part.ariaBusy !== "true") send(part, button);
  });
  part.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, details")) return;
    const button = part.querySelector(`[data-live-key="${CSS.escape(event.key)}"]`);
    if (!button) return;
    event.preventDefault();
    button.click();
  });
}

async function send(part, button) {
  part.ariaBusy = "true";
  const values = new FormData(part.closest("form"));
  if (button.name) values.set(button.name, button.value);
  const answered = await ask(button.formAction, values).catch(() => null);
  part.ariaBusy = "false";
  // Anything unexpected (signed out, closed meanwhile, offline) is better shown by the whole page.
  if (answered) swap(part, answered, button);
  else submit(part.closest("form"), button);
}

async function ask(address, body) {
  const answer = await fetch(address, { method: "POST", body, headers: { "X-Fragment": "1" } });
  if (answer.redirected || (!answer.ok && answer.status !== 422)) return null;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return page.querySelector(".live");
}

function swap(part, answered, button) {
  const key = button.dataset.liveKey;
  const isOpen = part.querySelector("details[data-stays]")?.open ?? false;
  part.replaceWith(answered);
  const stays = answered.querySelector("details[data-stays]");
  if (stays) stays.open = isOpen;
  attach(answered);
  const wrong = answered.querySelector("[aria-invalid]");
  const again = key && answered.querySelector(`[data-live-key="${key}"]`);
  const target = wrong ?? again ?? answered;
  if (target === answered) answered.tabIndex = -1;
  target.focus({ preventScroll: target !== wrong });
  // A status that comes with new content is not read out; one that changes is.
  const said = answered.querySelector("[data-live-said]");
  if (said) {
    const words = said.textContent;
    said.textContent = "";
    requestAnimationFrame(() => { said.textContent = words; });
  }
}

function attach(part) {
  for (const element of [part, ...part.querySelectorAll("[data-behaviour]")]) {
    for (const name of element.dataset.behaviour.split(/\s+/)) {
      // At once: the next key may come before an import has answered.
      if (name === "live") live(element);
      else import(`./${name}.js`).then((module) => module.default(element));
    }
  }
}

function submit(form, button) {
  const pressed = document.createElement("input");
  pressed.type = "hidden";
  [pressed.name, pressed.value] = [button.name, button.value];
  if (button.name) form.append(pressed);
  form.action = button.formAction;
  if (button.formEnctype) form.enctype = button.formEnctype;
  form.submit();
}
