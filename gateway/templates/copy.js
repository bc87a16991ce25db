(()=>{const b=document.getElementById("copy"),a=document.getElementById("address"),s=document.getElementById("copied");
if(!b||!navigator.clipboard)return;
b.hidden=false;
b.addEventListener("click",()=>navigator.clipboard.writeText(a.textContent).then(()=>{s.textContent=b.dataset.done},()=>{getSelection().selectAllChildren(a)}))})()