// Shows one set after the other, and keeps the same thing from being most and least at once.
export default function maxdiff(box) {
  const sets = [...box.querySelectorAll(".maxdiff-set")];
  const steps = document.createElement("p");
  steps.className = "live-row maxdiff-steps";
  const back = step(box.dataset.back, "button-quiet");
  const next = step(box.dataset.next, "button-soft");
  const said = document.createElement("span");
  said.className = "error";
  said.role = "status";
  steps.append(back, next, said);
  box.append(steps);

  let current = Math.max(0, sets.findIndex((set) => set.hasAttribute("data-has-error")));
  if (!sets.some((set) => set.hasAttribute("data-has-error"))) {
    const open = sets.findIndex((set) => !isAnswered(set));
    current = open < 0 ? 0 : open;
  }

  const show = (number, hasMoved) => {
    current = number;
    sets.forEach((set, index) => { set.hidden = index !== number; });
    back.hidden = number === 0;
    next.hidden = number === sets.length - 1;
    said.textContent = "";
    if (hasMoved) sets[number].focus();
  };

  back.addEventListener("click", () => show(current - 1, true));
  next.addEventListener("click", () => {
    if (isAnswered(sets[current])) show(current + 1, true);
    else said.textContent = box.dataset.open;
  });
  // The page's own button leads through the sets first, unless all are answered already.
  box.closest("form").addEventListener("click", (event) => {
    const button = event.target.closest("[type=submit]:not([name], [formaction], [aria-hidden])");
    if (!button || current === sets.length - 1 || !isAnswered(sets[current]) || sets.every(isAnswered)) return;
    event.preventDefault();
    show(current + 1, true);
  });
  box.addEventListener("change", (event) => {
    const set = event.target.closest(".maxdiff-set");
    for (const other of set.querySelectorAll("input:checked")) {
      if (other !== event.target && other.value === event.target.value) other.checked = false;
    }
    said.textContent = "";
  });
  show(current, false);
}

function isAnswered(set) {
  return set.querySelectorAll("input:checked").length === 2;
}

function step(words, kind) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = `button ${kind}`;
  button.textContent = words;
  return button;
}
