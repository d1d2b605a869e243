package io.flinkvision.job.guard;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A process that takes up a record, and never puts it down. */
final class NotingProcess {

    private NotingProcess() {}

    /** Starts one, which says {@code ready}, and lives until it is killed. */
    static Process start(Path notes, RecordPosition record) throws IOException {
        return new ProcessBuilder(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
                "-cp", System.getProperty("java.class.path"), NotingProcess.class.getName(), notes.toString(),
                record.topic(), Integer.toString(record.partition()), Long.toString(record.offset())))
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }

    public static void main(String[] arguments) throws Exception {
        NotesFolder folder = NotesFolder.open(Path.of(arguments[0]), "job");
        folder.start("decode").notes().set(new RecordPosition(
                arguments[1], Integer.parseInt(arguments[2]), Long.parseLong(arguments[3])));
        System.out.println("ready");
        System.in.read();
    }
}
