package io.flinkvision.cluster;

import io.flinkvision.tools.local.FlinkCluster;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The Flink cluster in this JVM that all test classes share, for a static field of each. It starts where it is first
 * needed and ends with the last test; a test leaves no job running.
 */
public final class TestCluster implements BeforeAllCallback, Supplier<FlinkCluster> {

    private static final int SLOTS = 8;

    private ExtensionContext root;

    @Override
    public void beforeAll(ExtensionContext context) {
        root = context.getRoot();
    }

    @Override
    public FlinkCluster get() {
        // The store closes it.
        return root.getStore(Namespace.create(TestCluster.class)).getOrComputeIfAbsent(
                TestCluster.class, absent -> FlinkCluster.start(SLOTS), FlinkCluster.class);
    }
}
