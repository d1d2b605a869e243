// What a camera and its regions show now, and since when: it is known before any label comes.

import {count, element, moment} from "./format.js";

export class Present {
  /** @param most how many regions are listed */
  constructor(most) {
    this.most = most;
    this.shown = "";
    this.list = element("ul", "presents");
    this.list.setAttribute("aria-label", "Now");
    this.list.hidden = true;
  }

  /** Lists a camera's state, and those of its regions that have not answered yet. */
  take(camera) {
    const answered = new Set(camera.regions.map((region) => region.name));
    const regions = (camera.regionStates ?? []).filter((state) => !answered.has(state.name));
    const states = [...(camera.state ? [camera.state] : []), ...regions.slice(0, this.most)];
    const more = regions.length - Math.min(regions.length, this.most);
    const now = JSON.stringify([states, more]);
    if (now === this.shown) {
      return;
    }
    this.shown = now;
    this.list.replaceChildren(...states.map(item),
      ...(more > 0 ? [element("li", "rest", `and ${count(more)} more`)] : []));
    this.list.hidden = states.length === 0;
  }
}

function item(state) {
  const result = element("li");
  if (state.name !== undefined) {
    result.append(element("bdi", "region", `${state.name}:`), " ");
  }
  if (!state.online) {
    result.append(element("span", "offline", "offline"));
  } else if (state.label !== undefined) {
    result.append(element("bdi", "label", state.label));
  } else {
    result.append("online, no label");
  }
  const time = element("time", "", `since ${moment(state.since)}`);
  time.dateTime = new Date(state.since).toISOString();
  result.append(" ", time);
  if (state.unknown) {
    result.append(", unknown");
  }
  for (const trouble of state.troubles ?? []) {
    result.append(", ", element("bdi", "offline", trouble));
  }
  return result;
}
