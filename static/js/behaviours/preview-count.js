// Posts what a form holds to data-count-url while it is edited and shows the answer in the region named by data-count-region.
export default function previewCount(form) {
  const region = document.getElementById(form.dataset.countRegion);
  let pause;
  let latest = 0;

  const count = async () => {
    const turn = ++latest;
    region.ariaBusy = "true";
    const answer = await fetch(form.dataset.countUrl, {
      method: "POST",
      body: new FormData(form),
      headers: { "X-Fragment": "1" },
    }).catch(() => null);
    const words = answer?.ok ? await answer.text() : "";
    if (turn !== latest) return;
    region.textContent = words.trim();
    region.ariaBusy = "false";
  };
  const later = () => {
    clearTimeout(pause);
    pause = setTimeout(count, 300);
  };
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  count();
}
