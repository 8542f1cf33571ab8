package terzi.backbones.torch;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import terzi.onnx.Tensor;

/**
 * Reads the tensors of a file of {@code torch.save}: a state dict ({@code .pth}, {@code .pt}, {@code pytorch_model.bin})
 * or a checkpoint that has one inside.
 *
 * <p>Such a file is a Python pickle, a program that may call any function. This reader knows dicts, lists, tuples, numbers,
 * strings and dense tensors, and the few functions that PyTorch writes for these; a file that names any other function
 * or class is refused before anything else of it is used. Memory is bounded by a multiple of the file's size.
 *
 * <p>Both layouts are read: the zip archive of PyTorch 1.6 and newer, and the sequence of pickles of 0.4 to 1.5.
 */
public final class StateDict {
    private static final byte[] ZIP = {'P', 'K', 3, 4};
    private static final byte[] EMPTY_ZIP = {'P', 'K', 5, 6};

    /** How the pickle of the number 0x1950a86a20f9469cfc6c begins, the first one of the older layout. */
    private static final byte[] LEGACY = {(byte) 0x80, 2, (byte) 0x8a, 10, 0x6c, (byte) 0xfc, (byte) 0x9c, 0x46};

    private static final int TAR_MARK = 257;

    private StateDict() {}

    /**
     * Reads all tensors.
     *
     * @param file a file of {@code torch.save} in the default file system
     * @return the tensors in the order of the file, each with its name: the key of its dict, behind the keys and
     *     positions of the dicts and lists around that, joined by dots ({@code conv1.weight}, or {@code
     *     state_dict.conv1.weight} in a checkpoint); a file that is a single tensor has the name {@code tensor}. Other
     *     values, such as the epoch, are left out. Shapes are those of PyTorch; data is row-major, and views of one
     *     storage may share memory
     * @throws TorchFormatException if the file is of another kind, damaged or of an unsupported layout, if it names a
     *     function or class that is not one of a state dict's, or if it holds no tensors
     * @throws IOException if the file cannot be read
     */
    public static Map<String, Tensor> read(Path file) throws IOException {
        byte[] start;
        try (InputStream stream = new BufferedInputStream(Files.newInputStream(file))) {
            start = stream.readNBytes(TAR_MARK + 5);
        }
        try {
            Map<String, Tensor> tensors;
            if (startsWith(start, ZIP) || startsWith(start, EMPTY_ZIP)) {
                tensors = ZipLayout.read(file);
            } else if (startsWith(start, LEGACY)) {
                tensors = LegacyLayout.read(file);
            } else {
                throw new TorchFormatException("is not a file of torch.save" + kind(start)
                        + "; save the weights in Python with torch.save(model.state_dict(), \"weights.pth\")");
            }
            if (tensors.isEmpty()) {
                throw new TorchFormatException("holds no tensors; save the weights in Python with"
                        + " torch.save(model.state_dict(), \"weights.pth\")");
            }
            return Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
        } catch (TorchFormatException e) {
            throw new TorchFormatException(file + ": " + e.getMessage(), e);
        }
    }

    private static String kind(byte[] start) {
        if (start.length == 0) {
            return ": it is empty";
        }
        if (start.length > TAR_MARK + 4 && new String(start, TAR_MARK, 5, StandardCharsets.US_ASCII).equals("ustar")) {
            return " but a tar archive, as PyTorch before 0.2 wrote";
        }
        if (start[0] == (byte) 0x80) {
            return " but a pickle of another program";
        }
        boolean isJsonAfterLength = start.length > 8 && start[8] == '{' && start[7] == 0;
        return isJsonAfterLength ? " but one of safetensors" : "";
    }

    private static boolean startsWith(byte[] bytes, byte[] prefix) {
        return bytes.length >= prefix.length && Arrays.equals(bytes, 0, prefix.length, prefix, 0, prefix.length);
    }
}
