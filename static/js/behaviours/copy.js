// Offers to copy what stands in the field; without scripts it can be selected and copied by hand.
export default function copy(box) {
  const field = box.querySelector("input");
  const button = box.querySelector("[data-copy]");
  const status = box.querySelector("[data-status]");
  button.hidden = false;
  field.addEventListener("focus", () => field.select());
  button.addEventListener("click", async () => {
    field.select();
    // Not everywhere may scripts write to the clipboard; then the selection is there to be copied by hand.
    const isCopied = await navigator.clipboard?.writeText(field.value).then(() => true, () => false);
    status.textContent = isCopied ? box.dataset.copied : "";
  });
}
