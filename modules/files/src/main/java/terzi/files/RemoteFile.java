package terzi.files;

import java.net.URI;
import java.util.List;

/**
 * A file to download: its name, digest, largest size and mirrors.
 *
 * @param name name of the file on the disk, without a folder
 * @param sha256 SHA-256 of the unpacked content in 64 lower-case hexadecimal digits; empty if it is not known, and then
 *     only the length that the server announces is checked
 * @param packing compression of the file
 * @param maxBytes largest length of the file in bytes, at least 1; a longer download is aborted
 * @param mirrors addresses of the file, at least one, tried in this order
 */
public record RemoteFile(String name, String sha256, Packing packing, long maxBytes, List<URI> mirrors) {
    /**
     * The compression of a file. The digest is that of the unpacked content, since mirrors may compress the same
     * content differently.
     */
    public enum Packing {
        /** Not compressed. */
        NONE,
        /** Compressed with gzip; the file is stored as it is and unpacked only to verify the digest. */
        GZIP
    }

    /**
     * Creates a description of a file.
     *
     * @param name name of the file on the disk, without a folder
     * @param sha256 SHA-256 of the unpacked content in 64 lower-case hexadecimal digits
     * @param packing compression of the file
     * @param maxBytes largest length of the file in bytes, at least 1
     * @param mirrors addresses of the file, at least one, tried in this order
     * @throws IllegalArgumentException if the name has a folder or starts with a dot, the digest is malformed, no
     *     mirror is given, or {@code maxBytes} is below 1
     */
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

    /**
     * Describes an uncompressed file whose digest is not known.
     *
     * @param name name of the file on the disk, without a folder
     * @param maxBytes largest length of the file in bytes, at least 1
     * @param mirror address of the file
     * @return the file, with an empty digest
     * @throws IllegalArgumentException if the name has a folder or starts with a dot, or {@code maxBytes} is below 1
     */
    public static RemoteFile unpinned(String name, long maxBytes, URI mirror) {
        return new RemoteFile(name, "", Packing.NONE, maxBytes, List.of(mirror));
    }
}
