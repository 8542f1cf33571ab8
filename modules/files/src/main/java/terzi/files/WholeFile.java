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
 * Writes files that are complete or not there: beside their place first, onto the disk, then renamed. The one place that
 * renames files.
 */
public final class WholeFile {

    private WholeFile() {}

    /** Writes the text of a file. */
    @FunctionalInterface
    public interface Text {
        void writeTo(Writer out) throws IOException;
    }

    /** Writes the bytes of a file. */
    @FunctionalInterface
    public interface Bytes {
        void writeTo(OutputStream out) throws IOException;
    }

    /** Writes a file at any place of it. */
    @FunctionalInterface
    public interface Content<T> {
        T writeTo(FileChannel channel) throws IOException;
    }

    /** Checks the written file under its temporary name, before it takes its place. */
    @FunctionalInterface
    public interface Check<T> {
        T check(Path written) throws IOException;
    }

    /** Writes a text in UTF-8; an older file is replaced in one step. */
    public static void text(Path target, Text content) throws IOException {
        bytes(target, out -> {
            Writer writer = new OutputStreamWriter(out, StandardCharsets.UTF_8);
            content.writeTo(writer);
            writer.close();
        });
    }

    /** As {@link #text}, for bytes. */
    public static void bytes(Path target, Bytes content) throws IOException {
        Path unused = checked(target, content, written -> written);
    }

    /**
     * As {@link #bytes}, for content that is not written from front to back.
     *
     * @return what the content returned
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
     * As {@link #bytes}, with a check between writing and renaming.
     *
     * @return what the check returned
     * @throws IOException also if the check throws it; what was at {@code target} is then as before
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
     * Renames a file or a folder in one step where the file system can, and replaces a file of the new name.
     *
     * @throws IOException if it cannot be renamed, as where a folder with content has the new name
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
