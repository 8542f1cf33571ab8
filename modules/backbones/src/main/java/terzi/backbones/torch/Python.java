package terzi.backbones.torch;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import terzi.onnx.DataType;

/**
 * The values of a state dict's pickle. Numbers, strings and booleans are those of Java ({@link Long}, {@link
 * java.math.BigInteger}, {@link Double}, {@link String}, {@link Boolean}); nothing here is executed.
 */
final class Python {
    private Python() {}

    /** Python's {@code None}. */
    enum None {
        NONE
    }

    /** A list, which grows while the pickle is read and may contain itself. */
    record PyList(List<Object> items) {
        PyList() {
            this(new ArrayList<>());
        }
    }

    /** A dict or OrderedDict. Keys are strings, integers and booleans. */
    record PyDict(Map<Object, Object> entries) {
        PyDict() {
            this(new LinkedHashMap<>());
        }
    }

    /** A tuple or {@code torch.Size}. */
    record PyTuple(List<Object> items) {}

    /**
     * A storage, whose bytes lie elsewhere in the file.
     *
     * @param key its name in the file
     * @param elements number of elements
     */
    record Storage(DataType type, String key, long elements) {}

    /**
     * A view of a storage.
     *
     * @param offset first element
     * @param sizes size of each axis
     * @param strides elements of the storage from one index of an axis to the next
     */
    record View(Storage storage, long offset, List<Long> sizes, List<Long> strides) {}

    /** What a pickle may name. */
    sealed interface Global permits Function, StorageClass {}

    /** The functions that PyTorch writes for the contents of a state dict. */
    enum Function implements Global {
        ORDERED_DICT("collections.OrderedDict"),
        SIZE("torch.Size"),
        REBUILD_TENSOR("torch._utils._rebuild_tensor"),
        REBUILD_TENSOR_V2("torch._utils._rebuild_tensor_v2"),
        REBUILD_PARAMETER("torch._utils._rebuild_parameter");

        private final String path;

        Function(String path) {
            this.path = path;
        }
    }

    /** The class of a storage. */
    record StorageClass(DataType type) implements Global {}

    private static final Map<String, DataType> STORAGES = Map.ofEntries(
            Map.entry("DoubleStorage", DataType.DOUBLE),
            Map.entry("FloatStorage", DataType.FLOAT),
            Map.entry("HalfStorage", DataType.FLOAT16),
            Map.entry("BFloat16Storage", DataType.BFLOAT16),
            Map.entry("LongStorage", DataType.INT64),
            Map.entry("IntStorage", DataType.INT32),
            Map.entry("ShortStorage", DataType.INT16),
            Map.entry("CharStorage", DataType.INT8),
            Map.entry("ByteStorage", DataType.UINT8),
            Map.entry("BoolStorage", DataType.BOOL));

    /** What a module's name stands for; empty if a state dict has no use for it. */
    static Optional<Global> global(String module, String name) {
        String path = module + "." + name;
        for (Function function : Function.values()) {
            if (function.path.equals(path)) {
                return Optional.of(function);
            }
        }
        boolean isTorch = module.equals("torch") || module.equals("torch.cuda");
        return isTorch ? Optional.ofNullable(STORAGES.get(name)).map(StorageClass::new) : Optional.empty();
    }

    /** For messages. */
    static String kind(Object value) {
        if (value instanceof Function function) {
            return function.path;
        }
        return value.getClass().getSimpleName().replace("Py", "").toLowerCase(Locale.ROOT);
    }
}
