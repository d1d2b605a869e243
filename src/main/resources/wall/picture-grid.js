// Pictures of which many can be chosen: by mouse, by pen, by touch, and by keyboard alone.

import {element} from "./format.js";

/** A pointer that moves less than this, in pixels, has clicked. */
const CLICK_PIXELS = 6;

export class PictureGrid {
  /**
   * @param name says to a screen reader what the pictures are
   * @param source the address of a picture
   * @param caption the texts below a picture, an element each
   * @param listen has `changed()`, for another choice, `looked(picture)`, for the one with the focus, and
   *     `opened(picture)`
   */
  constructor(name, source, caption, listen) {
    this.source = source;
    this.caption = caption;
    this.listen = listen;
    this.items = new Map();
    this.chosen = new Set();
    this.current = null;
    this.anchor = null;
    this.hasLostFocus = false;
    this.root = element("ul", "grid");
    this.root.setAttribute("role", "listbox");
    this.root.setAttribute("aria-multiselectable", "true");
    this.root.setAttribute("aria-label", name);
    this.root.addEventListener("click", (event) => this.click(event));
    this.root.addEventListener("dblclick", (event) => this.open(this.idOf(event.target)));
    this.root.addEventListener("keydown", (event) => this.press(event));
    this.root.addEventListener("focusin", (event) => this.look(this.idOf(event.target)));
    this.lasso = new Lasso(this.root, (box, adds) => this.catchIn(box, adds));
  }

  /** Shows these pictures in this order; those that were there already stay as they are. */
  show(pictures) {
    const meant = new Set(pictures.map(({id}) => id));
    // Where the last one went under a label, the next that comes gets the focus, unless it is elsewhere by then.
    const isFocused = this.root.contains(document.activeElement)
      || this.hasLostFocus && document.activeElement === document.body;
    const order = this.order();
    const place = order.indexOf(this.current);
    const next = order.slice(Math.max(0, place)).find((id) => meant.has(id));
    for (const [id, {item}] of this.items) {
      if (!meant.has(id)) {
        item.remove();
        this.items.delete(id);
        this.chosen.delete(id);
      }
    }
    pictures.forEach((picture, i) => {
      const known = this.items.get(picture.id);
      const item = known?.item ?? this.build(picture);
      this.items.set(picture.id, {item, picture});
      this.write(item, picture);
      if (this.root.children[i] !== item) {
        this.root.insertBefore(item, this.root.children[i] ?? null);
      }
    });
    if (!this.items.has(this.anchor)) {
      this.anchor = null;
    }
    this.hasLostFocus = isFocused && pictures.length === 0;
    if (!this.items.has(this.current)) {
      this.moveTo(next ?? pictures.at(place < 0 ? 0 : -1)?.id ?? null, isFocused);
    }
    this.listen.changed();
  }

  build(picture) {
    const item = element("li");
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    item.tabIndex = -1;
    item.dataset.id = picture.id;
    const image = element("img");
    image.alt = "";
    image.draggable = false;
    image.decoding = "async";
    image.loading = "lazy";
    image.addEventListener("error", () => item.classList.add("lost"));
    image.src = this.source(picture);
    item.append(image, element("div", "caption"));
    return item;
  }

  /** Writes a caption only where it differs, which disturbs no screen reader. */
  write(item, picture) {
    const parts = this.caption(picture);
    const text = parts.map((part) => part.textContent).join("\n");
    if (item.dataset.text !== text) {
      item.dataset.text = text;
      item.lastChild.replaceChildren(...parts.flatMap((part) => [part, " "]));
    }
  }

  /** The pictures that an order means: the chosen ones, or else the one that has the focus. */
  get meant() {
    const ids = this.chosen.size > 0 ? this.order().filter((id) => this.chosen.has(id))
      : this.current !== null && this.root.contains(document.activeElement) ? [this.current] : [];
    return ids.map((id) => this.items.get(id).picture);
  }

  focus() {
    this.items.get(this.current)?.item.focus();
  }

  chooseAll() {
    this.choose(this.order());
  }

  chooseNone() {
    this.choose([]);
  }

  order() {
    return [...this.root.children].map((item) => item.dataset.id);
  }

  idOf(target) {
    return target.closest("[role=option]")?.dataset.id ?? null;
  }

  open(id) {
    if (id !== null) {
      this.listen.opened(this.items.get(id).picture);
    }
  }

  choose(ids) {
    this.chosen = new Set(ids);
    for (const [id, {item}] of this.items) {
      item.setAttribute("aria-selected", String(this.chosen.has(id)));
    }
    this.listen.changed();
  }

  toggle(id) {
    const chosen = new Set(this.chosen);
    if (!chosen.delete(id)) {
      chosen.add(id);
    }
    this.anchor = id;
    this.choose(chosen);
  }

