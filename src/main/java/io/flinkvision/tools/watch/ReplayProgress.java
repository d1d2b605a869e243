package io.flinkvision.tools.watch;

import java.util.HashMap;
import java.util.Map.Entry;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;

/**
 * How far the dead letters of one partition have been replayed, for each error code on its own: who has replayed those
 * of one code has not done with the others. It is kept as the committed offset of a consumer group, and the codes that
 * are further in that offset's metadata: {@code CORRUPT=40 TRUNCATED=57}.
 *
 * @param offset what lies before it has been replayed, or passed over, whatever its code
 * @param furtherCodes the offset of each code that is further
 */
record ReplayProgress(long offset, Map<String, Long> furtherCodes) {

    static final ReplayProgress NONE = new ReplayProgress(0, Map.of());

    private static final Pattern FURTHER = Pattern.compile("([A-Z_]{1,40})=([0-9]{1,18})");

    ReplayProgress {
        Objects.requireNonNull(furtherCodes, "furtherCodes");
        Map<String, Long> further = new TreeMap<>(furtherCodes);
        further.values().removeIf(position -> position <= offset);
        furtherCodes = Map.copyOf(further);
    }

    static ReplayProgress of(OffsetAndMetadata committed) {
        Map<String, Long> further = new HashMap<>();
        Matcher matcher = FURTHER.matcher(committed.metadata());
        while (matcher.find()) {
            further.put(matcher.group(1), Long.valueOf(matcher.group(2)));
        }
        return new ReplayProgress(committed.offset(), further);
    }

    /** This, or none where it is further than the partition's end: the topic was made anew. */
    ReplayProgress within(long end) {
        return offset > end || furtherCodes.values().stream().anyMatch(position -> position > end) ? NONE : this;
    }

    OffsetAndMetadata committed() {
        return new OffsetAndMetadata(offset, furtherCodes.entrySet().stream()
                .sorted(Entry.comparingByKey())
                .map(Entry::toString)
                .collect(Collectors.joining(" ")));
    }

    /** The first offset at which a dead letter of this code has not been replayed yet. */
    long offset(String code) {
        return furtherCodes.getOrDefault(code, offset);
    }

    /** The first offset at which a dead letter of one of these codes, or without any of whatever code, may lie. */
    long first(Set<String> codes) {
        return codes.stream().mapToLong(this::offset).min().orElse(offset);
    }

    /** The progress after all dead letters of these codes, or without any of whatever code, before an offset. */
    ReplayProgress upTo(long end, Set<String> codes) {
        if (codes.isEmpty()) {
            return new ReplayProgress(Math.max(offset, end), furtherCodes);
        }
        Map<String, Long> further = new HashMap<>(furtherCodes);
        codes.forEach(code -> further.merge(code, end, Math::max));
        return new ReplayProgress(offset, further);
    }
}
