package terzi.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import terzi.export.MetadataKeys;
import terzi.inference.ClassifierDigest;
import terzi.onnx.Model;
import terzi.onnx.ModelSummary;
import terzi.onnx.ValueInfo;
import tools.jackson.core.JacksonException;

/** The work of {@code terzi inspect}. */
final class Inspection {
    private static final int LONG_VALUE = 100;

    private final Path file;
    private final Model model;
    private final long bytes;

    private Inspection(Path file, Model model, long bytes) {
        this.file = file;
        this.model = model;
        this.bytes = bytes;
    }

    /** Whether the stored digest fits the file; not every ONNX file has one. */
    private enum Digest {
        NONE,
        FITS,
        DIFFERS
    }

    static int run(Console console, Path argument) throws IOException {
        Path file = ClassifierLocation.find(argument);
        Inspection inspection = new Inspection(file, Model.read(file), Files.size(file));
        Digest digest = inspection.digest();
        if (console.isJson()) {
            console.json(inspection.asJson(digest));
        } else {
            inspection.print(console, digest);
        }
        return digest == Digest.DIFFERS ? ExitCode.FAILURE : ExitCode.OK;
    }

    private Digest digest() throws IOException {
        String stored = model.metadata().get(ClassifierDigest.KEY);
        if (stored == null) {
            return Digest.NONE;
        }
        return ClassifierDigest.seal(Files.readAllBytes(file)).equals(stored) ? Digest.FITS : Digest.DIFFERS;
    }

    private void print(Console console, Digest digest) {
        console.print(file + "  " + Sizes.text(bytes) + ", ONNX IR " + model.irVersion() + ", opset " + model.opset()
                + producer());
        console.print("");
        console.print(ModelSummary.of(model).text().stripTrailing());
        console.print("");
        values(console, "inputs", model.graph().trueInputs());
        values(console, "outputs", model.graph().outputs());
        console.print(String.format("%-9s %s", "head", HeadText.of(model)));
        console.print("");
        List<String> labels = labels();
        if (!labels.isEmpty()) {
            console.print("labels    " + labels.size() + ": " + String.join(", ", labels));
        }
        if (digest != Digest.NONE) {
            console.print("digest    "
                    + (digest == Digest.FITS ? "fits" : "does NOT fit: the file was changed after it was exported"));
        }
        new TreeMap<>(model.metadata()).forEach((key, value) -> {
            if (!key.equals(MetadataKeys.LABELS)) {
                console.print("metadata  " + key + " = " + shortened(value));
            }
        });
    }

    private static void values(Console console, String title, List<ValueInfo> values) {
        for (ValueInfo value : values) {
            console.print(String.format("%-9s %s  %s", title, value.name(), value.type()));
        }
    }

    private String producer() {
        if (model.producerName().isEmpty()) {
            return "";
        }
        return ", by " + (model.producerName() + " " + model.producerVersion()).strip();
    }

    private static String shortened(String value) {
        String line = value.replaceAll("\\s+", " ").strip();
        return line.length() <= LONG_VALUE
                ? line
                : line.substring(0, LONG_VALUE) + "... (" + Sizes.count(value.length()) + " characters)";
    }

    private List<String> labels() {
        return Optional.ofNullable(model.metadata().get(MetadataKeys.LABELS))
                .map(Inspection::strings)
                .orElse(List.of());
    }

    private static List<String> strings(String json) {
        try {
            return Json.strings(json);
        } catch (JacksonException e) {
            return List.of();
        }
    }

    private Map<String, Object> asJson(Digest digest) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("file", file.toString());
        answer.put("bytes", bytes);
        answer.put("ir_version", model.irVersion());
        answer.put("opsets", model.opsets());
        answer.put("producer", (model.producerName() + " " + model.producerVersion()).strip());
        answer.put("inputs", values(model.graph().trueInputs()));
        answer.put("outputs", values(model.graph().outputs()));
        ModelSummary summary = ModelSummary.of(model);
        answer.put("parameters", summary.total());
        answer.put("trainable_parameters", summary.trainable());
        answer.put("non_trainable_parameters", summary.nonTrainable());
        answer.put("layers", layers(summary));
        answer.put("head", HeadText.of(model));
        answer.put("labels", labels());
        answer.put("digest", digest.name().toLowerCase(java.util.Locale.ROOT));
        answer.put("metadata", model.metadata());
        return answer;
    }

    private static List<Map<String, Object>> layers(ModelSummary summary) {
        List<Map<String, Object>> layers = new ArrayList<>();
        for (ModelSummary.Row row : summary.rows()) {
            Map<String, Object> layer = new LinkedHashMap<>();
            layer.put("name", row.name());
            layer.put("type", row.type());
            layer.put("output_shape", row.outputShape());
            layer.put("parameters", row.parameters());
            layers.add(layer);
        }
        return layers;
    }

    private static List<Map<String, Object>> values(List<ValueInfo> values) {
        List<Map<String, Object>> all = new ArrayList<>();
        for (ValueInfo value : values) {
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("name", value.name());
            entry.put("type", value.type().toString());
            all.add(entry);
        }
        return all;
    }
}