  /** Chooses all from the one that was chosen last to another. */
  extend(id) {
    const order = this.order();
    const [first, last] = [order.indexOf(this.anchor ?? id), order.indexOf(id)].sort((one, other) => one - other);
    this.anchor ??= id;
    this.choose(order.slice(first, last + 1));
  }

  catchIn(box, adds) {
    const caught = [...this.root.children].filter((item) => {
      const {left, right, top, bottom} = item.getBoundingClientRect();
      return left < box.right && right > box.left && top < box.bottom && bottom > box.top;
    }).map((item) => item.dataset.id);
    this.anchor = caught.at(-1) ?? this.anchor;
    this.choose(adds ? [...this.chosen, ...caught] : caught);
    this.moveTo(this.anchor, true);
  }

  click(event) {
    const id = this.idOf(event.target);
    if (id === null || this.lasso.hasJustEnded) {
      return;
    }
    this.moveTo(id, true);
    if (event.shiftKey) {
      this.extend(id);
    } else {
      this.toggle(id);
    }
  }

  look(id) {
    this.moveTo(id, false);
    if (id !== null) {
      this.listen.looked(this.items.get(id).picture);
    }
  }

  /** Makes one the stop of the Tab key. */
  moveTo(id, takesFocus) {
    if (id !== this.current || takesFocus) {
      this.items.get(this.current)?.item.setAttribute("tabindex", "-1");
      this.current = id;
      const item = this.items.get(id)?.item;
      item?.setAttribute("tabindex", "0");
      if (takesFocus) {
        item?.focus();
      }
    }
  }

  press(event) {
    const step = this.step(event.key);
    if (step !== 0) {
      const order = this.order();
      const place = order.indexOf(this.current);
      const id = order[Math.max(0, Math.min(order.length - 1, place + step))];
      if (event.shiftKey) {
        this.anchor ??= this.current;
        this.extend(id);
      } else {
        this.anchor = id;
      }
      this.moveTo(id, true);
    } else if (event.key === " ") {
      this.toggle(this.current);
    } else if (event.key === "Enter") {
      this.open(this.current);
    } else if (event.key.toLowerCase() === "a" && (event.ctrlKey || event.metaKey)) {
      this.chooseAll();
    } else if (event.key === "Escape" && this.chosen.size > 0) {
      this.chooseNone();
    } else {
      return;
    }
    event.preventDefault();
  }

  step(key) {
    const size = this.root.children.length;
    const top = this.root.firstElementChild?.offsetTop;
    const below = [...this.root.children].findIndex((item) => item.offsetTop > top);
    const columns = below < 0 ? size : below;
    return {ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns, Home: -size, End: size}[key] ?? 0;
  }
}

/** A rectangle that is drawn over the pictures. A finger draws it sideways: up and down it moves the page. */
class Lasso {
  constructor(root, caught) {
    this.root = root;
    this.caught = caught;
    this.box = element("div", "lasso");
    this.box.setAttribute("aria-hidden", "true");
    this.start = null;
    this.isDrawn = false;
    this.hasJustEnded = false;
    root.addEventListener("pointerdown", (event) => this.down(event));
    root.addEventListener("pointermove", (event) => this.move(event));
    root.addEventListener("pointerup", (event) => this.up(event));
    root.addEventListener("pointercancel", () => this.end());
  }

  down(event) {
    if (event.button === 0 && event.isPrimary) {
      this.start = {x: event.pageX, y: event.pageY};
    }
  }

  move(event) {
    if (this.start === null) {
      return;
    }
    const [width, height] = [Math.abs(event.pageX - this.start.x), Math.abs(event.pageY - this.start.y)];
    if (!this.isDrawn && Math.hypot(width, height) > CLICK_PIXELS) {
      this.isDrawn = true;
      this.root.setPointerCapture(event.pointerId);
      document.body.append(this.box);
    }
    if (this.isDrawn) {
      const style = {left: Math.min(event.pageX, this.start.x), top: Math.min(event.pageY, this.start.y), width, height};
      Object.entries(style).forEach(([side, pixels]) => this.box.style.setProperty(side, `${pixels}px`));
    }
  }

  up(event) {
    if (this.isDrawn) {
      this.caught(this.box.getBoundingClientRect(), event.shiftKey || event.ctrlKey || event.metaKey);
      // A click follows at once, in the same turn: it is no choice. One that comes a moment later is.
      this.hasJustEnded = true;
      setTimeout(() => {
        this.hasJustEnded = false;
      });
    }
    this.end();
  }

  end() {
    this.start = null;
    this.isDrawn = false;
    this.box.remove();
  }
}
