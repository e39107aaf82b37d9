/* Notifications that a run is over, for visitors who switched them on. */
const NAME = "notify";

/** Chrome and Firefox for Android have the constructor, but only service workers may call it. */
export const canNotify = () => "Notification" in window && !/Android/.test(navigator.userAgent);

export const notificationSetting = {
  isOn: () => localStorage.getItem(NAME) === "on",
  set: (isOn) => localStorage.setItem(NAME, isOn ? "on" : "off"),
};

/** Show that a run is over; one `id` makes it one notification for all tabs. A click focuses the tab. */
export function showNotification(title, body, id) {
  if (!canNotify() || !notificationSetting.isOn() || Notification.permission !== "granted") return;
  const notification = new Notification(title, { body, tag: id });
  notification.addEventListener("click", () => {
    window.focus();
    notification.close();
  });
}
