// The keys of the signing room: j or n the next one, k the one before. Everything works without.
document.addEventListener("keydown", (pressed) => {
  const typing = pressed.target.closest("input, textarea, select");
  if (typing || pressed.ctrlKey || pressed.altKey || pressed.metaKey) return;
  const where = { j: "onward", n: "onward", k: "backward" }[pressed.key];
  const link = where && document.getElementById(where);
  if (link) link.click();
});
