package terzi.onnx.codec;

import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The files beside a model that hold data of its tensors ("external data" in the specification).
 *
 * <p>A model names these files, and a model may come from anywhere; so a file outside the model's folder is refused,
 * whether it is named directly, by {@code ..} or through a symbolic link.
 */
final class SideFiles implements AutoCloseable {
    /** Data of this size and more is mapped and not read. */
    private static final long MAP_FROM_BYTES = 64 * 1024;

    private final @Nullable Path folder;
    private final Map<String, SeekableByteChannel> open = new HashMap<>();

    private SideFiles(@Nullable Path folder) {
        this.folder = folder;
    }

    /** The files beside a model on disk. */
    static SideFiles beside(Path model) throws IOException {
        Path parent = model.toAbsolutePath().getParent();
        if (parent == null) {
            throw new IOException(model + " is not a file");
        }
        return new SideFiles(parent.toRealPath());
    }

    /** For a model in memory, which has none. */
    static SideFiles none() {
        return new SideFiles(null);
    }

    /** The model's real folder; null for a model in memory. */
    @Nullable Path folder() {
        return folder;
    }

    /**
     * The data of a tensor.
     *
     * @param expectedBytes what the tensor's shape asks for; checked before anything is mapped
     */
    ByteBuffer read(TensorProto tensor, long expectedBytes) throws IOException {
        String where = "tensor " + tensor.getName() + ": ";
        Map<String, String> entries = new HashMap<>();
        for (StringStringEntryProto entry : tensor.getExternalDataList()) {
            entries.put(entry.getKey(), entry.getValue());
        }
        String location = entries.getOrDefault("location", "");
        if (location.isEmpty()) {
            throw new ModelFormatException(where + "its data is in another file, but no file is named");
        }
        SeekableByteChannel file = channel(where, location);
        long offset = number(where, "offset", entries.getOrDefault("offset", "0"));
        long rest = file.size() - offset;
        long length = entries.containsKey("length") ? number(where, "length", entries.get("length")) : rest;
        if (offset > file.size() || length > rest) {
            throw new ModelFormatException(where + "its data ends at byte " + offset + " + " + length + " of "
                    + location + ", which has " + file.size() + " bytes; is the file complete?");
        }
        if (length != expectedBytes) {
            throw new ModelFormatException(
                    where + "its shape needs " + expectedBytes + " bytes, " + location + " gives it " + length);
        }
        if (length > Integer.MAX_VALUE) {
            throw new ModelFormatException(where + "a tensor of " + length + " bytes is over the limit of 2 GiB");
        }
        if (length >= MAP_FROM_BYTES && file instanceof FileChannel mapped) {
            return mapped.map(FileChannel.MapMode.READ_ONLY, offset, length);
        }
        ByteBuffer data = ByteBuffer.allocate((int) length);
        file.position(offset);
        while (data.hasRemaining()) {
            if (file.read(data) < 0) {
                throw new EOFException(where + location + " became shorter while it was read");
            }
        }
        return data.flip();
    }

    private static long number(String where, String key, @Nullable String text) throws ModelFormatException {
        try {
            long value = Long.parseLong(String.valueOf(text));
            if (value >= 0) {
                return value;
            }
        } catch (NumberFormatException e) {
            // the same message as for a negative number
        }
        throw new ModelFormatException(where + key + " of its data must be a whole number from 0, it is " + text);
    }

    private SeekableByteChannel channel(String where, String location) throws IOException {
        SeekableByteChannel known = open.get(location);
        if (known != null) {
            return known;
        }
        Path path = resolve(where, location);
        // archives have no links, and their file systems do not know the option
        SeekableByteChannel file = path.getFileSystem() == FileSystems.getDefault()
                ? FileChannel.open(path, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)
                : Files.newByteChannel(path);
        open.put(location, file);
        return file;
    }

    private Path resolve(String where, String location) throws IOException {
        if (folder == null) {
            throw new ModelFormatException(where + "its data is in the file " + location
                    + ", but the model was read from memory; read it from its file");
        }
        Path real;
        try {
            Path relative = folder.getFileSystem().getPath(location);
            Path named = folder.resolve(relative).normalize();
            if (relative.isAbsolute() || !named.startsWith(folder)) {
                throw new ModelFormatException(where + "its data is in " + location
                        + ", outside the model's folder; only files in that folder are read");
            }
            real = named.toRealPath();
        } catch (InvalidPathException e) {
            throw new ModelFormatException(where + "its data is in a file whose name is not a path", e);
        } catch (NoSuchFileException e) {
            throw new ModelFormatException(
                    where + "its data is in " + location + ", which is missing; put it into " + folder, e);
        }
        if (!real.startsWith(folder)) {
            throw new ModelFormatException(where + "its data is in " + location + ", a link to " + real
                    + " outside the model's folder; put the file itself there");
        }
        if (!Files.isRegularFile(real)) {
            throw new ModelFormatException(where + "its data is in " + location + ", which is not a file");
        }
        return real;
    }

    @Override
    public void close() throws IOException {
        for (SeekableByteChannel file : open.values()) {
            file.close();
        }
        open.clear();
    }
}
