// Links that unfold what they lead to: an element of a page of Bayan's own, named by the fragment of the address. It is put
// where the link stands; a dialog opens above the page. Without this, and when it fails, the links are followed.

const asked = new WeakSet(); // Links whose answer is on the way.

async function part(link) {
  const answer = await fetch(link.href);
  if (!answer.ok) throw new Error(answer.statusText);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const sheets = [...page.querySelectorAll("link[rel=stylesheet]")].map((sheet) => document.importNode(sheet));
  await Promise.all(sheets.filter((sheet) => !document.querySelector(`link[href="${sheet.getAttribute("href")}"]`)).map(styled));
  return document.importNode(page.querySelector(link.hash), true);
}

/** Add a style sheet; it is there when the promise is kept. */
function styled(sheet) {
  return new Promise((done) => {
    sheet.onload = sheet.onerror = done;
    document.head.append(sheet);
  });
}

function unfold(link, body) {
  const details = document.createElement("details");
  const summary = document.createElement("summary");
  details.className = link.className;
  summary.textContent = link.textContent;
  body.removeAttribute("id"); // Several of a kind can be open.
  details.append(summary, body);
  details.open = true;
  // Whoever has gone on in the meantime is not called back.
  const here = document.activeElement === link;
  link.replaceWith(details);
  if (here) summary.focus();
}

document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-unfolds]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  if (asked.has(link)) return;
  asked.add(link);
  try {
    const body = document.querySelector(`dialog${link.hash}`) ?? (await part(link));
    if (body.localName === "dialog") {
      document.body.append(body);
      body.dispatchEvent(new Event("unfolded", { bubbles: true }));
      body.showModal();
    } else unfold(link, body);
  } catch {
    location.assign(link.href);
  }
  asked.delete(link);
});

for (const link of document.querySelectorAll("a[data-unfolds][hidden]")) link.hidden = false;
