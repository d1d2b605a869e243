package io.flinkvision.core.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class ProcessMemoryTest {

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

        assertThat(ProcessMemory.ANONYMOUS.bytes(status)).hasValue(123_456L * 1_024);
        assertThat(ProcessMemory.RESIDENT.bytes(status)).hasValue(999_999L * 1_024);
    }

    @Test
    void isEmptyWhereTheKernelDoesNotTell() throws IOException {
        Path status = Files.writeString(folder.resolve("status"), "Name:\tjava\nRssAnon:\tmuch\n");

        assertThat(ProcessMemory.ANONYMOUS.bytes(status)).isEmpty();
        assertThat(ProcessMemory.ANONYMOUS.bytes(folder.resolve("none"))).isEmpty();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void growsWithMemoryOutsideOfTheHeap() {
        long before = ProcessMemory.ANONYMOUS.bytes().orElseThrow();
        ByteBuffer buffer = ByteBuffer.allocateDirect(256 << 20);
        for (int i = 0; i < buffer.capacity(); i += 4_096) {
            buffer.put(i, (byte) 1);
        }

        assertThat(ProcessMemory.ANONYMOUS.bytes().orElseThrow() - before).isGreaterThan(200L << 20);
        assertThat(buffer.get(0)).isEqualTo((byte) 1);
    }
}
