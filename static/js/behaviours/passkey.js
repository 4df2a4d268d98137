// Lets a device make a passkey, or sign with one, and sends what it answers with the form.
export default function passkey(form) {
  if (!window.PublicKeyCredential) return;
  form.hidden = false;
  const hint = document.querySelector("[data-without-passkeys]");
  if (hint) hint.hidden = true;
  const status = form.querySelector("[data-status]");
  // After the Back button the browser brings back what was sent, which is good for one answer only.
  window.addEventListener("pageshow", () => {
    form.elements.credential.value = "";
  });
  form.addEventListener("submit", async (event) => {
    if (form.elements.credential.value) return;
    event.preventDefault();
    status.textContent = "";
    try {
      form.elements.credential.value = await ask(form.dataset);
    } catch {
      status.textContent = form.dataset.failed;
      return;
    }
    form.submit();
  });
}

async function ask({ act, options }) {
  const answer = await fetch(options, { headers: { Accept: "application/json" } });
  // A page instead of options: whoever sits there has to show first that it is them.
  if (answer.redirected) location.assign(answer.url);
  if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
  const publicKey = withBytes(await answer.json());
  const credential = await navigator.credentials[act]({ publicKey });
  return JSON.stringify(withoutBytes(credential));
}

// The server writes bytes as base64url; so do newer browsers by themselves, but not all that know passkeys.
function withBytes(options) {
  const named = (keys) => keys?.map((key) => ({ ...key, id: decode(key.id), transports: key.transports ?? [] }));
  return {
    ...options,
    challenge: decode(options.challenge),
    ...(options.user && { user: { ...options.user, id: decode(options.user.id) } }),
    ...(options.excludeCredentials && { excludeCredentials: named(options.excludeCredentials) }),
    ...(options.allowCredentials && { allowCredentials: named(options.allowCredentials) }),
  };
}

function withoutBytes({ id, rawId, type, response, authenticatorAttachment }) {
  const written = { clientDataJSON: encode(response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[name]) written[name] = encode(response[name]);
  }
  if (response.getTransports) written.transports = response.getTransports();
  return { id, rawId: encode(rawId), type, authenticatorAttachment, response: written };
}

function decode(text) {
  const letters = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
}

function encode(bytes) {
  const letters = String.fromCharCode(...new Uint8Array(bytes));
  return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
