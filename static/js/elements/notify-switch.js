import { canNotify, notificationSetting } from "../lib/notifications.js";

/** A switch for notifications; shows when the browser blocks them. */
class NotifySwitch extends HTMLElement {
  connectedCallback() {
    if (!canNotify() || (Notification.permission === "denied" && !notificationSetting.isOn())) return;
    this.box = this.querySelector("input");
    this.box.onchange = () => this.#toggle();
    this.#show();
    this.hidden = false;
  }

  async #toggle() {
    const isOn = this.box.checked;
    notificationSetting.set(isOn);
    if (isOn) await Notification.requestPermission();
    this.#show();
  }

  #show() {
    this.box.checked = notificationSetting.isOn() && Notification.permission === "granted";
    this.querySelector("[data-denied]").hidden = !notificationSetting.isOn() || Notification.permission !== "denied";
  }
}

customElements.define("notify-switch", NotifySwitch);
