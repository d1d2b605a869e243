package io.flinkvision.tools.wall;

/** Holds a page's colours against WCAG 2.2, success criterion 1.4.3: 4.5:1 for text. */
final class Contrast {

    /** Returns a line for each visible text with too little contrast against the ground behind it. */
    static final String SCRIPT = """
            const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
            function channels(colour) {
              canvas.clearRect(0, 0, 1, 1);
              canvas.fillStyle = colour;
              canvas.fillRect(0, 0, 1, 1);
              return canvas.getImageData(0, 0, 1, 1).data;
            }
            function luminance(colour) {
              const [red, green, blue] = [...channels(colour)].slice(0, 3).map((sample) => {
                const linear = sample / 255;
                return linear <= 0.04045 ? linear / 12.92 : ((linear + 0.055) / 1.055) ** 2.4;
              });
              return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
            }
            function ground(element) {
              for (let at = element; at !== null; at = at.parentElement) {
                const colour = getComputedStyle(at).backgroundColor;
                if (channels(colour)[3] === 255) {
                  return colour;
                }
              }
              return "white";
            }
            const poor = [];
            for (const element of document.body.querySelectorAll("*")) {
              const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
              if (!own || !element.checkVisibility()) {
                continue;
              }
              const [light, dark] = [luminance(getComputedStyle(element).color), luminance(ground(element))]
                .sort((one, other) => other - one);
              const contrast = (light + 0.05) / (dark + 0.05);
              if (contrast < 4.5) {
                poor.push(`${element.tagName} ${element.textContent.slice(0, 40)}: ${contrast.toFixed(2)}`);
              }
            }
            return poor;""";

    private Contrast() {}
}
