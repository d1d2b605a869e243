package io.flinkvision.tools.catalogue;

/** A file cannot be downloaded; the message says why and, where more can be done than to fetch it by hand, what. */
public final class DownloadException extends RuntimeException {

    public DownloadException(String message) {
        super(message);
    }

    public DownloadException(String message, Throwable cause) {
        super(message, cause);
    }
}
