package io.flinkvision.tools.wall;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.cluster.Waiting;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.interactions.Interaction;
import org.openqa.selenium.interactions.PointerInput;
import org.openqa.selenium.interactions.PointerInput.MouseButton;
import org.openqa.selenium.interactions.PointerInput.Origin;
import org.openqa.selenium.interactions.Sequence;

/**
 * A page of the wall in a browser, as a person sees and uses it.
 *
 * @param wall the wall's address
 */
record BrowserPage(ChromeDriver browser, URI wall) {

    private static final int MAX_TABS = 60;
    private static final Duration STEP = Duration.ofMillis(40);

    void open(String address) {
        // A change of the fragment alone would load nothing.
        browser.get("about:blank");
        browser.get(wall.resolve(address).toString());
        awaitText("#connection", "Live");
    }

    List<WebElement> all(String selector) {
        return browser.findElements(By.cssSelector(selector));
    }

    /** The text as a person sees it; empty where the element is not there. */
    String text(String selector) {
        try {
            return all(selector).stream().findFirst().map(WebElement::getText).orElse("");
        } catch (StaleElementReferenceException e) {
            return "";
        }
    }

    void awaitText(String selector, String expected) {
        Waiting.until(selector + " says: " + expected, () -> text(selector).equals(expected), () -> text(selector));
    }

    void awaitPart(String selector, String expected) {
        Waiting.until(selector + " says: " + expected, () -> text(selector).contains(expected), () -> text(selector));
    }

    void awaitCount(String selector, int count) {
        Waiting.until(count + " of " + selector, () -> all(selector).size() == count, () -> all(selector).size());
    }

    Object script(String script, Object... arguments) {
        return browser.executeScript(script, arguments);
    }

    /** Types keys into what has the focus. */
    void press(CharSequence... keys) {
        new Actions(browser).sendKeys(keys).perform();
    }

    /** Presses a key while another one is held. */
    void pressWith(Keys held, CharSequence key) {
        new Actions(browser).keyDown(held).sendKeys(key).keyUp(held).perform();
    }

    /** Presses the Tab key until an element has the focus, which must be seen then. */
    void tabTo(String selector) {
        for (int i = 0; i < MAX_TABS; i++) {
            if (hasFocus(selector)) {
                assertThat(script("return getComputedStyle(document.activeElement).outlineStyle"))
                        .as("outline of the focused %s", selector).isNotEqualTo("none");
                return;
            }
            press(Keys.TAB);
        }
        throw new AssertionError("The Tab key does not lead to " + selector);
    }

    boolean hasFocus(String selector) {
        return Boolean.TRUE.equals(script("return document.activeElement.matches(arguments[0])", selector));
    }

    void awaitFocus(String selector) {
        Waiting.until(selector + " has the focus", () -> hasFocus(selector),
                () -> script("return document.activeElement.outerHTML.slice(0, 200)"));
    }

    void click(String selector) {
        browser.findElement(By.cssSelector(selector)).click();
    }

    /** Drags over an element, between points in parts of its width and height. */
    void drag(PointerInput.Kind kind, String selector, double fromX, double fromY, double toX, double toY) {
        script("document.querySelector(arguments[0]).scrollIntoView({block: 'center'})", selector);
        List<?> place = (List<?>) script("""
                const {x, y, width, height} = document.querySelector(arguments[0]).getBoundingClientRect();
                return [x, y, width, height].map(Number);""", selector);
        double[] box = place.stream().mapToDouble(it -> ((Number) it).doubleValue()).toArray();
        PointerInput pointer = new PointerInput(kind, kind.name().toLowerCase(Locale.ROOT));
        Sequence drag = new Sequence(pointer, 0);
        drag.addAction(move(pointer, box, fromX, fromY));
        drag.addAction(pointer.createPointerDown(MouseButton.LEFT.asArg()));
        for (double part : new double[] {0.25, 0.5, 1}) {
            drag.addAction(move(pointer, box, fromX + part * (toX - fromX), fromY + part * (toY - fromY)));
        }
        drag.addAction(pointer.createPointerUp(MouseButton.LEFT.asArg()));
        browser.perform(List.of(drag));
    }

    private static Interaction move(
            PointerInput pointer, double[] box, double x, double y) {
        return pointer.createPointerMove(STEP, Origin.viewport(), (int) Math.round(box[0] + x * box[2]),
                (int) Math.round(box[1] + y * box[3]));
    }

    void setViewport(int width, int height, boolean isPhone) {
        browser.executeCdpCommand("Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", isPhone));
    }

    /** Sets {@code light} or {@code dark}. */
    void setTheme(String theme) {
        browser.executeCdpCommand("Emulation.setEmulatedMedia", Map.of("features",
                List.of(Map.of("name", "prefers-color-scheme", "value", theme))));
    }

    /** All texts can be read, and nothing is wider than the page. */
    void assertReadable(String page, int width) {
        assertThat(script("return document.documentElement.scrollWidth")).as("width of %s", page)
                .isEqualTo((long) width);
        assertThat((List<?>) script(Contrast.SCRIPT)).as(page).isEmpty();
    }

    void photograph(Path file) {
        Chromium.write(file, browser.getScreenshotAs(OutputType.BYTES));
    }
}
