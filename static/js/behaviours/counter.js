// Shows how many characters are left, counted as people count them; says so aloud when few are left.
export default function counter(field) {
  const shown = document.querySelector(`[data-counter-for="${field.id}"]`);
  const spoken = document.createElement("span");
  spoken.className = "visually-hidden";
  spoken.role = "status";
  shown.after(spoken);
  let pause;

  const show = () => {
    const most = Number(field.dataset.most);
    const left = most - [...field.value.replace(/\r\n?/g, "\n")].length;
    const words = left < 0 ? field.dataset.over : field.dataset.left;
    shown.textContent = words.replace("{n}", Math.abs(left));
    shown.classList.toggle("is-over", left < 0);
    shown.hidden = false;
    clearTimeout(pause);
    pause = setTimeout(() => { spoken.textContent = left < most / 10 ? shown.textContent : ""; }, 1000);
  };
  field.addEventListener("input", show);
  show();
}
