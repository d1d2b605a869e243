// How the job's model and its shadow agree, while there is a shadow.

import {count, counted, element, moment, score, setText, share} from "./format.js";

export class Comparison {
  /** @param section is shown while pictures are compared */
  constructor(section) {
    this.section = section;
    this.summary = section.querySelector("p");
    this.warning = section.querySelector(".warning");
    this.rows = section.querySelector("tbody");
    this.pairs = section.querySelector("ol");
    this.shown = "";
  }

  /** Takes a message of the server. */
  take(message) {
    const comparison = message.comparison;
    this.section.hidden = comparison === undefined;
    const text = JSON.stringify(comparison ?? null);
    if (text === this.shown || comparison === undefined) {
      return;
    }
    this.shown = text;
    const agreement = comparison.agreement === undefined ? "" : ` agree in ${share(comparison.agreement)}`;
    setText(this.summary, `${comparison.current} and ${comparison.candidate}${agreement} of `
      + `${counted(comparison.compared, "picture")} of ${counted(comparison.cameraCount, "camera")} since `
      + `${moment(comparison.since)}.`);
    setText(this.warning, warnings(comparison).join(" "));
    this.rows.replaceChildren(...comparison.cameras.map(row));
    this.pairs.replaceChildren(...comparison.disagreements.map(pair));
  }
}

function warnings(comparison) {
  const sentences = [];
  if (comparison.few) {
    sentences.push("These are few pictures.");
  }
  if (!comparison.sameLabels) {
    sentences.push(`The models have different labels: ${counted(comparison.notComparable, "picture")} cannot be compared.`);
  }
  if (comparison.failed > 0) {
    sentences.push(`The shadow failed on ${counted(comparison.failed, "picture")}.`);
  }
  return sentences;
}

function row(camera) {
  const result = element("tr");
  const name = element("th");
  name.scope = "row";
  name.append(element("bdi", "", camera.name));
  result.append(name, element("td", "", camera.compared > 0 ? score(camera.agreed / camera.compared) : "–"),
    element("td", "", count(camera.compared)));
  return result;
}

function pair({current, candidate, count: pictures}) {
  const result = element("li");
  const what = element("span", "what");
  what.append(element("bdi", "", current), " → ", element("bdi", "", candidate), ` (${count(pictures)})`);
  result.append(what);
  return result;
}
