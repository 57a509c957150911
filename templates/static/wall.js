// The wall looks again by itself, and fills the screen. Without this the page loads anew by itself.
const board = document.getElementById("board");
const tell = (words) => {
  const stale = document.getElementById("stale");
  stale.textContent = words;
  stale.hidden = !words;
};

const look = async () => {
  try {
    const answer = await fetch(location.href, { headers: { accept: "text/html" } });
    if (answer.redirected) return location.reload();
    if (!answer.ok) return tell("暂时不能更新，稍后再试");
    const shown = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("board");
    if (shown) board.replaceChildren(...shown.childNodes);
    offer();
  } catch {
    tell("连接中断，所示为上次的情况");
  }
};

const offer = () => {
  const full = document.getElementById("full");
  full.hidden = !document.fullscreenEnabled || Boolean(document.fullscreenElement);
};

board.addEventListener("click", (pressed) => {
  if (pressed.target.id === "full") document.documentElement.requestFullscreen();
});
document.addEventListener("fullscreenchange", offer);
setInterval(look, Number(board.dataset.every) * 1000);
offer();
