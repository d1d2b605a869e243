// The last events, the newest first. What they say is put together here, of texts alone.

import {clock, duration, element} from "./format.js";

export class EventList {
  /**
   * @param section is shown once there are any
   * @param most how many are listed
   * @param withCamera whether each says whose it is
   */
  constructor(section, most, withCamera) {
    this.section = section;
    this.list = section.querySelector("ol");
    this.most = most;
    this.withCamera = withCamera;
    this.last = 0;
  }

  /** Takes a message of the server. */
  take(message) {
    if (message.whole) {
      this.last = 0;
      this.list.replaceChildren();
    }
    const fresh = message.events.filter((event) => event.number > this.last);
    if (fresh.length > 0) {
      this.last = fresh[0].number;
      this.list.prepend(...fresh.slice(0, this.most).map((event) => this.item(event)));
      while (this.list.children.length > this.most) {
        this.list.lastChild.remove();
      }
    }
    this.section.hidden = this.list.children.length === 0;
  }

  item(event) {
    const item = element("li");
    item.dataset.type = event.type;
    item.append(element("time", "", clock(event.at)));
    if (this.withCamera) {
      const link = element("a", "", event.name);
      link.href = `/camera?id=${event.camera}`;
      const name = element("bdi", "camera-name");
      name.append(link);
      item.append(name);
    }
    if (event.region !== undefined) {
      item.append(element("bdi", "region", event.region));
    }
    item.append(element("span", "type", event.type), sentence(event));
    return item;
  }
}

function sentence(event) {
  const result = element("span", "what");
  if (event.previous !== undefined) {
    result.append(element("bdi", "", event.previous), " → ");
  }
  if (event.label !== undefined) {
    result.append(element("bdi", "", event.label));
  }
  if (event.duration !== undefined) {
    result.append(` ${event.type.endsWith("ended") ? "for" : "after"} ${duration(event.duration)}`);
  }
  return result;
}
