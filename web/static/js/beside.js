// Lights both passages of a pair up while one of them is pointed at or in focus. Links lead from one to the other without it.

const parts = document.querySelectorAll("[data-pair]");

function light(event) {
  const over = event.type === "pointerover" || event.type === "focusin";
  const pair = over ? event.target.closest("[data-pair]")?.dataset.pair : undefined;
  for (const part of parts) part.classList.toggle("lit", pair !== undefined && part.dataset.pair === pair);
}

for (const kind of ["pointerover", "pointerout", "focusin", "focusout"]) document.addEventListener(kind, light);
