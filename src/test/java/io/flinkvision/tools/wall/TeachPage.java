package io.flinkvision.tools.wall;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.flinkvision.cluster.Waiting;
import java.net.URLEncoder;
import java.util.List;
import org.openqa.selenium.Keys;

/** The page on which a region's pictures are collected and its head is taught. */
record TeachPage(BrowserPage page) {

    static final String LABELLED = "#labels [role=status]";
    static final String PROPOSED = "#collect .grid [role=option]";
    static final String TAUGHT = "#taught .grid [role=option]";
    static final String PROGRESS = "#teaching .tools [role=status]";

    /** Opens the page of a region, and waits for the number of pictures that it proposes. */
    static TeachPage open(BrowserPage page, String camera, String region) {
        page.open("teach?id=" + camera + "&region=" + URLEncoder.encode(region, UTF_8));
        Waiting.until("the page is there", () -> !page.text("#labels").isEmpty(), () -> page.text("#refused"));
        return new TeachPage(page);
    }

    /** Adds a label, which gets the next key. */
    void addLabel(String label) {
        page.tabTo("#new-label");
        page.press(label, Keys.ENTER);
        page.awaitPart("#labels ul", label);
    }

    /**
     * Chooses proposed pictures by the keyboard.
     *
     * @param isGreen whether those are meant whose centre is more green than red
     * @return how many were chosen
     */
    int choose(boolean isGreen, int most) {
        awaitPictures(PROPOSED);
        page.tabTo(PROPOSED);
        page.press(Keys.HOME);
        int chosen = 0;
        int count = page.all(PROPOSED).size();
        for (int i = 0; i < count && chosen < most; i++) {
            if (isGreen() == isGreen) {
                page.press(" ");
                chosen++;
            }
            page.press(Keys.ARROW_RIGHT);
        }
        return chosen;
    }

    /** Waits until so many pictures are proposed. */
    void awaitProposals(int least) {
        Waiting.until(least + " pictures are proposed", () -> page.all(PROPOSED).size() >= least,
                () -> page.all(PROPOSED).size() + " " + page.text("#collect .empty"));
    }

    /** Waits until all pictures are there, the hidden ones too. */
    void awaitPictures(String selector) {
        Waiting.until("all pictures are there", () -> Boolean.TRUE.equals(page.script("""
                const images = [...document.querySelectorAll(arguments[0] + " img")];
                images.forEach((image) => { image.loading = "eager"; });
                return images.length > 0 && images.every((image) => image.complete && image.naturalWidth > 0);""",
                selector)));
    }

    private boolean isGreen() {
        return Boolean.TRUE.equals(page.script("""
                const image = document.activeElement.querySelector("img");
                const canvas = document.createElement("canvas");
                [canvas.width, canvas.height] = [1, 1];
                const context = canvas.getContext("2d");
                context.drawImage(image, image.naturalWidth / 2, image.naturalHeight / 2, 4, 4, 0, 0, 1, 1);
                const [red, green] = context.getImageData(0, 0, 1, 1).data;
                return green > red;"""));
    }

    void undo() {
        page.pressWith(Keys.CONTROL, "z");
    }

    /** Shows {@code collect}, {@code taught} or {@code teaching}. */
    void show(String panel) {
        page.click("#tab-" + panel);
        Waiting.until(panel + " is shown", () -> page.all("#" + panel).get(0).isDisplayed());
    }

    /** The labels with their counts and needs. */
    List<String> labels() {
        return page.all("#labels li").stream().map(item -> item.getText().replace('\n', ' ')).toList();
    }

    /** Teaches, and waits for the report. */
    void teach() {
        show("teaching");
        page.click("#teaching .teach");
        Waiting.until("the head is taught", () -> page.text(PROGRESS).startsWith("Taught"), () -> page.text(PROGRESS));
    }

    /** Publishes the head that was taught, after the question. */
    void publish() {
        Waiting.until("a head can be published", () -> page.all("#teaching .publish").get(0).isDisplayed());
        page.click("#teaching .publish");
        page.awaitFocus("dialog [value=no]");
        page.press(Keys.TAB, Keys.ENTER);
        page.awaitText(PROGRESS, "Published.");
    }

    /** Publishes the head from before, after the question. */
    void back() {
        Waiting.until("there is a head from before", () -> page.all("#teaching .back").get(0).isDisplayed());
        page.click("#teaching .back");
        page.awaitFocus("dialog [value=no]");
        page.press(Keys.TAB, Keys.ENTER);
        page.awaitText(PROGRESS, "The head from before is published again.");
    }
}
