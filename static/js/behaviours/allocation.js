// Says how many points are left to share out.
export default function allocation(group) {
  const left = group.querySelector("[data-allocation-left]");
  const fields = [...group.querySelectorAll("input")];

  const show = () => {
    const given = fields.reduce((sum, field) => sum + (parseInt(field.value, 10) || 0), 0);
    const rest = Number(group.dataset.total) - given;
    const words = rest === 0 ? group.dataset.done : rest > 0 ? group.dataset.left : group.dataset.over;
    left.textContent = words.replace("{n}", Math.abs(rest));
    left.classList.toggle("is-over", rest < 0);
    left.classList.toggle("is-done", rest === 0);
    left.hidden = false;
  };
  group.addEventListener("input", show);
  show();
}
