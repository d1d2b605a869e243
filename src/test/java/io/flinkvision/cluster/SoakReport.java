package io.flinkvision.cluster;

import io.flinkvision.tools.audit.AuditReport;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;

/**
 * What a TaskManager had of the machine while very many pictures went through it.
 *
 * @param samples in order of time
 * @param audit of all pictures, at the end
 */
record SoakReport(List<Sample> samples, AuditReport audit) {

    /** The head of a table of {@link Sample#row()}. */
    static final String HEAD = "seconds,sent,done,heap_kB,native_kB,threads,files,temporary_files";

    SoakReport {
        samples = List.copyOf(samples);
    }

    /**
     * One look at it.
     *
     * @param seconds since the first picture was sent
     * @param sent pictures that the broker had by then
     * @param done pictures that the job had committed by then
     */
    record Sample(double seconds, long sent, long done, ProcessUse use) {

        /** A row of comma-separated values, for {@link #HEAD}. */
        String row() {
            return String.format(Locale.ROOT, "%.1f,%d,%d,%d,%d,%d,%d,%d", seconds, sent, done,
                    use.heapKilobytes(), use.nativeKilobytes(), use.threads(), use.files(), use.temporaryFiles());
        }
    }

    /** Pictures a second that were sent, until the last of them. */
    double sentASecond() {
        long all = samples.get(samples.size() - 1).sent();
        Sample last = samples.stream().filter(sample -> sample.sent() == all).findFirst().orElseThrow();
        return last.sent() / last.seconds();
    }

    /** Pictures a second that the job did, from its first commit on. */
    double doneASecond() {
        Sample first = samples.stream().filter(sample -> sample.done() > 0).findFirst().orElseThrow();
        Sample last = samples.get(samples.size() - 1);
        return (last.done() - first.done()) / (last.seconds() - first.seconds());
    }

    /** The median of what there was from one part of the way to another, each from 0 to 1 of all pictures. */
    long median(ToLongFunction<ProcessUse> of, double from, double to) {
        long all = samples.get(samples.size() - 1).done();
        long[] values = samples.stream()
                .filter(sample -> sample.done() >= from * all && sample.done() <= to * all)
                .mapToLong(sample -> of.applyAsLong(sample.use()))
                .sorted()
                .toArray();
        return values[values.length / 2];
    }
}
