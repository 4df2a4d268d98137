// Brings the entry of the page that is open into view, where a narrow screen shows a part of the list only.
export default function current(list) {
  const entry = list.querySelector("[aria-current]");
  if (entry) list.scrollLeft = entry.offsetLeft + entry.offsetWidth / 2 - list.clientWidth / 2;
}
