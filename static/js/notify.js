/* Notifications that a run is over, for visitors who asked for them. */
const NAME = "notify";

/** Chrome and Firefox for Android have the interface, but let service workers alone use it. */
export const canNotify = () => "Notification" in window && !/Android/.test(navigator.userAgent);

export const wish = {
  isOn: () => localStorage.getItem(NAME) === "on",
  keep: (isOn) => localStorage.setItem(NAME, isOn ? "on" : "off"),
};

/** Say that a run is over, once however many tabs follow it; a click brings its tab to the front. */
export function notify(title, body, id) {
  if (!canNotify() || !wish.isOn() || Notification.permission !== "granted") return;
  const notification = new Notification(title, { body, tag: id });
  notification.addEventListener("click", () => {
    window.focus();
    notification.close();
  });
}
