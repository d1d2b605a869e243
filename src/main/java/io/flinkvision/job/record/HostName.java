package io.flinkvision.job.record;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** The name of this machine, for a log line: one that nobody can resolve is no reason to stop. */
public final class HostName {

    private HostName() {}

    /** The name, or where the machine does not know itself by it, what Java says of that. */
    public static String ofThisMachine() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "(unknown host: " + e.getMessage() + ")";
        }
    }
}
