package io.flinkvision.cluster;

import io.flinkvision.tools.watch.DeadLetterRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the dead letters say, as a reader of committed records sees them. */
final class DeadLetterCodes {

    private DeadLetterCodes() {}

    /**
     * Reads the dead letters that are there.
     *
     * @return the codes that each input record got, by its {@code topic-partition-offset}
     */
    static Map<String, List<String>> read(String bootstrapServers, String topic) {
        Map<String, List<String>> codes = new HashMap<>();
        TopicReader.read(bootstrapServers, topic, 0).forEach(record -> {
            DeadLetterRecord letter = DeadLetterRecord.of(record);
            codes.computeIfAbsent(letter.headers().source().orElseThrow().toString(), source -> new ArrayList<>())
                    .add(letter.headers().code().orElseThrow());
        });
        return codes;
    }
}
