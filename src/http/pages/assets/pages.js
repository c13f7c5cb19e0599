// @ts-check
/*
 * Adds to the pages what needs a script; without it every form still works, but for passkeys. Its texts stand on
 * <body>.
 */

const texts = document.body.dataset;

/** @template {Element} E @param {string} selector @param {new () => E} type @param {(element: E) => void} work */
function forEach(selector, type, work) {
  for (const element of document.querySelectorAll(selector)) if (element instanceof type) work(element);
}

/** @param {string} className @param {string | undefined} text */
function createButton(className, text) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = className;
  button.textContent = text ?? '';
  return button;
}

/** Forms count at the origin of PUBLIC_URL alone: a page that was opened elsewhere leads there. */
const right = new URL(texts['publicUrl'] ?? location.href);
if (right.origin !== location.origin) {
  const base = right.pathname.replace(/\/$/, '');
  right.pathname = location.pathname.startsWith(`${base}/`) ? location.pathname : base + location.pathname;
  right.search = location.search;
  const link = document.createElement('a');
  link.href = link.textContent = right.href;
  const alert = createAlert(`${texts['elsewhere']} `);
  alert.append(link);
  document.querySelector('main')?.prepend(alert);
}

/** A password can be looked at. */
forEach('input[type=password]', HTMLInputElement, (input) => {
  const box = document.createElement('div');
  box.className = 'with-button';
  input.replaceWith(box);
  const button = createButton('quiet', texts['show']);
  const label = input.labels?.[0]?.textContent ?? '';
  const tell = () => {
    const isShown = input.type === 'text';
    button.textContent = (isShown ? texts['hide'] : texts['show']) ?? '';
    button.setAttribute('aria-label', `${button.textContent}: ${label}`);
  };
  button.addEventListener('click', () => {
    input.type = input.type === 'password' ? 'text' : 'password';
    tell();
  });
  box.append(input, button);
  tell();
  if (input.autofocus) input.focus();
  // A password manager must find a password.
  input.form?.addEventListener('submit', () => (input.type = 'password'));
});

/** A form is sent once, however often its button is pressed; a page that the browser brings back works again. */
forEach('form', HTMLFormElement, (form) => {
  form.addEventListener('submit', (event) => {
    const button = form.querySelector('button:not([type=button])');
    if (button?.getAttribute('aria-busy') === 'true') event.preventDefault();
    button?.setAttribute('aria-busy', 'true');
  });
});
addEventListener('pageshow', () =>
  forEach('button[aria-busy]', HTMLButtonElement, (button) => button.removeAttribute('aria-busy')),
);

/** Moments, in the language and the zone of the reader. */
const moments = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const dates = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });
forEach('time', HTMLTimeElement, (time) => {
  const moment = new Date(time.dateTime);
  const format = time.dataset['shown'] === 'date' ? dates : moments;
  if (!Number.isNaN(moment.getTime())) time.textContent = format.format(moment);
});

/** Lets values that are shown once be copied, and codes be kept as a file. */
forEach('[data-keep]', HTMLElement, (shown) => {
  const text = shown.dataset['keep'] ?? '';
  const actions = document.createElement('p');
  actions.className = 'actions';
  const copy = createButton('secondary', texts['copy']);
  copy.addEventListener('click', () => {
    void navigator.clipboard.writeText(text).then(() => (copy.textContent = texts['copied'] ?? ''));
  });
  actions.append(copy);
  const { file } = shown.dataset;
  if (file !== undefined) {
    const download = createButton('secondary', texts['download']);
    download.addEventListener('click', () => {
      const link = document.createElement('a');
      link.href = URL.createObjectURL(new Blob([`${text}\n`], { type: 'text/plain' }));
      link.download = file;
      link.click();
      URL.revokeObjectURL(link.href);
    });
    actions.append(download);
  }
  shown.after(actions);
});

/** Asks the API for the options of a sign-in. @param {string} url */
async function beginPasskeyLogin(url) {
  const body = JSON.stringify({ query: 'mutation { beginPasskeyLogin }' });
  const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  const { data } = await answer.json();
  return data.beginPasskeyLogin;
}

/** @param {DOMStringMap} asked */
async function askPasskey({ passkey, options = '' }) {
  if (passkey === 'create') {
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(JSON.parse(options));
    return navigator.credentials.create({ publicKey });
  }
  const found = passkey === 'from-api' ? await beginPasskeyLogin(options) : JSON.parse(options);
  return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(found) });
}

/** Passkeys belong to a host name (WebAuthn Level 3 §5.1.2). */
const isAtIpAddress = /^[\d.]+$|^\[/.test(location.hostname);
forEach('[data-needs-host-name]', HTMLElement, (part) => (part.hidden = !isAtIpAddress));

/** Passkeys: the button asks the browser for one, and sends its answer with the form. */
if (
  !isAtIpAddress &&
  typeof PublicKeyCredential === 'function' &&
  'parseRequestOptionsFromJSON' in PublicKeyCredential
) {
  forEach('[data-needs-passkeys]', HTMLElement, (part) => (part.hidden = false));
  forEach('form[data-passkey]', HTMLFormElement, (form) => {
    const field = form.querySelector('input[name=passkey]');
    const button = form.querySelector('button');
    form.addEventListener('submit', (event) => {
      if (!(field instanceof HTMLInputElement) || field.value !== '') return;
      event.preventDefault();
      void sendPasskey(form, field).finally(() => button?.removeAttribute('aria-busy'));
    });
  });
  forEach('[data-passkey-signals]', HTMLElement, (part) => signalPasskeys(part.dataset['passkeySignals'] ?? '{}'));
}

/**
 * Tells password managers which passkeys the account still has, and its names (WebAuthn Level 3 §5.1.10). Not every
 * browser can, and what comes of it is between the manager and its user.
 * @param {string} json
 */
function signalPasskeys(json) {
  const signals = JSON.parse(json);
  PublicKeyCredential.signalAllAcceptedCredentials?.(signals).catch(() => undefined);
  PublicKeyCredential.signalCurrentUserDetails?.(signals).catch(() => undefined);
}

/** @param {HTMLFormElement} form @param {HTMLInputElement} field */
async function sendPasskey(form, field) {
  try {
    const credential = await askPasskey(form.dataset);
    if (!(credential instanceof PublicKeyCredential)) throw new Error('no passkey');
    field.value = JSON.stringify(credential.toJSON());
    form.submit();
  } catch {
    tellFailure(form);
  }
}

/** @param {HTMLFormElement} form */
function tellFailure(form) {
  form.querySelector('[role=alert]')?.remove();
  form.prepend(createAlert(texts['passkeyFailed']));
}

/** @param {string | undefined} text */
function createAlert(text) {
  const alert = document.createElement('p');
  alert.className = 'alert';
  alert.setAttribute('role', 'alert');
  alert.textContent = text ?? '';
  return alert;
}
