package io.flinkvision.tools.wall;

import io.flinkvision.cluster.Waiting;
import java.util.List;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.interactions.PointerInput;

/** The page of a camera whose regions are drawn. */
record RegionEditorPage(BrowserPage page) {

    static final String LAYER = ".layer";
    static final String BOX = ".draft";
    static final String REMARK = "#editor [role=status]";

    /** Opens the page of a camera, and waits for its picture. */
    static RegionEditorPage open(BrowserPage page, String camera) {
        page.open("camera?id=" + camera);
        RegionEditorPage editor = new RegionEditorPage(page);
        Waiting.until("the editor and a picture are there",
                () -> page.all("#editor h2").size() == 1 && page.all(LAYER).size() == 1
                        && page.all("#tile .picture img").size() == 1 && !page.text("#editor .new").isEmpty());
        return editor;
    }

    /** Starts a new region, and draws its box. */
    void draw(PointerInput.Kind kind, double left, double top, double width, double height) {
        page.click("#editor .new");
        page.drag(kind, LAYER, left, top, left + width, top + height);
    }

    /** Names the region that has been drawn, and saves it, by the keyboard. */
    void save(String name) {
        page.awaitFocus("#editor [name=name]");
        page.press(name, Keys.ENTER);
        awaitSaved(name);
    }

    void awaitSaved(String name) {
        Waiting.until(name + " is saved", () -> page.text(REMARK).startsWith(name + " is saved."),
                () -> page.text(REMARK));
    }

    /** The names of the regions that are listed. */
    List<String> names() {
        return page.all("#editor li h3").stream().map(WebElement::getText).toList();
    }

    /** The box as a screen reader says it. */
    String words() {
        return page.all(BOX).get(0).getAccessibleName();
    }

    /** The listed region's button or link. */
    void act(String name, String button) {
        page.all("#editor li").stream()
                .filter(item -> item.getDomAttribute("data-name").equals(name))
                .flatMap(item -> item.findElements(By.cssSelector("button, a")).stream())
                .filter(it -> it.getText().equals(button))
                .findFirst().orElseThrow(() -> new AssertionError(name + " has no button " + button))
                .click();
    }
}
