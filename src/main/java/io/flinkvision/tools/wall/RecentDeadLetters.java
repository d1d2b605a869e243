package io.flinkvision.tools.wall;

import io.flinkvision.core.image.ThumbnailMaker.Thumbnail;
import io.flinkvision.job.record.PlausibleTime;
import io.flinkvision.job.record.RecordCoordinates;
import io.flinkvision.tools.watch.DeadLetterRecord;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The last dead letters. Their pictures are read from the dead-letter topic, once each, for viewers. Thread-safe. */
final class RecentDeadLetters implements PictureFetcher.Gallery {

    static final int MAX = 200;

    private static final int MAX_NAME_CHARACTERS = 200;
    private static final int MAX_CODE_CHARACTERS = 40;
    private static final int MAX_MESSAGE_CHARACTERS = 500;
    private static final long VIEWER_MILLIS = 10_000;

    private final InstantSource clock;

    /** By number, which counts from 1. */
    private final TreeMap<Long, Letter> letters = new TreeMap<>();

    private long count;
    private long viewedAt = Long.MIN_VALUE;

    enum PictureState {
        /** Not read yet. */
        UNKNOWN,
        /** A thumbnail is there. */
        SHOWN,
        /** There is none, or it cannot be decoded. */
        NONE
    }

    /**
     * A dead letter for the page; texts are shortened.
     *
     * @param number from 1
     * @param code empty text if the record has none
     * @param source of the picture, as {@code topic-partition-offset}
     * @param at when it was written, in milliseconds since 1970-01-01T00:00Z
     */
    record View(long number, Optional<String> key, String code, String message, Optional<String> source, long at,
            PictureState picture) {

        View with(PictureState state) {
            return new View(number, key, code, message, source, at, state);
        }
    }

    private record Letter(View view, RecordCoordinates record, Optional<Thumbnail> thumbnail) {}

    RecentDeadLetters(InstantSource clock) {
        this.clock = clock;
    }

    /** @param record of the dead-letter topic, with any content */
    synchronized void add(ConsumerRecord<byte[], byte[]> record) {
        DeadLetterRecord letter = DeadLetterRecord.of(record);
        count++;
        View view = new View(
                count,
                Optional.ofNullable(record.key()).map(DisplayText::ofKey)
                        .map(text -> DisplayText.of(text, MAX_NAME_CHARACTERS)),
                DisplayText.of(letter.headers().code().orElse(""), MAX_CODE_CHARACTERS),
                DisplayText.of(letter.headers().message().orElse(""), MAX_MESSAGE_CHARACTERS),
                letter.headers().source().map(source -> DisplayText.of(source.toString(), MAX_NAME_CHARACTERS)),
                Math.min(PlausibleTime.nearest(record.timestamp()).toEpochMilli(), clock.millis()),
                record.value() == null ? PictureState.NONE : PictureState.UNKNOWN);
        letters.put(count, new Letter(view, letter.coordinates(), Optional.empty()));
        if (letters.size() > MAX) {
            letters.pollFirstEntry();
        }
    }

    /** Dead letters since the start. */
    synchronized long count() {
        return count;
    }

    /** The newest first; their pictures are read for as long as this is called. */
    synchronized List<View> view() {
        viewedAt = clock.millis();
        return letters.descendingMap().values().stream().map(Letter::view).toList();
    }

    /** The thumbnail of a dead letter, as a JPEG. */
    synchronized Optional<byte[]> picture(long number) {
        return Optional.ofNullable(letters.get(number)).flatMap(Letter::thumbnail).map(Thumbnail::jpeg);
    }

    @Override
    public synchronized List<PictureFetcher.Request> wanted(int max) {
        if (viewedAt < clock.millis() - VIEWER_MILLIS) {
            return List.of();
        }
        return letters.descendingMap().values().stream()
                .filter(letter -> letter.view().picture() == PictureState.UNKNOWN)
                .limit(max)
                .map(letter -> new PictureFetcher.Request(Long.toString(letter.view().number()), letter.record()))
                .toList();
    }

    @Override
    public synchronized void answer(PictureFetcher.Request request, Optional<Thumbnail> thumbnail) {
        letters.computeIfPresent(Long.valueOf(request.holder()), (number, letter) -> new Letter(
                letter.view().with(thumbnail.isPresent() ? PictureState.SHOWN : PictureState.NONE), letter.record(),
                thumbnail));
    }
}
