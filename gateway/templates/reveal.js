document.querySelectorAll("button[data-show]").forEach(b=>{const i=document.getElementById(b.getAttribute("aria-controls")),d=b.dataset;
const set=v=>{i.type=v?"text":"password";b.textContent=v?d.hide:d.show;b.setAttribute("aria-label",v?d.hideLabel:d.showLabel)};
set(false);b.hidden=false;
b.addEventListener("click",()=>set(i.type==="password"));
i.form.addEventListener("submit",()=>set(false))})
document.querySelectorAll("input[data-differs]").forEach(a=>{const n=document.getElementById("new_password");
const set=()=>a.setCustomValidity(a.value&&a.value!==n.value?a.dataset.differs:"");
a.addEventListener("input",set);n.addEventListener("input",set)})