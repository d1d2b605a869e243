package io.flinkvision.peers;

/** A whole file of a picture in, the name of its most probable class out. Not safe for use by several threads. */
interface PictureLabeller extends AutoCloseable {

    String label(byte[] picture) throws Exception;

    /** Releases the network. */
    @Override
    void close();
}
