package terzi.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Conversion of file names to text and back. On Linux a file name is a sequence of bytes that need not be UTF-8. Java
 * shows each invalid byte as {@code U+FFFD}, and the file cannot be found by that name again. Here such a byte is
 * written as {@code \xE9}, so that every file has a distinct name that resolves to it. All other names stay as they
 * are.
 */
public final class FileNames {
    private static final char UNKNOWN = '\ufffd';
    private static final Pattern BYTE = Pattern.compile("\\\\x([0-9A-F]{2})");

    private FileNames() {}

    /**
     * Converts a path to text.
     *
     * @param path an absolute or relative path
     * @return the path with the separator of its file system; bytes that are not UTF-8 are written as {@code \xE9}
     */
    public static String text(Path path) {
        String plain = path.toString();
        if (plain.indexOf(UNKNOWN) < 0 || !path.toUri().getScheme().equals("file")) {
            return plain;
        }
        List<String> names = new ArrayList<>();
        Path parent = path;
        while (parent != null && parent.getFileName() != null) {
            names.add(0, name(parent));
            parent = parent.getParent();
        }
        return (path.isAbsolute() ? String.valueOf(path.getRoot()) : "")
                + String.join(path.getFileSystem().getSeparator(), names);
    }

    /**
     * Converts the last name of a path to text.
     *
     * @param path a path
     * @return the name without its folder, as {@link #text} writes it; empty for a root
     */
    public static String last(Path path) {
        Path name = path.getFileName();
        return name == null ? "" : text(name);
    }

    private static String name(Path path) {
        String plain = String.valueOf(path.getFileName());
        if (plain.indexOf(UNKNOWN) < 0) {
            return plain;
        }
        String uri = path.toUri().getRawPath();
        String encoded = uri.endsWith("/") ? uri.substring(0, uri.length() - 1) : uri;
        return decoded(encoded.substring(encoded.lastIndexOf('/') + 1));
    }

    /** Percent-encoded bytes as UTF-8, and as {@code \xE9} where they are not. */
    private static String decoded(String encoded) {
        byte[] bytes = new byte[encoded.length()];
        int length = 0;
        for (int i = 0; i < encoded.length(); i++) {
            if (encoded.charAt(i) == '%') {
                bytes[length++] = (byte) Integer.parseInt(encoded.substring(i + 1, i + 3), 16);
                i += 2;
            } else {
                bytes[length++] = (byte) encoded.charAt(i);
            }
        }
        StringBuilder text = new StringBuilder();
        int at = 0;
        while (at < length) {
            int size = character(bytes, at, length);
            if (size == 0) {
                text.append(String.format(Locale.ROOT, "\\x%02X", bytes[at++] & 0xff));
            } else {
                text.append(new String(bytes, at, size, StandardCharsets.UTF_8));
                at += size;
            }
        }
        return text.toString();
    }

    /** How many bytes the UTF-8 character at a place has; 0 where there is none. */
    private static int character(byte[] bytes, int at, int length) {
        for (int size = 1; size <= Math.min(4, length - at); size++) {
            try {
                StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, at, size));
                return size;
            } catch (CharacterCodingException e) {
                // a longer row may be one
            }
        }
        return 0;
    }

    /**
     * Finds the path that a text names. A file of exactly this name comes first, then the only file whose name
     * {@link #text} or {@link Path#toString} writes like this.
     *
     * @param folder the folder that a relative path starts from
     * @param text a path as {@link #text} writes it
     * @return the path of the file; if there is none, the text as a plain path
     * @throws InvalidPathException if the text is not a path of this file system
     */
    public static Path resolve(Path folder, String text) {
        Path plain = folder.resolve(text);
        boolean escaped = BYTE.matcher(text).find();
        if ((!escaped && text.indexOf(UNKNOWN) < 0) || Files.exists(plain)) {
            return plain;
        }
        Path found = plain.getRoot() == null ? Path.of("") : plain.getRoot();
        for (Path name : plain) {
            Path next = found.resolve(name.toString());
            found = Files.exists(next) ? next : alike(found, name.toString());
        }
        return Files.exists(found) ? found : plain;
    }

    /**
     * Finds the path that a text names, as {@link #resolve(Path, String)} does, from the working directory.
     *
     * @param text a path as {@link #text} writes it
     * @return the path of the file; if there is none, the text as a plain path
     * @throws InvalidPathException if the text is not a path of this file system
     */
    public static Path resolve(String text) {
        return resolve(Path.of(""), text);
    }

    private static Path alike(Path folder, String name) {
        List<Path> alike = new ArrayList<>();
        Path listed = folder.toString().isEmpty() ? Path.of(".") : folder;
        try (DirectoryStream<Path> children = Files.newDirectoryStream(listed)) {
            for (Path child : children) {
                if (last(child).equals(name)
                        || String.valueOf(child.getFileName()).equals(name)) {
                    alike.add(child);
                }
            }
        } catch (IOException e) {
            // then there is none
        }
        return alike.size() == 1 ? alike.get(0) : folder.resolve(name);
    }
}
