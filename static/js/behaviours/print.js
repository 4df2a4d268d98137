// Prints the page; without scripts the browser's own menu does.
export default function print(button) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
