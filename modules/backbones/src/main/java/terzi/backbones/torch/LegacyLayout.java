package terzi.backbones.torch;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import terzi.backbones.torch.Python.PyDict;
import terzi.backbones.torch.Python.PyList;
import terzi.backbones.torch.Python.Storage;
import terzi.onnx.Tensor;

/**
 * The layout of PyTorch 0.4 to 1.5: five pickles (a magic number, the version, the machine, the value, the keys of the storages), then
 * each storage as its number of elements in 8 bytes and its elements.
 */
final class LegacyLayout {
    private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
    private static final long VERSION = 1001;
    private static final int LARGEST_STORAGE = Integer.MAX_VALUE - 8;

    private LegacyLayout() {}

    static Map<String, Tensor> read(Path file) throws IOException {
        long size = Files.size(file);
        try (InputStream stream = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            PickleInput input = new PickleInput(stream, size);
            header(input);
            Map<String, Storage> storages = new HashMap<>();
            Object value = Pickle.read(input, storages);
            Map<String, ByteBuffer> bytes = storages(input, storages);
            return NamedViews.tensors(
                    value, storage -> bytes.getOrDefault(storage.key(), ByteBuffer.allocate(0)), size);
        }
    }

    private static void header(PickleInput input) throws IOException {
        Object magic = Pickle.read(input, new HashMap<>());
        Object version = Pickle.read(input, new HashMap<>());
        if (!magic.equals(MAGIC) || !version.equals(VERSION)) {
            throw new TorchFormatException(
                    "has version " + shown(version) + " of the layout of PyTorch 0.4 to 1.5, expected " + VERSION
                            + "; load and save it with a newer PyTorch");
        }
        Object machine = Pickle.read(input, new HashMap<>());
        if (!(machine instanceof PyDict facts)
                || !Boolean.TRUE.equals(facts.entries().get("little_endian"))) {
            throw new TorchFormatException(
                    "was written on a big-endian machine; load and save it on a little-endian one");
        }
    }

    private static Map<String, ByteBuffer> storages(PickleInput input, Map<String, Storage> storages)
            throws IOException {
        Object keys = Pickle.read(input, new HashMap<>());
        Map<String, ByteBuffer> bytes = new HashMap<>();
        if (!(keys instanceof PyList list)) {
            throw new TorchFormatException("has no list of storages: it is damaged; get the file again");
        }
        for (Object key : list.items()) {
            Storage storage = key instanceof String name ? storages.get(name) : null;
            long elements = input.longInteger();
            if (storage == null || storage.elements() != elements || bytes.containsKey(storage.key())) {
                throw new TorchFormatException("storage " + shown(key) + " of " + elements
                        + " elements is not one that the tensors have; the file is damaged, get it again");
            }
            long size = storage.type().byteSize(elements);
            if (size > LARGEST_STORAGE) {
                throw new TorchFormatException("storage " + storage.key() + " has " + size
                        + " bytes, more than can be read (at most " + LARGEST_STORAGE + ")");
            }
            bytes.put(storage.key(), ByteBuffer.wrap(input.bytes((int) size)));
        }
        if (bytes.size() != storages.size()) {
            throw new TorchFormatException("has " + bytes.size() + " storages, the tensors need " + storages.size()
                    + "; the file is damaged, get it again");
        }
        return bytes;
    }

    /** Lists may contain themselves, and have no text then. */
    private static String shown(Object value) {
        return value instanceof String || value instanceof Long ? value.toString() : "a " + Python.kind(value);
    }
}
