package io.flinkvision.core.mobilenet;

/** The two networks of the paper (Howard et al. 2019, section 5): one for high and one for low resource use. */
public enum NetworkSize {
    LARGE,
    SMALL
}
