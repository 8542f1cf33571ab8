package terzi.backbones.torch;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import terzi.backbones.torch.Python.PyDict;
import terzi.backbones.torch.Python.PyList;
import terzi.backbones.torch.Python.PyTuple;
import terzi.backbones.torch.Python.Storage;
import terzi.backbones.torch.Python.View;
import terzi.onnx.Tensor;

/** Finds the tensors inside dicts and lists, and takes their elements out of the storages. */
final class NamedViews {
    private static final int DEEPEST = 64;
    private static final int MOST_AXES = 64;
    private static final int MOST_VALUES = 1_000_000;
    private static final int MOST_TENSORS = 200_000;

    /** Elements that lie apart are copied; a small file must not become a large one by strides of 0. */
    private static final long COPIES = 64L << 20;

    private final Map<String, View> views = new LinkedHashMap<>();
    private int values;
    private long copied;

    private NamedViews() {}

    /** The bytes of a storage in row-major order and little endian, from position 0 to the limit. */
    @FunctionalInterface
    interface Storages {
        ByteBuffer bytes(Storage storage) throws IOException;
    }

    /**
     * The tensors of a value, by name.
     *
     * @param fileBytes size of the file; strided copies may take four times as much
     */
    static Map<String, Tensor> tensors(Object value, Storages storages, long fileBytes) throws IOException {
        NamedViews all = new NamedViews();
        all.collect("", value, 0);
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (Map.Entry<String, View> entry : all.views.entrySet()) {
            try {
                tensors.put(
                        entry.getKey(), all.tensor(entry.getKey(), entry.getValue(), storages, COPIES + 4 * fileBytes));
            } catch (IllegalArgumentException | ArithmeticException e) {
                throw wrong(entry.getKey(), String.valueOf(e.getMessage()));
            }
        }
        return tensors;
    }

    private void collect(String name, Object value, int depth) throws TorchFormatException {
        if (++values > MOST_VALUES || depth > DEEPEST) {
            throw new TorchFormatException("has more than " + MOST_VALUES + " values, or dicts and lists inside one"
                    + " another more than " + DEEPEST + " deep. " + Pickle.REMEDY);
        }
        if (value instanceof View view) {
            String own = name.isEmpty() ? "tensor" : name;
            if (views.put(own, view) != null) {
                throw wrong(own, "two tensors have this name");
            }
            if (views.size() > MOST_TENSORS) {
                throw new TorchFormatException("has more than " + MOST_TENSORS + " tensors");
            }
        } else if (value instanceof PyDict dict) {
            for (Map.Entry<Object, Object> entry : dict.entries().entrySet()) {
                collect(joined(name, entry.getKey().toString()), entry.getValue(), depth + 1);
            }
        } else if (value instanceof PyList || value instanceof PyTuple) {
            List<Object> items = value instanceof PyList list ? list.items() : ((PyTuple) value).items();
            for (int i = 0; i < items.size(); i++) {
                collect(joined(name, Integer.toString(i)), items.get(i), depth + 1);
            }
        }
    }

    private static String joined(String name, String key) {
        return name.isEmpty() ? key : name + "." + key;
    }

    private Tensor tensor(String name, View view, Storages storages, long mostCopied) throws IOException {
        int axes = view.sizes().size();
        if (axes > MOST_AXES || view.strides().size() != axes) {
            throw wrong(name, axes + " axes and " + view.strides().size() + " strides");
        }
        long[] dims = new long[axes];
        long last = view.offset();
        boolean isContiguous = true;
        long step = 1;
        for (int axis = axes - 1; axis >= 0; axis--) {
            dims[axis] = view.sizes().get(axis);
            long stride = view.strides().get(axis);
            if (dims[axis] > 1) {
                last = Math.addExact(last, Math.multiplyExact(dims[axis] - 1, stride));
                isContiguous &= stride == step;
            }
            step = Math.multiplyExact(step, Math.max(dims[axis], 1));
        }
        long elements = Tensor.elementCount(name, dims);
        Storage storage = view.storage();
        int width = Math.toIntExact(storage.type().byteSize(1));
        if (elements == 0) {
            return Tensor.ofRaw(name, storage.type(), dims, ByteBuffer.allocate(0));
        }
        if (last >= storage.elements()) {
            throw wrong(name, "it reaches element " + last + " of a storage of " + storage.elements());
        }
        ByteBuffer bytes = storages.bytes(storage);
        int size = Math.toIntExact(Math.multiplyExact(elements, (long) width));
        if (isContiguous) {
            return Tensor.ofRaw(name, storage.type(), dims, bytes.slice(Math.toIntExact(view.offset() * width), size));
        }
        copied += size;
        if (copied > mostCopied) {
            throw wrong(name, "the views of the file's storages are together much larger than the file");
        }
        return Tensor.ofRaw(name, storage.type(), dims, gathered(view, bytes, width, size));
    }

    /** The elements of a view in row-major order. */
    private static ByteBuffer gathered(View view, ByteBuffer bytes, int width, int size) {
        ByteBuffer target = ByteBuffer.allocate(size);
        int axes = view.sizes().size();
        long[] index = new long[axes];
        long element = view.offset();
        for (int at = 0; at < size; at += width) {
            target.put(at, bytes, Math.toIntExact(element * width), width);
            for (int axis = axes - 1; axis >= 0; axis--) {
                element += view.strides().get(axis);
                if (++index[axis] < view.sizes().get(axis)) {
                    break;
                }
                element -= index[axis] * view.strides().get(axis);
                index[axis] = 0;
            }
        }
        return target;
    }

    private static TorchFormatException wrong(String name, String what) {
        return new TorchFormatException("tensor " + name + ": " + what + "; the file is damaged, get it again");
    }
}
