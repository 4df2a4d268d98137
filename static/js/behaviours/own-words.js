// Whoever writes their own words means the answer that asks for them.
export default function ownWords(answers) {
  for (const own of answers.querySelectorAll("[data-own-words]")) {
    const field = own.querySelector("input[type=text]");
    const choice = answers.querySelector(`input[value="${CSS.escape(own.dataset.ownWords)}"]`);
    field.addEventListener("input", () => { if (field.value.trim()) choice.checked = true; });
  }
}
