package io.flinkvision.job.event;

import java.util.Objects;

/**
 * The head whose labels a frame has.
 *
 * @param name its name
 * @param digest SHA-256 of its file, in hexadecimal
 */
public record AnsweringHead(String name, String digest) {

    public AnsweringHead {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(digest, "digest");
    }
}
