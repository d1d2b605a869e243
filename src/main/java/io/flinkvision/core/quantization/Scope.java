package io.flinkvision.core.quantization;

/**
 * Which layers of a network are quantised; each of them has those before it too.
 *
 * <p>Depthwise convolutions, the first convolution and squeeze-and-excite stay in float: in whole numbers they make the
 * network slower, not faster, in ONNX Runtime (docs/quantization.md).
 */
public enum Scope {

    /** The layers after the last average: they are as slow as their weights are read, and bytes are read faster. */
    CLASSIFIER("classifier"),

    /** And the pointwise convolutions of the last stage, a thirty-second of the input's size. */
    LAST_STAGE("last stage"),

    /** And all other pointwise convolutions. */
    POINTWISE("pointwise");

    private final String title;

    Scope(String title) {
        this.title = title;
    }

    /** As people read it. */
    public String title() {
        return title;
    }
}
