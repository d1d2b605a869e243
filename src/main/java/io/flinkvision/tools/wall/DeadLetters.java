package io.flinkvision.tools.wall;

import io.flinkvision.core.image.ThumbnailMaker.Thumbnail;
import io.flinkvision.job.record.RecordCoordinates;
import io.flinkvision.tools.watch.DeadLetterRecord;
import io.flinkvision.job.record.PlausibleTime;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The last dead letters. Their pictures are read from the dead-letter topic, once each, while somebody looks at them.
 * Safe for use by several threads.
 */
final class DeadLetters implements PictureGallery {

    /** Dead letters that are kept. */
    static final int MOST = 200;

    private static final int MOST_NAME_CHARACTERS = 200;
    private static final int MOST_CODE_CHARACTERS = 40;
    private static final int MOST_MESSAGE_CHARACTERS = 500;
    private static final long LOOK_MILLIS = 10_000;

    private final InstantSource clock;

    /** By number, which counts from 1. */
    private final TreeMap<Long, Letter> letters = new TreeMap<>();

    private long count;
    private long lookedAt = Long.MIN_VALUE;

    /** What is known of a letter's picture. */
    enum PictureState {
        /** It has not been read yet. */
        UNKNOWN,
        /** It can be shown. */
        SHOWN,
        /** There is none, or none that can be decoded. */
        NONE
    }

    /**
     * What of a dead letter is shown.
     *
     * @param number counts from 1
     * @param key the record's key, shortened; empty where it had none
     * @param code why it got no label; no text where the record does not say
     * @param message the same for a person, shortened
     * @param source where the picture lies, as {@code topic-partition-offset}; empty where the record does not say
     * @param at when it was written, in milliseconds since 1970-01-01T00:00Z
     * @param picture what is known of its picture
     */
    record View(long number, Optional<String> key, String code, String message, Optional<String> source, long at,
            PictureState picture) {

        View with(PictureState state) {
            return new View(number, key, code, message, source, at, state);
        }
    }

    private record Letter(View view, RecordCoordinates record, Optional<Thumbnail> thumbnail) {}

    DeadLetters(InstantSource clock) {
        this.clock = clock;
    }

    /** Takes a record of the dead-letter topic, whatever it holds. */
    synchronized void add(ConsumerRecord<byte[], byte[]> record) {
        DeadLetterRecord letter = DeadLetterRecord.of(record);
        count++;
        View view = new View(
                count,
                Optional.ofNullable(record.key()).map(DisplayText::ofKey)
                        .map(text -> DisplayText.of(text, MOST_NAME_CHARACTERS)),
                DisplayText.of(letter.headers().code().orElse(""), MOST_CODE_CHARACTERS),
                DisplayText.of(letter.headers().message().orElse(""), MOST_MESSAGE_CHARACTERS),
                letter.headers().source().map(source -> DisplayText.of(source.toString(), MOST_NAME_CHARACTERS)),
                Math.min(PlausibleTime.nearest(record.timestamp()).toEpochMilli(), clock.millis()),
                record.value() == null ? PictureState.NONE : PictureState.UNKNOWN);
        letters.put(count, new Letter(view, letter.coordinates(), Optional.empty()));
        if (letters.size() > MOST) {
            letters.pollFirstEntry();
        }
    }

    /** How many have come. */
    synchronized long count() {
        return count;
    }

    /** Those that are kept, the newest first. Who asks is taken for somebody who looks. */
    synchronized List<View> look() {
        lookedAt = clock.millis();
        return letters.descendingMap().values().stream().map(Letter::view).toList();
    }

    /** The thumbnail of a dead letter, as a JPEG. */
    synchronized Optional<byte[]> picture(long number) {
        return Optional.ofNullable(letters.get(number)).flatMap(Letter::thumbnail).map(Thumbnail::jpeg);
    }

    @Override
    public synchronized List<PictureRequest> wanted(int most) {
        if (lookedAt < clock.millis() - LOOK_MILLIS) {
            return List.of();
        }
        return letters.descendingMap().values().stream()
                .filter(letter -> letter.view().picture() == PictureState.UNKNOWN)
                .limit(most)
                .map(letter -> new PictureRequest(Long.toString(letter.view().number()), letter.record()))
                .toList();
    }

    @Override
    public synchronized void answer(PictureRequest request, Optional<Thumbnail> thumbnail) {
        letters.computeIfPresent(Long.valueOf(request.holder()), (number, letter) -> new Letter(
                letter.view().with(thumbnail.isPresent() ? PictureState.SHOWN : PictureState.NONE), letter.record(),
                thumbnail));
    }
}
