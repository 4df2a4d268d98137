// Attaches to each element the behaviours it names; one module each, loaded only when the page needs it.
for (const element of document.querySelectorAll("[data-behaviour]")) {
  for (const name of element.dataset.behaviour.split(/\s+/)) {
    import(`./behaviours/${name}.js`).then((module) => module.default(element));
  }
}
