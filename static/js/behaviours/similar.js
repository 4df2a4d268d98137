// While a title is typed, shows what data-similar-url finds for it in the region named by data-similar-region.
export default function similar(field) {
  const region = document.getElementById(field.dataset.similarRegion);
  const least = 4;
  let pause;
  let asked = "";

  const look = async () => {
    const title = field.value.trim();
    if (title === asked) return;
    asked = title;
    if ([...title].length < least) return region.replaceChildren();
    const url = new URL(field.dataset.similarUrl, location.href);
    url.searchParams.set("title", title);
    const answer = await fetch(url, { headers: { "X-Fragment": "1" } }).catch(() => null);
    // An answer to an older title must not replace that to a newer one.
    if (!answer?.ok || title !== asked) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (title === asked) region.replaceChildren(...page.body.childNodes);
  };
  field.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(look, 350);
  });
}
