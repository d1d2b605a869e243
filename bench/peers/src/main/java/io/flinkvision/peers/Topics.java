package io.flinkvision.peers;

/**
 * Where a peer finds its pictures and leaves its labels.
 *
 * @param bootstrapServers the broker's {@code HOST:PORT}
 * @param pictures a topic of one partition
 * @param labels another
 */
record Topics(String bootstrapServers, String pictures, String labels) {}
