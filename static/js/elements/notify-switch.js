import { canNotify, wish } from "../notify.js";

/** Asks for notifications when runs are over, and says when the browser blocks them. */
class NotifySwitch extends HTMLElement {
  connectedCallback() {
    if (!canNotify() || (Notification.permission === "denied" && !wish.isOn())) return;
    this.box = this.querySelector("input");
    this.box.onchange = () => this.#turn();
    this.#show();
    this.hidden = false;
  }

  async #turn() {
    const isOn = this.box.checked;
    wish.keep(isOn);
    if (isOn) await Notification.requestPermission();
    this.#show();
  }

  #show() {
    this.box.checked = wish.isOn() && Notification.permission === "granted";
    this.querySelector("[data-denied]").hidden = !wish.isOn() || Notification.permission !== "denied";
  }
}

customElements.define("notify-switch", NotifySwitch);
