package io.flinkvision.core.teach;

import java.util.List;

/**
 * Files to teach from.
 *
 * @param pictures files that may be pictures, in the order of their paths
 * @param leftOut files and folders that are none, in the order of their paths
 */
public record LabelledPictures(List<LabelledPicture> pictures, List<LeftOut> leftOut) {

    public LabelledPictures {
        pictures = List.copyOf(pictures);
        leftOut = List.copyOf(leftOut);
    }
}
