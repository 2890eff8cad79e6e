// Copies a citation. The texts that it shows stand in the page.

const told = document.querySelector("[data-copied]");
const SHOWN = 2000; // How long, in milliseconds, a button says that it is done.

for (const button of document.querySelectorAll("[data-copies]")) {
  if (!navigator.clipboard) break; // Browsers give it to pages of https and of this machine alone.
  const label = button.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copies).textContent);
    button.textContent = told.textContent = button.dataset.done;
    setTimeout(() => {
      button.textContent = label;
      told.textContent = "";
    }, SHOWN);
  });
}
