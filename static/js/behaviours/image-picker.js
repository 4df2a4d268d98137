// Shows the pictures one has chosen and keeps only as many as data-most-files allows.
export default function imagePicker(field) {
  const most = Number(field.dataset.mostFiles || 3);
  const picked = document.createElement("div");
  picked.className = "picked";
  const note = document.createElement("p");
  note.className = "hint";
  note.role = "status";
  field.after(note, picked);

  field.addEventListener("change", async () => {
    const isTooMany = field.files.length > most;
    if (isTooMany) keepFirst(field, most);
    note.textContent = isTooMany ? field.dataset.tooMany : "";
    picked.replaceChildren(...(await Promise.all([...field.files].map(preview))));
  });
}

function keepFirst(field, most) {
  const kept = new DataTransfer();
  for (const file of [...field.files].slice(0, most)) kept.items.add(file);
  field.files = kept.files;
}

// Drawn on a canvas, because the content policy allows no pictures from memory.
async function preview(file) {
  const figure = document.createElement("figure");
  const caption = document.createElement("figcaption");
  caption.textContent = file.name;
  const picture = await createImageBitmap(file).catch(() => null);
  if (picture) figure.append(draw(picture));
  figure.append(caption);
  return figure;
}

function draw(picture) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [256, 192];
  canvas.ariaHidden = "true";
  const scale = Math.max(canvas.width / picture.width, canvas.height / picture.height);
  const [width, height] = [picture.width * scale, picture.height * scale];
  canvas.getContext("2d").drawImage(picture, (canvas.width - width) / 2, (canvas.height - height) / 2, width, height);
  picture.close();
  return canvas;
}
