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

/** Whose a folder is, and who may write into it. */
final class Ownership {

    /** May do anything anyway, and owns what volumes are mounted at. */
    private static final String ROOT = "root";

    private Ownership() {}

    /**
     * Requires a folder that is this process's user's or root's, and that only those may write into who should.
     *
     * @param others permissions that the folder must not give
     * @throws IOException if it is another user's, gives one of them, or this process cannot write into it
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

    /** As the file system knows it: in a container {@code user.name} may be no name, and NFS has names of its own. */
    private static UserPrincipal thisUser(Path folder) throws IOException {
        Path file = Files.createTempFile(folder, "owner-", "");
        try {
            return owner(file);
        } finally {
            Files.delete(file);
        }
    }
}
