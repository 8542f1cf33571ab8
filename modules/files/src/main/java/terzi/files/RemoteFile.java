package terzi.files;

import java.net.URI;
import java.util.List;

/**
 * A file on the web whose content is known, or at least that it is complete.
 *
 * @param name the file's name on disk, without a folder
 * @param sha256 of the content, unpacked if it is packed: lower-case hexadecimal; empty if nobody has told it, and then only the
 *     length that the server announces is checked
 * @param maxBytes a download beyond this length is broken off
 * @param mirrors where to try, in this order
 */
public record RemoteFile(String name, String sha256, Packing packing, long maxBytes, List<URI> mirrors) {
    /** What lies around the content that the digest is of. Mirrors may have packed it differently. */
    public enum Packing {
        NONE,
        GZIP
    }

    public RemoteFile {
        mirrors = List.copyOf(mirrors);
        if (name.isBlank() || name.contains("/") || name.contains("\\") || name.startsWith(".")) {
            throw new IllegalArgumentException("expected a plain file name, found '" + name + "'");
        }
        if (!sha256.isEmpty() && !sha256.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException(
                    name + ": expected a SHA-256 in 64 lower-case hexadecimal digits, found '" + sha256 + "'");
        }
        if (mirrors.isEmpty() || maxBytes < 1) {
            throw new IllegalArgumentException(name + ": expected at least one mirror and a positive maxBytes");
        }
    }

    /** A file of which nobody has told the digest. */
    public static RemoteFile unpinned(String name, long maxBytes, URI mirror) {
        return new RemoteFile(name, "", Packing.NONE, maxBytes, List.of(mirror));
    }
}
