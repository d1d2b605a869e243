// Panels of which one is shown: by arrow keys as the ARIA pattern has it, and by the address, so that a link leads to one.

export class Tabs {
  /** @param listen is given the id of each panel that is shown */
  constructor(root, listen) {
    this.tabs = [...root.querySelectorAll("[role=tab]")];
    this.listen = listen;
    root.addEventListener("click", (event) => {
      const tab = event.target.closest("[role=tab]");
      if (tab) {
        this.show(tab);
      }
    });
    root.addEventListener("keydown", (event) => this.press(event));
    window.addEventListener("hashchange", () => this.showAddress());
  }

  showAddress() {
    this.show(this.tabs.find((tab) => `#${this.panelOf(tab).id}` === location.hash) ?? this.tabs[0]);
  }

  panelOf(tab) {
    return document.getElementById(tab.getAttribute("aria-controls"));
  }

  show(shown) {
    for (const tab of this.tabs) {
      tab.setAttribute("aria-selected", String(tab === shown));
      tab.tabIndex = tab === shown ? 0 : -1;
      this.panelOf(tab).hidden = tab !== shown;
    }
    this.shown = this.panelOf(shown).id;
    history.replaceState(null, "", `#${this.shown}`);
    this.listen(this.shown);
  }

  press(event) {
    const place = this.tabs.indexOf(event.target);
    const next = {ArrowRight: place + 1, ArrowLeft: place - 1, Home: 0, End: this.tabs.length - 1}[event.key];
    if (place >= 0 && next !== undefined) {
      event.preventDefault();
      const tab = this.tabs.at(next % this.tabs.length);
      this.show(tab);
      tab.focus();
    }
  }
}
