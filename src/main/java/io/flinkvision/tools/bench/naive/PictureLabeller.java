package io.flinkvision.tools.bench.naive;

/** Finds the label with the highest score for a picture. Not thread-safe. */
public interface PictureLabeller extends AutoCloseable {

    /** @param picture the bytes of its file */
    String label(byte[] picture) throws Exception;

    /** Releases the network. */
    @Override
    void close();
}
