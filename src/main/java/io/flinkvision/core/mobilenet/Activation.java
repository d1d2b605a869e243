package io.flinkvision.core.mobilenet;

/** The nonlinearities of MobileNetV3 (Howard et al. 2019, section 5.2). */
public enum Activation {
    /** The values as they are: the linear bottleneck. */
    NONE,
    /** {@code max(x, 0)}. */
    RELU,
    /** h-swish: {@code x * ReLU6(x + 3) / 6}. */
    HARD_SWISH,
    /** h-sigmoid: {@code ReLU6(x + 3) / 6}. */
    HARD_SIGMOID
}
