package terzi.backbones.keras;

import io.jhdf.HdfFile;
import io.jhdf.api.Attribute;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import io.jhdf.exceptions.HdfException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import terzi.onnx.Tensor;

/** Reads what Keras puts into HDF5 files. */
final class HdfGroups {
    private HdfGroups() {}

    /** What is done with an open file. */
    @FunctionalInterface
    interface Reader<T> {
        T read(HdfFile file) throws IOException;
    }

    /** @param name of the file, for messages */
    static <T> T open(Path path, String name, Reader<T> reader) throws IOException {
        try (HdfFile file = new HdfFile(path)) {
            return reader.read(file);
        } catch (HdfException | IndexOutOfBoundsException | java.nio.BufferUnderflowException e) {
            throw new KerasFormatException(name + ": is not a complete HDF5 file: " + e.getMessage(), e);
        }
    }

    static Optional<String> text(Node node, String attribute) {
        Attribute found = node.getAttribute(attribute);
        return found != null && !found.isEmpty() && found.getData() instanceof String text
                ? Optional.of(text)
                : Optional.empty();
    }

    /** A list of texts; a long one lies in several attributes that are numbered. */
    static List<String> texts(Node node, String attribute) {
        List<String> texts = new ArrayList<>();
        add(node, attribute, texts);
        for (int part = 0; node.getAttribute(attribute + part) != null; part++) {
            add(node, attribute + part, texts);
        }
        return texts;
    }

    private static void add(Node node, String attribute, List<String> texts) {
        Attribute found = node.getAttribute(attribute);
        if (found != null && !found.isEmpty() && found.getSize() > 0 && found.getData() instanceof String[] values) {
            texts.addAll(List.of(values));
        }
    }

    static Optional<Group> group(Group parent, String name) {
        return parent.getChild(name) instanceof Group group ? Optional.of(group) : Optional.empty();
    }

    static Tensor tensor(Dataset dataset) throws KerasFormatException {
        long[] dims = dataset.getDimensionsAsLong();
        Object data = dataset.isScalar() ? dataset.getData() : dataset.getDataFlat();
        float[] values;
        if (data instanceof float[] floats) {
            values = floats;
        } else if (data instanceof double[] doubles) {
            values = new float[doubles.length];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) doubles[i];
            }
        } else if (data instanceof int[] ints) {
            values = new float[ints.length];
            for (int i = 0; i < values.length; i++) {
                values[i] = ints[i];
            }
        } else if (data instanceof long[] longs) {
            values = new float[longs.length];
            for (int i = 0; i < values.length; i++) {
                values[i] = longs[i];
            }
        } else if (data instanceof Number number) {
            values = new float[] {number.floatValue()};
        } else {
            throw new KerasFormatException("weight " + dataset.getPath() + " is of type " + dataset.getJavaType()
                    + ", which is not supported");
        }
        return Tensor.ofFloats(dataset.getName(), dims, values);
    }
}
