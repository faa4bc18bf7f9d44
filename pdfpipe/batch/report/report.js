
"use strict";
const form = document.querySelector("form");
const [text, needy] = form.querySelectorAll("input");
const documents = [...document.querySelectorAll(".document")];
const show = () => {
  const wanted = text.value.trim().toLowerCase();
  let shown = 0;
  for (const one of documents) {
    const fits = (!needy.checked || one.classList.contains("needy")) &&
      (!wanted || one.textContent.toLowerCase().includes(wanted));
    one.hidden = !fits;
    shown += fits;
  }
  form.querySelector("output").value = `${shown} of ${documents.length} documents`;
};
form.addEventListener("input", show);
form.addEventListener("submit", event => event.preventDefault());
form.hidden = false;
show();
