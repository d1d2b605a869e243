// Draws regions of a camera, labels their pictures, teaches heads and publishes them.

import {follow} from "./stream.js";

follow("none", () => {});
