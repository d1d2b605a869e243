package io.flinkvision.core.teach;

import io.flinkvision.core.head.HeadDescription;
import java.util.List;

/**
 * Files to teach from.
 *
 * @param pictures files that may be pictures, in the order of their paths
 * @param leftOut files and folders that are none, in the order of their paths
 */
public record LabelledPictures(List<LabelledPicture> pictures, List<LeftOut> leftOut) {

    /** Their features take some 10 KB each in memory, twice while they are taught, and the time is bounded too. */
    public static final int MAX_PICTURES = 20_000;

    /** @throws TeachingException if there are too many pictures or regions of pictures */
    public LabelledPictures {
        pictures = List.copyOf(pictures);
        leftOut = List.copyOf(leftOut);
        requireFew(pictures.stream().mapToInt(picture -> picture.views().size()).sum());
    }

    /** @throws TeachingException if there are too many pictures or regions of pictures */
    static void requireFew(int count) {
        if (count > MAX_PICTURES) {
            throw new TeachingException("There are " + count + " pictures, more than the limit of " + MAX_PICTURES
                    + "; leave some out, such as frames that hardly differ");
        }
    }

    /**
     * Checks before they are opened that something can be taught of them.
     *
     * @throws TeachingException if they have fewer than two labels, or too many
     */
    public void requireTeachable() {
        List<LabelledPicture.LabelledView> views =
                pictures.stream().flatMap(picture -> picture.views().stream()).toList();
        List<String> labels = views.stream()
                .map(LabelledPicture.LabelledView::label)
                .filter(label -> !label.equals(TeachingSet.NONE))
                .distinct()
                .toList();
        requireTeachable(labels, remark(labels, views));
    }

    /** On pictures that do not count as their owner may have meant. */
    private static String remark(List<String> labels, List<LabelledPicture.LabelledView> views) {
        if (labels.isEmpty()) {
            return views.isEmpty() ? "" : " ('" + TeachingSet.NONE + "' is none)";
        }
        return views.stream().anyMatch(view -> view.label().equals(labels.get(0)) && view.group().isPresent())
                ? " (folders in that one are groups, not labels)" : "";
    }

    /** @param remark on where other pictures are, or nothing */
    static void requireTeachable(List<String> labels, String remark) {
        if (labels.size() < 2) {
            throw new TeachingException("Nothing can be told apart, since "
                    + (labels.isEmpty() ? "there are no pictures with a label"
                            : "all pictures have the label '" + labels.get(0) + "'")
                    + remark + "; give each of at least two labels a folder with pictures");
        }
        if (labels.size() > HeadDescription.MAX_LABELS) {
            throw new TeachingException("There are " + labels.size() + " labels; at most "
                    + HeadDescription.MAX_LABELS + " can be taught");
        }
    }
}
