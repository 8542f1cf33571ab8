package terzi.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import terzi.bench.BenchReport.Subject;

/**
 * What a worker is to measure.
 *
 * @param model for {@link Subject#NETWORK} an ONNX network {@code [N, C, H, W]} to logits, for {@link Subject#FILES} a
 *     classifier file
 * @param inputs for {@link Subject#NETWORK} the file with {@code images} prepared ones, float32, little-endian; for
 *     {@link Subject#FILES} a folder of image files
 * @param images how many there are
 * @param settings threads, and what the backend knows besides
 */
record Job(Subject subject, Path model, Path inputs, int images, Map<String, String> settings) {
    Job {
        settings = Map.copyOf(settings);
    }

    List<String> arguments() {
        List<String> arguments = new ArrayList<>();
        arguments.add("kind=" + subject.name().toLowerCase(Locale.ROOT));
        arguments.add("model=" + model.toAbsolutePath());
        arguments.add((subject == Subject.NETWORK ? "inputs=" : "folder=") + inputs.toAbsolutePath());
        arguments.add("images=" + images);
        settings.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry -> arguments.add(entry.getKey() + "=" + entry.getValue()));
        return arguments;
    }

    static Job parse(List<String> arguments) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String argument : arguments) {
            String[] parts = argument.split("=", 2);
            if (parts.length != 2) {
                throw new IllegalArgumentException("worker: expected key=value, found " + argument);
            }
            values.put(parts[0], parts[1]);
        }
        Subject subject = Subject.valueOf(take(values, "kind").toUpperCase(Locale.ROOT));
        Path model = Path.of(take(values, "model"));
        Path inputs = Path.of(take(values, subject == Subject.NETWORK ? "inputs" : "folder"));
        int images = Integer.parseInt(take(values, "images"));
        return new Job(subject, model, inputs, images, values);
    }

    private static String take(Map<String, String> values, String key) {
        String value = values.remove(key);
        if (value == null) {
            throw new IllegalArgumentException("worker: expected an argument " + key + "=..., found " + values);
        }
        return value;
    }

    int threads() {
        return Integer.parseInt(setting("threads"));
    }

    String setting(String key) {
        String value = settings.get(key);
        if (value == null) {
            throw new IllegalArgumentException("worker: no setting " + key + " among " + settings.keySet());
        }
        return value;
    }

    /**
     * The prepared images for a batch, in a direct buffer in this machine's byte order.
     *
     * @param shape [N, C, H, W] that the network takes, N the size of the batch
     * @throws IOException if the file holds another number of bytes
     */
    FloatBuffer batch(long... shape) throws IOException {
        byte[] all = Files.readAllBytes(inputs);
        int size = Math.toIntExact(shape[0]);
        long[] one = shape.clone();
        one[0] = 1;
        long wanted = Arrays.stream(one).reduce(Float.BYTES, Math::multiplyExact);
        if (size < 1 || all.length != wanted * images) {
            throw new IOException(inputs + ": expected " + images + " images of shape " + Arrays.toString(one)
                    + " in float32, " + wanted * images + " bytes, for batches from 1; found " + all.length
                    + " bytes for a batch of " + size);
        }
        int each = Math.toIntExact(wanted);
        ByteBuffer batch = ByteBuffer.allocateDirect(size * each).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < size; i++) {
            batch.put(all, i % images * each, each);
        }
        FloatBuffer values = batch.flip().asFloatBuffer();
        FloatBuffer own = ByteBuffer.allocateDirect(size * each)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        return own.put(values).flip();
    }

    /** The image files, by name. */
    List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(inputs)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }
}
