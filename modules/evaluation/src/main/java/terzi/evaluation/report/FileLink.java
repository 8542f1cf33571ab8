package terzi.evaluation.report;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;

/** Addresses of files as a page names them: relative to its folder, so that both can be moved together. */
final class FileLink {
    private static final String UNRESERVED = "-._~";

    private FileLink() {}

    /**
     * The address of a file in a page.
     *
     * @param folder of the page
     * @return relative, with every character but letters, digits and {@code -._~} of a name percent-encoded (RFC 3986); the
     *     whole {@code file:} address where no relative path leads there, as from one drive of Windows to another
     */
    static String of(Path folder, Path file) {
        Path from = folder.toAbsolutePath().normalize();
        Path to = file.toAbsolutePath().normalize();
        if (from.getRoot() == null || !from.getRoot().equals(to.getRoot())) {
            return to.toUri().toASCIIString();
        }
        StringBuilder address = new StringBuilder();
        for (Path name : from.relativize(to)) {
            address.append(address.isEmpty() ? "" : "/").append(encoded(name.toString()));
        }
        return address.toString();
    }

    private static String encoded(String name) {
        StringBuilder encoded = new StringBuilder();
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            boolean plain = c < 0x80 && (Character.isLetterOrDigit(c) || UNRESERVED.indexOf(c) >= 0);
            encoded.append(plain ? Character.toString(c) : String.format(Locale.ROOT, "%%%02X", (int) c));
        }
        return encoded.toString();
    }
}
