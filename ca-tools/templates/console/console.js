// Small help for who types much. Every page works without it.
(() => {
  const search = document.getElementById("q");
  const typing = (element) => element && (/^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName) || element.isContentEditable);
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
    if (event.key === "/" && search) {
      event.preventDefault();
      search.focus();
      search.select();
    }
  });
  const told = document.querySelector("#mistakes, #done");
  if (told) told.focus();
})();
