package io.flinkvision.tools.publish;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.flinkvision.core.camera.CameraDeclaration;
import io.flinkvision.core.camera.CameraException;
import io.flinkvision.job.camera.CameraLedger;
import io.flinkvision.job.kafka.TopicContents;
import io.flinkvision.job.record.RawRecord;
import io.flinkvision.tools.watch.TopicReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;

/** The cameras that a job would read by its topic of cameras, and the records that it would refuse. */
public final class DeclaredCameras {

    /** Of a topic of garbage the first refusals tell enough. */
    private static final int MAX_REFUSALS = 1000;

    private final CameraLedger ledger = new CameraLedger();
    private final Map<String, String> sources = new HashMap<>();
    private final Map<String, Refusal> refusals = new LinkedHashMap<>();
    private final Set<String> keys = new TreeSet<>();
    private long unlistedRefusals;

    /**
     * A camera.
     *
     * @param source the record that declares it
     */
    public record Declaration(CameraDeclaration camera, String source) {

        public Declaration {
            Objects.requireNonNull(camera, "camera");
            Objects.requireNonNull(source, "source");
        }
    }

    /**
     * A record that is refused, and not followed by another one of its key that is accepted.
     *
     * @param key as text
     * @param source where the record was read
     */
    public record Refusal(String key, String source, String reason) {}

    private DeclaredCameras() {}

    static DeclaredCameras read(Properties consumer, String topic) {
        DeclaredCameras declared = new DeclaredCameras();
        try (TopicContents contents = new TopicContents(consumer, topic, Duration.ZERO, TopicReader::failure)) {
            contents.readOn(record -> declared.take(RawRecord.of(record)));
        }
        return declared;
    }

    private void take(RawRecord record) {
        String key = record.key().map(bytes -> new String(bytes, UTF_8)).orElse("");
        String source = record.coordinates().toString();
        // Whatever comes of it, a later record of the key takes the place of an earlier one.
        refusals.remove(key);
        if (record.value().isPresent()) {
            keys.add(key);
        } else {
            keys.remove(key);
        }
        try {
            ledger.accept(record);
            sources.put(key, source);
        } catch (CameraException e) {
            if (refusals.size() < MAX_REFUSALS) {
                refusals.put(key, new Refusal(key, source, e.getMessage()));
            } else {
                unlistedRefusals++;
            }
        }
    }

    /** The cameras in the order of their ids. */
    public Collection<Declaration> all() {
        List<Declaration> all = new ArrayList<>();
        ledger.declared().forEach((id, camera) -> all.add(new Declaration(camera, sources.get(id))));
        return all;
    }

    /** The camera of an id. */
    public Optional<CameraDeclaration> find(String id) {
        return Optional.ofNullable(ledger.declared().get(id));
    }

    /** The latest record of a key, if it is refused. */
    public Optional<Refusal> refusal(String key) {
        return Optional.ofNullable(refusals.get(key));
    }

    /** The keys whose latest record has a value, be it one that the job refuses. */
    public Set<String> keys() {
        return Set.copyOf(keys);
    }

    /** In the order of the records. */
    public Collection<Refusal> refusals() {
        return List.copyOf(refusals.values());
    }

    /** The number of refused records beyond those that are listed. */
    public long unlistedRefusals() {
        return unlistedRefusals;
    }
}
