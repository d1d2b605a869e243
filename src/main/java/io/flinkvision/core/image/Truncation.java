package io.flinkvision.core.image;

/** What is done with a JPEG that has no end marker. Other formats that end too early are always refused. */
public enum Truncation {
    /** It is an error: most of its pixels may be missing. */
    REFUSE,
    /** It is decoded as far as it goes, for cameras that leave the end marker out. */
    ACCEPT
}
