package terzi.files;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * Atomic writing of files: a file is written under a temporary name in the same folder, flushed to the disk, and then
 * renamed. The target is complete or unchanged at any time. All renaming of files goes through here.
 */
public final class WholeFile {

    private WholeFile() {}

    /** Writes the text of a file. */
    @FunctionalInterface
    public interface Text {
        /**
         * Writes the text.
         *
         * @param out the file in UTF-8; it is closed by the caller
         * @throws IOException if the file cannot be written
         */
        void writeTo(Writer out) throws IOException;
    }

    /** Writes the bytes of a file. */
    @FunctionalInterface
    public interface Bytes {
        /**
         * Writes the bytes.
         *
         * @param out the file, unbuffered; closing it only flushes it
         * @throws IOException if the file cannot be written
         */
        void writeTo(OutputStream out) throws IOException;
    }

    /**
     * Writes a file at arbitrary positions.
     *
     * @param <T> type of the result
     */
    @FunctionalInterface
    public interface Content<T> {
        /**
         * Writes the content.
         *
         * @param channel the empty file, open for writing
         * @return the result, which {@link WholeFile#channel} returns
         * @throws IOException if the file cannot be written
         */
        T writeTo(FileChannel channel) throws IOException;
    }

    /**
     * Checks the written file under its temporary name, before it is renamed.
     *
     * @param <T> type of the result
     */
    @FunctionalInterface
    public interface Check<T> {
        /**
         * Checks the file.
         *
         * @param written the complete file under its temporary name
         * @return the result, which {@link WholeFile#checked} returns
         * @throws IOException if the file is not valid; it is deleted then
         */
        T check(Path written) throws IOException;
    }

    /**
     * Writes a text file in UTF-8, and replaces an older file in one step.
     *
     * @param target the file, in a folder that exists
     * @param content writes the text
     * @throws IOException if the file cannot be written, or if {@code content} throws it; an older file is then
     *     unchanged
     */
    public static void text(Path target, Text content) throws IOException {
        bytes(target, out -> {
            Writer writer = new OutputStreamWriter(out, StandardCharsets.UTF_8);
            content.writeTo(writer);
            writer.close();
        });
    }

    /**
     * Writes a file from first to last byte, and replaces an older file in one step.
     *
     * @param target the file, in a folder that exists
     * @param content writes the bytes
     * @throws IOException if the file cannot be written, or if {@code content} throws it; an older file is then
     *     unchanged
     */
    public static void bytes(Path target, Bytes content) throws IOException {
        Path unused = checked(target, content, written -> written);
    }

    /**
     * Writes a file at arbitrary positions, and replaces an older file in one step.
     *
     * @param <T> type of the result
     * @param target the file, in a folder that exists
     * @param content writes the file
     * @return the result of {@code content}
     * @throws IOException if the file cannot be written, or if {@code content} throws it; an older file is then
     *     unchanged
     */
    public static <T> T channel(Path target, Content<T> content) throws IOException {
        Path part = part(target);
        try {
            T result = write(part, content);
            move(part, target);
            return result;
        } finally {
            Files.deleteIfExists(part);
        }
    }

    /**
     * Writes a file from first to last byte, checks it, and replaces an older file in one step.
     *
     * @param <T> type of the result
     * @param target the file, in a folder that exists
     * @param content writes the bytes
     * @param check checks the complete file before it is renamed
     * @return the result of {@code check}
     * @throws IOException if the file cannot be written, or if {@code content} or {@code check} throws it; an older
     *     file is then unchanged
     */
    public static <T> T checked(Path target, Bytes content, Check<T> check) throws IOException {
        Path part = part(target);
        try {
            Path written = write(part, channel -> {
                content.writeTo(new Unclosed(Channels.newOutputStream(channel)));
                return part;
            });
            T result = check.check(written);
            move(part, target);
            return result;
        } finally {
            Files.deleteIfExists(part);
        }
    }

    /** Not a temporary file of the JDK's, which only its owner could read whatever the umask says. */
    private static Path part(Path target) {
        return target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + ".part");
    }

    private static <T> T write(Path part, Content<T> content) throws IOException {
        try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
            T result = content.writeTo(channel);
            channel.force(true);
            return result;
        }
    }

    /**
     * Renames a file or folder, in one step where the file system can, and replaces a file of the new name.
     *
     * @param from the file or folder
     * @param to the new path, in a folder that exists
     * @throws IOException if it cannot be renamed, for example because {@code to} is a folder that is not empty
     */
    public static void move(Path from, Path to) throws IOException {
        try {
            // an archive's file system replaces only when told to
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException networkShare) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** Stays open when the content closes it: the file is not on the disk yet. */
    private static final class Unclosed extends FilterOutputStream {
        Unclosed(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
        }

        @Override
        public void close() throws IOException {
            flush();
        }
    }
}
