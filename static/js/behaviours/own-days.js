// Chooses days of one's own in the list of periods as soon as one of the days is changed.
export default function ownDays(group) {
  const period = group.querySelector("select");
  group.addEventListener("input", (event) => {
    if (event.target !== period) period.value = "fixed";
  });
}
