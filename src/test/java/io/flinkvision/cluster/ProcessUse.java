package io.flinkvision.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a JVM has of the machine, as the kernel counts it.
 *
 * @param heapKilobytes resident, of Java's heap
 * @param nativeKilobytes resident, of all the rest: libraries, pictures, models, threads, the JVM itself
 * @param threads of the kernel
 * @param files open files and sockets
 * @param temporaryFiles files and folders in the process's folder for temporary files, and below it
 */
record ProcessUse(long heapKilobytes, long nativeKilobytes, int threads, int files, int temporaryFiles) {

    /** {@code total 524288K, used 12345K [0x00000000e0000000, 0x0000000100000000)}. */
    private static final Pattern HEAP = Pattern.compile("heap .*\\[0x([0-9a-f]+), 0x([0-9a-f]+)\\)");
    private static final Pattern MAPPING = Pattern.compile("([0-9a-f]+)-([0-9a-f]+) [-rwxsp]{4} .*");
    private static final Pattern RESIDENT = Pattern.compile("Rss: +([0-9]+) kB");

    /** @param temporaryFiles the process's folder for them */
    static ProcessUse of(ChildProcess process, Path temporaryFiles) throws IOException {
        Path kernel = Path.of("/proc", Long.toString(process.pid()));
        Matcher heap = HEAP.matcher(jcmd(process, "GC.heap_info"));
        if (!heap.find()) {
            throw new IOException("jcmd does not say where the heap of " + process + " lies");
        }
        long begin = Long.parseUnsignedLong(heap.group(1), 16);
        long end = Long.parseUnsignedLong(heap.group(2), 16);
        long inHeap = 0;
        long elsewhere = 0;
        boolean isHeap = false;
        for (String line : Files.readAllLines(kernel.resolve("smaps"))) {
            Matcher mapping = MAPPING.matcher(line);
            Matcher resident = RESIDENT.matcher(line);
            if (mapping.matches()) {
                long address = Long.parseUnsignedLong(mapping.group(1), 16);
                isHeap = address >= begin && address < end;
            } else if (resident.matches() && isHeap) {
                inHeap += Long.parseLong(resident.group(1));
            } else if (resident.matches()) {
                elsewhere += Long.parseLong(resident.group(1));
            }
        }
        return new ProcessUse(inHeap, elsewhere, count(Files.list(kernel.resolve("task"))),
                count(Files.list(kernel.resolve("fd"))), count(Files.walk(temporaryFiles)) - 1);
    }

    private static int count(Stream<Path> paths) {
        try (paths) {
            return Math.toIntExact(paths.count());
        }
    }

    /** What {@code jcmd} says of a process. */
    static String jcmd(ChildProcess process, String... command) {
        try {
            Process jcmd = new ProcessBuilder(Stream.concat(
                    Stream.of(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                            Long.toString(process.pid())),
                    Stream.of(command)).toList()).start();
            return new String(jcmd.getInputStream().readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
