package terzi.backbones.torch;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import terzi.backbones.torch.Python.Storage;
import terzi.onnx.Tensor;

/**
 * The layout of PyTorch 1.6 and newer: a zip archive without compression, with {@code data.pkl} and a file in {@code data} for each
 * storage, all in one folder.
 */
final class ZipLayout {
    private static final String PICKLE = "data.pkl";
    private static final long LARGEST_PICKLE = 64L << 20;
    private static final int LARGEST_STORAGE = Integer.MAX_VALUE - 8;

    private final ZipFile zip;
    private final String folder;
    private final long fileBytes;
    private final Map<String, ByteBuffer> storages = new HashMap<>();
    private long read;

    private ZipLayout(ZipFile zip, String folder, long fileBytes) {
        this.zip = zip;
        this.folder = folder;
        this.fileBytes = fileBytes;
    }

    static Map<String, Tensor> read(Path file) throws IOException {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            List<String> pickles = zip.stream()
                    .map(ZipEntry::getName)
                    .filter(name -> name.equals(PICKLE) || name.matches("[^/]+/data\\.pkl"))
                    .toList();
            if (pickles.size() != 1) {
                throw new TorchFormatException("is a zip archive with " + pickles.size()
                        + " files data.pkl, expected one; it is not a file of torch.save");
            }
            String folder = pickles.get(0).substring(0, pickles.get(0).length() - PICKLE.length());
            return new ZipLayout(zip, folder, Files.size(file)).tensors();
        } catch (ZipException | EOFException e) {
            throw new TorchFormatException("is not a complete zip archive (" + e + "); get the file again", e);
        }
    }

    private Map<String, Tensor> tensors() throws IOException {
        if (zip.getEntry(folder + "constants.pkl") != null) {
            throw new TorchFormatException(
                    "is a TorchScript archive, a program; its weights alone can be saved in Python:"
                            + " torch.save(torch.jit.load(\"file.pt\").state_dict(), \"weights.pth\")");
        }
        ZipEntry order = zip.getEntry(folder + "byteorder");
        if (order != null && !new String(bytes(order, 16).array(), StandardCharsets.US_ASCII).equals("little")) {
            throw new TorchFormatException(
                    "was written on a big-endian machine; load and save it on a little-endian one");
        }
        ZipEntry pickle = entry(PICKLE);
        if (pickle.getSize() > LARGEST_PICKLE) {
            throw new TorchFormatException("has a pickle of " + pickle.getSize() + " bytes, expected at most "
                    + LARGEST_PICKLE + ". " + Pickle.REMEDY);
        }
        Object value;
        try (InputStream stream = new BufferedInputStream(zip.getInputStream(pickle))) {
            value = Pickle.read(new PickleInput(stream, pickle.getSize()), new HashMap<>());
        }
        return NamedViews.tensors(value, this::storage, fileBytes);
    }

    private ByteBuffer storage(Storage storage) throws IOException {
        ByteBuffer known = storages.get(storage.key());
        if (known != null) {
            return known;
        }
        ZipEntry entry = entry("data/" + storage.key());
        long expected = storage.type().byteSize(storage.elements());
        if (entry.getSize() != expected) {
            throw new TorchFormatException("storage " + storage.key() + " has " + entry.getSize() + " bytes, expected "
                    + expected + "; the file is damaged, get it again");
        }
        ByteBuffer bytes = bytes(entry, LARGEST_STORAGE);
        storages.put(storage.key(), bytes);
        return bytes;
    }

    private ZipEntry entry(String name) throws TorchFormatException {
        ZipEntry entry = zip.getEntry(folder + name);
        if (entry == null) {
            throw new TorchFormatException("lacks " + folder + name + "; the file is damaged, get it again");
        }
        if (entry.getMethod() != ZipEntry.STORED) {
            throw new TorchFormatException(
                    "is compressed, as torch.save does not do; unpack it and pack it without compression");
        }
        return entry;
    }

    /** Entries that share their bytes could be many times as large as the file. */
    private ByteBuffer bytes(ZipEntry entry, int largest) throws IOException {
        read += entry.getSize();
        if (entry.getSize() > largest || read > fileBytes) {
            throw new TorchFormatException(entry.getName() + " has " + entry.getSize()
                    + " bytes, more than can be read (at most " + largest + ", and all together those of the file)");
        }
        try (InputStream stream = zip.getInputStream(entry)) {
            byte[] bytes = stream.readNBytes((int) entry.getSize());
            if (bytes.length != entry.getSize()) {
                throw new TorchFormatException(entry.getName() + " is cut off; get the file again");
            }
            return ByteBuffer.wrap(bytes);
        }
    }
}
