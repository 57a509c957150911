// Long work on its way: asks for the page again now and then and shows its part that tells how far it is.
const WAIT = 3000;
async function look() {
  const shown = document.querySelector("#work[data-open]");
  if (!shown) return;
  try {
    const answer = await fetch(location.href, { credentials: "same-origin" });
    const found = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("work");
    if (answer.ok && found && !("open" in found.dataset)) return location.reload();
    if (answer.ok && found) shown.replaceWith(found);
  } catch {
    // away for a moment: asked again
  }
  setTimeout(look, WAIT);
}
setTimeout(look, WAIT);
