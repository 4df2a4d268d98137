// Asks data-follow-url for the part marked data-followed until nothing in it is unfinished, then shows the page anew.
export default function follow(box) {
  const pause = 1500;

  const look = async () => {
    const answer = await fetch(box.dataset.followUrl, { headers: { "X-Fragment": "1" } }).catch(() => null);
    if (answer?.ok) {
      const part = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (!part.querySelector("[data-unfinished]")) return location.reload();
      box.querySelector("[data-followed]").replaceChildren(...part.body.childNodes);
    }
    setTimeout(look, pause);
  };
  setTimeout(look, pause);
}
