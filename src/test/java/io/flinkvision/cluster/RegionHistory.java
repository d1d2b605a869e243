package io.flinkvision.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.flinkvision.core.head.Head;
import io.flinkvision.core.image.RegionBox;
import io.flinkvision.job.record.Region;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The regions of a job's labels, as a reader of the topic sees them change. */
public final class RegionHistory {

    /** In place of a digest, for pictures without the region. */
    public static final String ABSENT = "absent";

    private final List<JsonNode> labels;

    /** @param labels values of the labels topic */
    public RegionHistory(List<JsonNode> labels) {
        this.labels = labels.stream()
                .sorted(Comparator.comparingLong(label -> label.at("/source/offset").longValue()))
                .toList();
    }

    /** Asserts that a picture has these regions and no other, each with the box that was declared, and labels. */
    public static void assertHasAll(JsonNode label, Collection<Region> declared) {
        assertThat(regions(label)).extracting(region -> region.get("name").textValue())
                .containsExactlyInAnyOrderElementsOf(declared.stream().map(region -> region.key().region()).toList());
        for (Region each : declared) {
            JsonNode region = region(label, each.key().region()).orElseThrow();
            assertThat(sides(region)).as("%s", each.key()).isEqualTo(sides(each.box()));
            assertThat(region.get("labels")).as("%s", each.key()).isNotEmpty();
        }
    }

    private static List<Double> sides(JsonNode region) {
        return Stream.of("x", "y", "width", "height").map(side -> region.at("/box/" + side).doubleValue()).toList();
    }

    private static List<Double> sides(RegionBox box) {
        return List.of(box.x(), box.y(), box.width(), box.height());
    }

    /** The regions of one picture. */
    public static List<JsonNode> regions(JsonNode label) {
        return StreamSupport.stream(label.path("regions").spliterator(), false).toList();
    }

    /** A region of one picture; empty if it is not there. */
    public static Optional<JsonNode> region(JsonNode label, String name) {
        return regions(label).stream().filter(region -> region.get("name").textValue().equals(name)).findFirst();
    }

    /** The digest of the head that answered in a region of one picture; {@link #ABSENT} without it. */
    public static String digest(JsonNode label, String region) {
        return region(label, region).map(RegionHistory::digest).orElse(ABSENT);
    }

    private static String digest(JsonNode region) {
        return region.at("/head/digest").textValue();
    }

    /**
     * The digests of the heads that answered in a region of an input partition's pictures, in their order, without
     * repetitions in a row.
     */
    public List<String> digests(int partition, String region) {
        List<String> all = labels.stream()
                .filter(label -> label.at("/source/partition").intValue() == partition)
                .map(label -> digest(label, region))
                .toList();
        return IntStream.range(0, all.size())
                .filter(i -> i == 0 || !all.get(i).equals(all.get(i - 1)))
                .mapToObj(all::get)
                .toList();
    }

    /**
     * Asserts that name, box, head and labels of each region are of one declaration.
     *
     * @param declared all regions that there were, each with a head of its own whose labels begin with its name
     */
    public void assertNoMixture(Collection<Region> declared) {
        Map<String, Region> byDigest = declared.stream().collect(Collectors.toMap(
                region -> region.head().map(Head::digest).orElseThrow(), Function.identity()));
        assertThat(labels).allSatisfy(label -> assertThat(regions(label)).allSatisfy(region -> {
            assertThat(byDigest).containsKey(digest(region));
            Region declaration = byDigest.get(digest(region));
            String head = declaration.head().orElseThrow().description().name();
            assertThat(region.get("name").textValue()).isEqualTo(declaration.key().region());
            assertThat(region.at("/head/name").textValue()).isEqualTo(head);
            assertThat(sides(region)).isEqualTo(sides(declaration.box()));
            assertThat(region.get("labels")).isNotEmpty()
                    .allMatch(answer -> answer.get("label").textValue().startsWith(head + "-"));
        }));
    }
}
