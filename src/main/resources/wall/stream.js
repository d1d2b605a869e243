// The connection to the server: it says how it is, keeps the figures at the top, and comes back by itself.

import {count, duration, element, rate, setText} from "./format.js";

const RETRY_MILLIS = 2000;
const SILENCE_MILLIS = 6000;

const byId = (id) => document.getElementById(id);

let ahead = 0;

/** The server's time, in milliseconds since 1970: this machine's clock may be wrong. */
export const now = () => Date.now() + ahead;

/**
 * Follows the server for as long as the page is open and seen.
 *
 * @param cameras which ones: "all", "none", or an id
 * @param listen is given each message
 */
export function follow(cameras, listen) {
  forgetToken();
  let source = null;
  let heardAt = 0;
  let retry = 0;

  function open() {
    clearTimeout(retry);
    close();
    heardAt = Date.now();
    source = new EventSource(`/api/events?cameras=${encodeURIComponent(cameras)}`);
    source.onmessage = (event) => {
      heardAt = Date.now();
      try {
        const message = JSON.parse(event.data);
        ahead = message.now - heardAt;
        showFigures(message);
        showProblems(message.problems);
        listen(message);
        show(message.live ? "live" : "stopped", message.live ? "Live" : "Not live: parts of the wall have ended");
      } catch (error) {
        show("stopped", "Not live: this page could not show what came");
        console.error(error);
      }
    };
    source.addEventListener("refused", (event) => away(event.data));
    source.onerror = () => away("The server is away");
  }

  function close() {
    if (source !== null) {
      source.close();
      source = null;
    }
  }

  function away(reason) {
    close();
    show("away", `${reason}; trying again …`);
    clearTimeout(retry);
    retry = setTimeout(open, RETRY_MILLIS);
  }

  // A browser has few connections to a server, and a page that nobody sees needs none.
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      clearTimeout(retry);
      close();
    } else {
      open();
    }
  });
  window.addEventListener("pagehide", close);
  window.addEventListener("pageshow", (event) => event.persisted && open());
  setInterval(() => {
    if (source !== null && Date.now() - heardAt > SILENCE_MILLIS) {
      away("The server is away");
    }
  }, 1000);
  open();
}

/** The token is a cookie by now, and must not stay where others see or copy it. */
function forgetToken() {
  const address = new URL(location.href);
  if (address.searchParams.has("token")) {
    address.searchParams.delete("token");
    history.replaceState(null, "", address);
  }
}

function show(state, text) {
  const connection = byId("connection");
  connection.dataset.state = state;
  setText(connection, text);
}

function showFigures(message) {
  setText(byId("camera-count"), count(message.cameraCount));
  setText(byId("labelled"), count(message.labelled));
  setText(byId("rate"), rate(message.rate));
  setText(byId("dead-letter-count"), count(message.deadLetters));
  const latency = message.latencyMillis;
  showQuantiles(byId("capture-latency"), latency.captureMedian, latency.captureP95);
  showQuantiles(byId("work-latency"), latency.workMedian, latency.workP95);
}

function showQuantiles(target, median, most) {
  if (target.children.length === 0) {
    target.replaceChildren(element("span"), element("span", "most"));
  }
  setText(target.firstChild, median === undefined ? "–" : duration(median));
  setText(target.lastChild, most === undefined ? "" : ` 95 % within ${duration(most)}`);
}

function showProblems(sentences) {
  const list = byId("problems");
  const shown = [...list.children].map((item) => item.textContent);
  if (shown.length !== sentences.length || shown.some((sentence, i) => sentence !== sentences[i])) {
    list.replaceChildren(...sentences.map((sentence) => element("li", "problem", sentence)));
  }
}
