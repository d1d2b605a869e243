// The questions and orders of those who teach. What the server refuses is thrown with its own sentence.

const FOLDER = "/api/teach";

/** What the server refused, in its own words. */
export class Refused extends Error {
  /** @param status of HTTP; 0 where the server did not answer */
  constructor(sentence, status) {
    super(sentence);
    this.status = status;
  }
}

const address = (path, parameters) => `${FOLDER}${path}?${new URLSearchParams(parameters)}`;

/** Asks for something; parameters that are undefined are left out. */
export const ask = (path, parameters = {}) => answer(address(path, known(parameters)), {});

/** Orders something. The header is one that no form of another site can send. */
export const order = (path, body, options = {}) => answer(FOLDER + path, {
  ...options,
  method: "POST",
  headers: {"Content-Type": "application/json", "X-Flink-Vision": "teach"},
  body: JSON.stringify(body),
});

/** The address of a picture of a region, or of the whole frame that it is cut from. */
export const pictureAddress = (place, id, isFrame = false) =>
  address("/picture", {...place, id, ...isFrame ? {frame: 1} : {}});

const known = (parameters) =>
  Object.fromEntries(Object.entries(parameters).filter(([, value]) => value !== undefined));

async function answer(path, options) {
  let response;
  let text;
  try {
    response = await fetch(path, options);
    text = await response.text();
  } catch {
    throw new Refused("The server is away: nothing was changed.", 0);
  }
  if (!response.ok) {
    throw new Refused(sentence(text) || `The server refused this (${response.status}).`, response.status);
  }
  return text ? JSON.parse(text) : {};
}

function sentence(text) {
  try {
    return JSON.parse(text).error ?? "";
  } catch {
    // Not JSON: the guard in front of everything answers with a plain sentence.
    return text.trim();
  }
}
