package io.flinkvision.job.region;

/** Which pictures are classified whole, beside their regions. */
public enum WholePicture {

    /** Every picture. */
    ALWAYS,

    /** The pictures of cameras that have no regions. */
    WITHOUT_REGIONS,

    /** None. */
    NEVER;

    /**
     * Whether a picture is classified whole.
     *
     * @param hasRegions whether its camera has regions, due or not
     */
    public boolean isClassified(boolean hasRegions) {
        return this == ALWAYS || this == WITHOUT_REGIONS && !hasRegions;
    }
}
