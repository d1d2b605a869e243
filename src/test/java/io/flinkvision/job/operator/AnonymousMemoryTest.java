package io.flinkvision.job.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class AnonymousMemoryTest {

    @TempDir
    Path folder;

    @Test
    void readsTheKernelsKibibytes() throws IOException {
        Path status = Files.writeString(folder.resolve("status"), """
                Name:\tjava
                VmRSS:\t  999999 kB
                RssAnon:\t  123456 kB
                RssFile:\t   20000 kB
                """);

        assertThat(new AnonymousMemory(status).bytes()).isEqualTo(123_456L * 1_024);
    }

    @Test
    void isZeroWhereTheKernelDoesNotTell() throws IOException {
        Path status = Files.writeString(folder.resolve("status"), "Name:\tjava\nRssAnon:\tmuch\n");

        assertThat(new AnonymousMemory(status).bytes()).isZero();
        assertThat(new AnonymousMemory(folder.resolve("none")).bytes()).isZero();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void growsWithMemoryOutsideOfTheHeap() {
        AnonymousMemory memory = AnonymousMemory.ofThisProcess().orElseThrow();
        long before = memory.bytes();
        ByteBuffer buffer = ByteBuffer.allocateDirect(256 << 20);
        for (int i = 0; i < buffer.capacity(); i += 4_096) {
            buffer.put(i, (byte) 1);
        }

        assertThat(memory.bytes() - before).isGreaterThan(200L << 20);
        assertThat(buffer.get(0)).isEqualTo((byte) 1);
    }
}
