package io.flinkvision.tools.teach;

import io.flinkvision.core.teach.TeachingReport;
import io.flinkvision.core.teach.TeachingReport.Need;
import io.flinkvision.core.teach.TeachingSet;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Advice what pictures are missing, before anything is taught. Only different pictures count. A label needs more if it
 * has fewer than {@link Need#MIN_DIFFERENT}, or less than a third of the largest one, as in the report of a teaching.
 *
 * <p>It needs more of a part of the day if the other labels have pictures of it and this one has hardly any, since then
 * what is learnt is perhaps that part of the day: the others have at least {@value #MIN_OF_OTHERS} there, which are at
 * least {@value #MIN_SHARE_OF_OTHERS} of theirs, and this one's share is less than {@value #MIN_RATIO} of that. The
 * time of a picture is its capture time.
 */
final class LabelAdvice {

    private static final int MIN_OF_OTHERS = 3;
    private static final double MIN_SHARE_OF_OTHERS = 0.1;
    private static final double MIN_RATIO = 0.25;

    private final ZoneId zone;

    LabelAdvice(ZoneId zone) {
        this.zone = zone;
    }

    /** The parts of the day, by the hour that they start. */
    private enum PartOfDay {
        NIGHT(22, "more at night"),
        MORNING(5, "more in the morning"),
        DAY(10, "more by day"),
        EVENING(17, "more in the evening");

        private final int start;
        private final String need;

        PartOfDay(int start, String need) {
            this.start = start;
            this.need = need;
        }

        private static PartOfDay of(int hour) {
            return Arrays.stream(values())
                    .filter(part -> part.start <= hour)
                    .max(Comparator.comparing(part -> part.start))
                    .orElse(NIGHT);
        }
    }

    /**
     * Counts the pictures of each label.
     *
     * @param pictures all of the region
     * @param look what a picture looks like: the same for near-duplicates
     * @param labels that count even without pictures
     */
    List<LabelCount> counts(List<StoredPicture> pictures, Function<StoredPicture, Object> look, List<String> labels) {
        Map<String, List<StoredPicture>> ofLabel = new TreeMap<>();
        labels.forEach(label -> ofLabel.put(label, new ArrayList<>()));
        pictures.forEach(picture -> ofLabel.computeIfAbsent(picture.label(), absent -> new ArrayList<>()).add(picture));
        Map<String, Parts> different = new TreeMap<>();
        ofLabel.forEach((label, some) -> different.put(label, different(some, look)));
        return ofLabel.entrySet().stream()
                .map(entry -> new LabelCount(entry.getKey(), entry.getValue().size(),
                        different.get(entry.getKey()).total(), needs(entry.getKey(), different)))
                .toList();
    }

    /** The number of different pictures in each part of the day. */
    private record Parts(Map<PartOfDay, Integer> pictures) {

        private int total() {
            return pictures.values().stream().mapToInt(Integer::intValue).sum();
        }

        private int of(PartOfDay part) {
            return pictures.getOrDefault(part, 0);
        }

        private double share(PartOfDay part) {
            return total() == 0 ? 0 : (double) of(part) / total();
        }
    }

    /** Of near-duplicates the earliest counts. */
    private Parts different(List<StoredPicture> ofLabel, Function<StoredPicture, Object> look) {
        return new Parts(ofLabel.stream()
                .collect(Collectors.toMap(look, Function.identity(),
                        (one, other) -> one.at().isBefore(other.at()) ? one : other))
                .values().stream()
                .collect(Collectors.groupingBy(picture -> PartOfDay.of(picture.at().atZone(zone).getHour()),
                        Collectors.summingInt(picture -> 1))));
    }

    private static List<String> needs(String label, Map<String, Parts> different) {
        if (label.equals(TeachingSet.NONE)) {
            return List.of(LabelCount.ENOUGH);
        }
        List<String> needs = new ArrayList<>();
        Parts own = different.get(label);
        List<Parts> others = different.entrySet().stream()
                .filter(entry -> !entry.getKey().equals(label) && !entry.getKey().equals(TeachingSet.NONE))
                .map(Map.Entry::getValue)
                .toList();
        int largest = others.stream().mapToInt(Parts::total).max().orElse(0);
        if (own.total() < Need.MIN_DIFFERENT) {
            needs.add("more different ones");
        } else if (largest > own.total() * TeachingReport.MAX_BALANCED) {
            needs.add("more, as others have many");
        }
        if (own.total() > 0) {
            Arrays.stream(PartOfDay.values()).flatMap(part -> need(part, own, others).stream()).forEach(needs::add);
        }
        return needs.isEmpty() ? List.of(LabelCount.ENOUGH) : needs;
    }

    private static Optional<String> need(PartOfDay part, Parts own, List<Parts> others) {
        int ofOthers = others.stream().mapToInt(it -> it.of(part)).sum();
        double share = (double) ofOthers / Math.max(1, others.stream().mapToInt(Parts::total).sum());
        return ofOthers >= MIN_OF_OTHERS && share >= MIN_SHARE_OF_OTHERS && own.share(part) < MIN_RATIO * share
                ? Optional.of(part.need)
                : Optional.empty();
    }
}
