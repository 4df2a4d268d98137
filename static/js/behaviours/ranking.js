// Ranks with buttons: a press gives the next place, arrows change places; the number fields carry the order.
export default function ranking(list) {
  const words = list.dataset;
  const rows = [...list.querySelectorAll(".ranking-row")].map((element) => ({
    element, thing: element.dataset.thing, field: element.querySelector("input"),
  }));
  let order = placed(rows);
  const spoken = document.createElement("p");
  spoken.className = "visually-hidden";
  spoken.role = "status";
  list.after(spoken);
  const hint = list.parentElement.querySelector(".ranking-by-number");
  hint.textContent = words.how;

  const say = (template, row) => template.replace("{thing}", () => row.thing);
  const button = (row, label, sign, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "ranking-move";
    made.textContent = sign;
    made.ariaLabel = say(label, row);
    made.addEventListener("click", () => { act(); settle(row); made.isConnected && !made.disabled ? made.focus() : focusIn(row); });
    return made;
  };
  const move = (row, by) => {
    const at = order.indexOf(row);
    order.splice(at, 1);
    order.splice(at + by, 0, row);
  };
  for (const row of rows) {
    row.field.type = "hidden";
    row.badge = document.createElement("span");
    row.badge.className = "ranking-place";
    row.next = button(row, words.place, "", () => order.push(row));
    row.next.classList.add("ranking-next");
    row.up = button(row, words.up, "↑", () => move(row, -1));
    row.down = button(row, words.down, "↓", () => move(row, 1));
    row.out = button(row, words.out, "×", () => { order = order.filter((other) => other !== row); });
    row.element.prepend(row.badge);
    row.element.append(row.next, row.up, row.down, row.out);
  }

  const settle = (moved) => {
    // Only one is left: its place is the last.
    const rest = rows.filter((row) => !order.includes(row));
    if (rest.length === 1 && moved && order.includes(moved)) order.push(rest[0]);
    show();
    if (!moved) return;
    const at = order.indexOf(moved);
    spoken.textContent = at < 0 ? say(words.takenOut, moved)
      : say(words.moved, moved).replace("{place}", at + 1).replace("{count}", rows.length);
    list.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const show = () => {
    rows.forEach((row) => {
      const at = order.indexOf(row);
      const isPlaced = at >= 0;
      row.field.value = isPlaced ? at + 1 : "";
      row.badge.textContent = isPlaced ? at + 1 : "";
      row.element.classList.toggle("is-placed", isPlaced);
      row.next.hidden = isPlaced;
      row.up.hidden = row.down.hidden = row.out.hidden = !isPlaced;
      row.up.disabled = at === 0;
      row.down.disabled = at === order.length - 1;
    });
    list.append(...order.map((row) => row.element), ...rows.filter((row) => !order.includes(row)).map((row) => row.element));
  };
  const focusIn = (row) => [row.next, row.up, row.down].find((each) => !each.hidden && !each.disabled)?.focus();

  list.classList.add("has-buttons");
  show();
}

// The order that the numbers already tell, as far as it is one.
function placed(rows) {
  const given = rows.filter((row) => /^\d+$/.test(row.field.value.trim()));
  const places = new Set(given.map((row) => Number(row.field.value)));
  if (places.size < given.length) return [];
  return given.sort((one, other) => Number(one.field.value) - Number(other.field.value));
}
