// Keys for those who would rather not reach for the mouse. Every form works without this file.
//   j k   next and previous claim      Enter  open            n  next claim to read
//   1-5   choose a verdict (arms it), Enter decides, Esc lets go
//   u     undo                         b  show hidden text    /  search    ?  keys
"use strict";

(() => {
  document.documentElement.classList.add("js");
  const OFF = "saring-keys-off";
  const isOn = () => window.localStorage.getItem(OFF) === null;
  const live = document.getElementById("say");
  const form = document.querySelector("form[data-decide]");
  let armed = null;

  const say = (text) => {
    live.textContent = "";
    window.setTimeout(() => { live.textContent = text; }, 30);
  };

  const isTyping = (target) =>
    target.isContentEditable ||
    target.matches("textarea, select, input:not([type=radio]):not([type=checkbox]):not([type=button]):not([type=submit])");

  const list = () => [...document.querySelectorAll("[data-row]")];

  const move = (step) => {
    const rows = list();
    if (!rows.length) return false;
    const at = rows.indexOf(document.activeElement);
    const to = at < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + step));
    rows[to].focus();
    rows[to].scrollIntoView({ block: "nearest" });
    return true;
  };

  const press = (key) => {
    const button = document.querySelector(`[data-key="${key}"]:not([hidden])`);
    if (!button) return false;
    if (button.matches("input")) {
      button.focus();
      button.select();
    } else {
      button.click();
    }
    return true;
  };

  const disarm = (quietly) => {
    if (!armed) return false;
    armed.checked = armed.defaultChecked;
    form.querySelector("[data-confirm]").classList.remove("armed");
    form.querySelector("[data-arming]").textContent = "";
    armed = null;
    if (!quietly) say(form.dataset.disarmed);
    return true;
  };

  const arm = (digit) => {
    const radio = form && form.querySelector(`input[type=radio][data-digit="${digit}"]`);
    if (!radio || radio.disabled) return false;
    disarm(true);
    armed = radio;
    radio.checked = true;
    radio.dispatchEvent(new Event("change", { bubbles: true }));
    const text = form.dataset.armed.replace("{}", radio.dataset.name);
    form.querySelector("[data-confirm]").classList.add("armed");
    form.querySelector("[data-arming]").textContent = text;
    radio.focus();
    say(text);
    return true;
  };

  const showHelp = () => {
    const help = document.getElementById("keys");
    if (!help) return false;
    if (!help.open) help.showModal();
    return true;
  };

  const toggleVeil = () => {
    const veil = document.querySelector("details.veil");
    if (!veil) return false;
    veil.open = !veil.open;
    return true;
  };

  const answer = (event) => {
    if (event.key === "Escape") return disarm(false);
    if (event.key === "Enter" && armed && !event.target.closest("a, button, summary")) {
      form.requestSubmit(form.querySelector("[data-confirm]"));
      return true;
    }
    switch (event.key) {
      case "j": return move(1);
      case "k": return move(-1);
      case "n": return press("n");
      case "u": return press("u");
      case "b": return toggleVeil();
      case "/": return press("/");
      case "?": return showHelp();
      default: return /^[1-5]$/.test(event.key) && arm(event.key);
    }
  };

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (document.querySelector("dialog[open]")) return;
    if (isTyping(event.target)) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if ((isOn() || event.key === "Escape" || event.key === "Enter") && answer(event)) event.preventDefault();
  });

  for (const box of document.querySelectorAll("[data-keys-on]")) {
    box.checked = isOn();
    box.addEventListener("change", () => {
      if (box.checked) window.localStorage.removeItem(OFF);
      else window.localStorage.setItem(OFF, "1");
    });
  }
  for (const link of document.querySelectorAll("[data-keys-help]")) {
    link.addEventListener("click", (event) => { if (showHelp()) event.preventDefault(); });
  }

  // A verdict other than misinformation has no type; a form is sent once.
  if (form) {
    const type = form.querySelector("[data-type]");
    const follow = () => {
      const chosen = form.querySelector("input[name=verdict]:checked");
      type.disabled = Boolean(chosen) && !("typed" in chosen.dataset);
    };
    form.addEventListener("change", follow);
    form.addEventListener("pointerdown", () => disarm(true));
    follow();
  }
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    if (event.target.dataset.sent) event.preventDefault();
    event.target.dataset.sent = "1";
  });
  window.addEventListener("pageshow", () => {
    for (const sent of document.querySelectorAll("form[data-sent]")) delete sent.dataset.sent;
  });
})();
