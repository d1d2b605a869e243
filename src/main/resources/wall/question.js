// Asks before something that others will see, or that cannot be taken back.

import {element} from "./format.js";

/**
 * Asks once.
 *
 * @param sentence what will happen
 * @param verb what the button says that does it
 * @return whether the answer was yes
 */
export function isSure(sentence, verb) {
  const dialog = element("dialog", "question");
  const words = element("p", "", sentence);
  words.id = "question";
  dialog.setAttribute("aria-labelledby", words.id);
  const form = element("form", "buttons");
  form.method = "dialog";
  const no = element("button", "", "Cancel");
  no.value = "no";
  const yes = element("button", "main", verb);
  yes.value = "yes";
  form.append(no, yes);
  dialog.append(words, form);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => dialog.addEventListener("close", () => {
    dialog.remove();
    resolve(dialog.returnValue === "yes");
  }));
}
