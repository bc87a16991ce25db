// Warns before the login ends, and keeps it going for whoever types. Nothing of what is typed is stored or sent by it.
// To ask /.gateway/whoami is no activity; to ask /awake, as any page of the service, is.
(() => {
  const bar = document.getElementById("login"), words = bar.querySelector("p"), stay = bar.querySelector("button"), again = bar.querySelector("a");
  let before, timer, kept = Date.now();
  const show = (text, button, link) => {
    if (words.textContent !== text) words.textContent = text;
    stay.hidden = !button;
    again.hidden = !link;
    bar.hidden = !text;
  };
  const ask = async () => {
    clearTimeout(timer);
    let next = 30e3;
    try {
      const answer = await fetch("/.gateway/whoami", { cache: "no-store" });
      const { session_ends: ends } = await answer.json();
      // By the gate's clock: that of the device may be wrong.
      const left = Date.parse(ends) - Date.parse(answer.headers.get("date"));
      before ??= Math.min(5 * 60e3, left / 2);
      if (!ends) show("ログアウトしました。書いた内容はこの画面に残っています。閉じずに、新しい画面でログインしてください。", false, true);
      else if (left > before) show("");
      else show(`操作がないと、あと約${Math.max(1, Math.round(left / 60e3))}分で自動的にログアウトします。`, true, false);
      if (ends) next = Math.max(1e3, left > before ? left - before : Math.min(left, next));
    } catch {
      // Not reached now: asked again.
    }
    timer = setTimeout(ask, next);
  };
  const keep = async () => {
    kept = Date.now();
    try { await fetch("/awake", { cache: "no-store" }); } catch { return; }
    ask();
  };
  stay.addEventListener("click", keep);
  document.addEventListener("input", () => { if (Date.now() - kept > Math.min(60e3, (before ?? 60e3) / 2)) keep(); });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) ask(); });
  ask();
})();
