/** A notification when a run is ready, for visitors who ask for it. */
class NotifySwitch extends HTMLElement {
  connectedCallback() {
    if (!("Notification" in window) || Notification.permission === "denied") return;
    const box = this.querySelector("input");
    box.checked = localStorage.getItem("notify") === "on" && Notification.permission === "granted";
    box.onchange = () => this.#turn(box);
    this.hidden = false;
  }

  async #turn(box) {
    if (box.checked) box.checked = (await Notification.requestPermission()) === "granted";
    localStorage.setItem("notify", box.checked ? "on" : "off");
  }
}

customElements.define("notify-switch", NotifySwitch);
