package io.flinkvision.job.guard;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.util.Set;
import java.util.TreeSet;

/** Checks the owner and the permissions of a folder. */
final class Ownership {

    /** May write anyway, and owns mount points. */
    private static final String ROOT = "root";

    private Ownership() {}

    /**
     * Requires that a folder belongs to this process's user or to root, and that only permitted users may write into it.
     *
     * @param others permissions that the folder must not give
     * @throws IOException if it belongs to another user, gives one of them, or this process cannot write into it
     */
    static void require(Path folder, Set<PosixFilePermission> others) throws IOException {
        UserPrincipal owner = owner(folder);
        if (!owner.getName().equals(ROOT) && !owner.equals(thisUser(folder))) {
            throw new IOException("another user, " + owner.getName() + ", has made " + folder
                    + "; delete it, or choose another folder");
        }
        PosixFileAttributeView attributes =
                Files.getFileAttributeView(folder, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        if (attributes == null) {
            return;
        }
        Set<PosixFilePermission> given = new TreeSet<>(attributes.readAttributes().permissions());
        given.retainAll(others);
        if (!given.isEmpty()) {
            throw new IOException("other users may write into " + folder + " (" + given + "); delete it, since they"
                    + " may have done so, or choose another folder");
        }
    }

    private static UserPrincipal owner(Path path) throws IOException {
        return Files.getOwner(path, LinkOption.NOFOLLOW_LINKS);
    }

    /** As the file system sees it: in a container {@code user.name} may be missing, and NFS has its own names. */
    private static UserPrincipal thisUser(Path folder) throws IOException {
        Path file = Files.createTempFile(folder, "owner-", "");
        try {
            return owner(file);
        } finally {
            Files.delete(file);
        }
    }
}
