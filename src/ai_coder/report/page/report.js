"use strict";
// Everything here is a comfort: the page tells the same without it.
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  const copy = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      const area = document.createElement("textarea");
      area.value = text;
      area.className = "sr";
      document.body.append(area);
      area.select();
      const done = document.execCommand("copy");
      area.remove();
      return done;
    }
  };

  const said = document.getElementById("said");
  for (const box of all(".box")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = "Copy";
    button.setAttribute("aria-label", `Copy: ${box.dataset.name}`);
    button.addEventListener("click", async () => {
      const done = await copy(box.querySelector("pre").textContent);
      button.textContent = done ? "Copied" : "Not copied";
      said.textContent = button.textContent;
      setTimeout(() => { button.textContent = "Copy"; }, 1500);
    });
    box.append(button);
  }

  const bar = document.getElementById("step-tools");
  if (!bar) return;
  bar.hidden = false;
  const steps = all(".step");
  const count = document.getElementById("step-count");
  const search = document.getElementById("step-search");
  let kind = "all";
  const show = () => {
    const words = search.value.trim().toLowerCase();
    let shown = 0;
    for (const step of steps) {
      const fits = kind === "all" || step.dataset.kinds.split(" ").includes(kind);
      step.hidden = !(fits && (!words || step.textContent.toLowerCase().includes(words)));
      if (!step.hidden) shown += 1;
    }
    count.textContent = `${shown} of ${steps.length} steps`;
  };
  for (const button of all("button[data-kind]", bar)) {
    button.addEventListener("click", () => {
      kind = button.dataset.kind;
      for (const other of all("button[data-kind]", bar)) {
        other.setAttribute("aria-pressed", String(other === button));
      }
      show();
    });
  }
  search.addEventListener("input", show);
  const fold = document.getElementById("step-fold");
  fold.addEventListener("click", () => {
    const open = fold.textContent === "Unfold all";
    for (const step of steps) step.open = open;
    fold.textContent = open ? "Fold all" : "Unfold all";
  });
  show();
})();
