package io.flinkvision.tools.teach;

import io.flinkvision.core.system.Sha256;
import io.flinkvision.core.teach.Interval;
import io.flinkvision.core.teach.PictureFolder;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.IsoFields;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What people said of a region's answers: {@value #PER_WEEK} random and {@value #PER_WEEK} uncertain ones of each head
 * and week. The file {@code reviews.csv} has a line for each judgement and no pictures; of two of the same answer the
 * later one counts. Thread-safe.
 */
public final class Reviews {

    /** Pictures of each kind that are to be judged, of one head and week. */
    public static final int PER_WEEK = 20;

    /** Judgements that are kept; then the older half is forgotten. */
    static final int MAX_JUDGEMENTS = 20_000;

    private static final List<String> COLUMNS =
            List.of("week", "head", "kind", "picture", "time", "label", "score", "right", "user");

    private final RegionFolder region;
    private final TeachLog log;
    private final CsvFile file;

    Reviews(RegionFolder region, Storage storage, TeachLog log) {
        this.region = region;
        this.log = log;
        this.file = new CsvFile(region.path().resolve(PictureFolder.REVIEWS), COLUMNS, storage);
    }

    /** How a picture was chosen. */
    public enum Kind {
        /** By a digest of its id, which says nothing of it: the precision of these is that of the head. */
        RANDOM,
        /** Since the head was least certain: the precision of these is lower than that of the head. */
        UNCERTAIN;

        /** {@code random} or {@code uncertain}. */
        public String id() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** The kind of an {@link #id}; empty if it is none. */
        public static Optional<Kind> parse(String id) {
            return Stream.of(values()).filter(kind -> kind.id().equals(id)).findFirst();
        }
    }

    /**
     * An answer of a head.
     *
     * @param id of the picture, whatever its source calls it
     * @param at its capture time
     * @param head the digest of the head
     * @param label the most probable one
     * @param score its probability, from 0 to 1
     */
    public record Answer(String id, Instant at, String head, String label, double score) {

        public Answer {
            Objects.requireNonNull(id, "id");
            Objects.requireNonNull(at, "at");
            Objects.requireNonNull(head, "head");
            Objects.requireNonNull(label, "label");
        }

        private String week() {
            return Reviews.week(at);
        }
    }

    /** An answer that is to be judged. */
    public record Question(Answer answer, Kind kind) {

        public Question {
            Objects.requireNonNull(answer, "answer");
            Objects.requireNonNull(kind, "kind");
        }
    }

    /**
     * The measured precision of a head in a week.
     *
     * @param week such as {@code 2026-W48} (ISO 8601), by capture time in UTC
     * @param head its digest
     * @param kind how the pictures were chosen
     * @param right how many answers were right
     * @param count how many were judged, at least 1
     * @param precision their ratio with its 95 % interval
     */
    public record Measured(String week, String head, Kind kind, int right, int count, Interval precision) {

        public Measured {
            Objects.requireNonNull(week, "week");
            Objects.requireNonNull(head, "head");
            Objects.requireNonNull(kind, "kind");
            Objects.requireNonNull(precision, "precision");
        }
    }

    private record Sample(String week, String head, Kind kind) {}

    private record Judged(Sample sample, String picture) {}

    /** The ISO week of a time in UTC: {@code 2026-W48}. */
    static String week(Instant at) {
        var date = at.atZone(ZoneOffset.UTC).toLocalDate();
        return String.format(Locale.ROOT, "%04d-W%02d", date.get(IsoFields.WEEK_BASED_YEAR),
                date.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR));
    }

    /** The latest judgement of each, in the order of the file. */
    private Map<Judged, Boolean> judgements() {
        Map<Judged, Boolean> judgements = new LinkedHashMap<>();
        for (List<String> row : file.rows()) {
            Optional<Kind> kind = Kind.parse(row.get(2));
            String right = row.get(7);
            if (kind.isPresent() && (right.equals("true") || right.equals("false"))) {
                judgements.put(new Judged(new Sample(row.get(0), row.get(1), kind.get()), row.get(3)),
                        Boolean.valueOf(right));
            }
        }
        return judgements;
    }

    /**
     * The answers that nobody has judged yet, of those that are chosen. Whoever asks gets the same ones of the same
     * answers. Frames that come later in the week may take the place of others that are not judged yet.
     *
     * @param answers of any heads and weeks
     * @param head whose answers are to be judged
     * @param now of whose week
     */
    public List<Question> questions(Collection<Answer> answers, String head, Instant now) {
        String week = week(now);
        Map<Kind, Set<String>> judged = judgements().keySet().stream()
                .filter(it -> it.sample().week().equals(week) && it.sample().head().equals(head))
                .collect(Collectors.groupingBy(it -> it.sample().kind(),
                        Collectors.mapping(Judged::picture, Collectors.toSet())));
        Set<String> judgedRandom = judged.getOrDefault(Kind.RANDOM, Set.of());
        Set<String> judgedUncertain = judged.getOrDefault(Kind.UNCERTAIN, Set.of());
        List<Answer> open = answers.stream()
                .filter(answer -> answer.head().equals(head) && answer.week().equals(week))
                .filter(answer -> !judgedRandom.contains(answer.id()) && !judgedUncertain.contains(answer.id()))
                .sorted(Comparator.comparing(answer -> Sha256.of(week + " " + head + " " + answer.id())))
                .toList();
        int random = Math.min(open.size(), Math.max(0, PER_WEEK - judgedRandom.size()));
        List<Question> questions = new ArrayList<>();
        open.stream().limit(random).forEach(answer -> questions.add(new Question(answer, Kind.RANDOM)));
        open.stream().skip(random)
                .sorted(Comparator.comparing(Answer::score))
                .limit(Math.max(0, PER_WEEK - judgedUncertain.size()))
                .forEach(answer -> questions.add(new Question(answer, Kind.UNCERTAIN)));
        return questions;
    }

    /**
     * Keeps a judgement, in place of an earlier one of the same answer and kind.
     *
     * @throws RefusedChange if the region is gone, or there is no room
     */
    public void judge(Question question, boolean right, String who) {
        Answer answer = question.answer();
        region.exclusively(() -> {
            List<List<String>> rows = file.rows();
            if (rows.size() >= MAX_JUDGEMENTS) {
                file.replace(rows.subList(rows.size() / 2, rows.size()));
            }
            file.add(List.of(answer.week(), answer.head(), question.kind().id(), answer.id(), answer.at().toString(),
                    answer.label(), String.format(Locale.ROOT, "%.4f", answer.score()), Boolean.toString(right), who));
            return right;
        });
        log.add(who, "judged answer " + answer.label() + " to picture " + answer.id() + " of " + region.key() + " as "
                + (right ? "right" : "wrong"));
    }

    /** The measured precision, the latest week first, random before uncertain ones. */
    public List<Measured> measured() {
        Map<Sample, List<Boolean>> samples = new TreeMap<>(Comparator.comparing(Sample::week).reversed()
                .thenComparing(Sample::head).thenComparing(Sample::kind));
        judgements().forEach((judged, right) ->
                samples.computeIfAbsent(judged.sample(), sample -> new ArrayList<>()).add(right));
        return samples.entrySet().stream()
                .map(entry -> measured(entry.getKey(), entry.getValue()))
                .toList();
    }

    private static Measured measured(Sample sample, List<Boolean> judgements) {
        int right = (int) judgements.stream().filter(it -> it).count();
        return new Measured(sample.week(), sample.head(), sample.kind(), right, judgements.size(),
                Interval.wilson((double) right / judgements.size(), judgements.size()));
    }
}
