package terzi.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import terzi.evaluation.Evaluation;
import terzi.evaluation.Interval;
import terzi.evaluation.Predictions;
import terzi.export.MetadataKeys;
import terzi.onnx.Model;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Compares classifiers by the figures that their files hold, where predictions of single images are missing. Without them there
 * is no paired test: the interval of a difference takes the two for independent, which is too wide where they were measured on
 * the same images, as their mistakes are mostly the same ones.
 */
final class FileComparison {
    private static final JsonMapper MAPPER = JsonMapper.shared();

    private FileComparison() {}

    /**
     * A classifier with its figures.
     *
     * @param figures as {@link Finish#summary} names them
     * @param part what they were measured on
     * @param images digest of these, or empty where it is not known
     * @param data the dataset that it was measured on, or empty
     */
    record Known(Path path, String name, Map<String, Double> figures, String part, String images, String data) {
        Known {
            figures = Map.copyOf(figures);
        }

        double get(String figure) {
            return figures.getOrDefault(figure, Double.NaN);
        }

        long count() {
            return (long) get("count");
        }

        Interval accuracyInterval() {
            return new Interval(get("accuracy_low"), get("accuracy_high"));
        }
    }

    static boolean isNeeded(List<Path> paths) {
        return paths.stream().anyMatch(path -> !Files.exists(path.resolve(RunComparison.PREDICTIONS)));
    }

    static int run(Console console, List<Path> paths, List<String> names) throws IOException {
        List<Known> all = new ArrayList<>();
        for (int i = 0; i < paths.size(); i++) {
            all.add(read(paths.get(i), names.get(i)));
        }
        List<String> sentences = new ArrayList<>();
        for (Known other : all.subList(1, all.size())) {
            sentences.add(sentence(all.get(0), other));
        }
        List<String> next = next(all);
        RunComparison.printTable(console, all);
        console.print("");
        sentences.forEach(console::print);
        console.print("These are totals, so nothing was tested. To test it on the same images, image by image:");
        next.forEach(command -> console.print("next: " + command));
        console.json(json(all, sentences, next));
        return ExitCode.OK;
    }

    private static Known read(Path path, String name) throws IOException {
        Optional<RunRecord> record = RunRecord.in(path);
        String images = record.map(RunRecord::images).orElse("");
        Path predictions = path.resolve(RunComparison.PREDICTIONS);
        if (Files.exists(predictions)) {
            Map<String, Double> figures = new LinkedHashMap<>();
            Finish.summary(Evaluation.of(Predictions.read(predictions)))
                    .forEach((key, value) -> figures.put(key, ((Number) value).doubleValue()));
            return new Known(path, name, figures, record.map(RunRecord::part).orElse("unknown"), images, "");
        }
        Path file = ClassifierLocation.find(path);
        Map<String, String> metadata = Model.read(file).metadata();
        JsonNode parts = tree(metadata.getOrDefault(MetadataKeys.METRICS, "{}"));
        String data = tree(metadata.getOrDefault(MetadataKeys.DATA, "{}"))
                .path("source")
                .asString("");
        for (String part : List.of("test", "validation")) {
            if (parts.path(part).path("accuracy").isNumber()) {
                Map<String, Double> figures = new LinkedHashMap<>();
                parts.path(part).properties().forEach(one -> {
                    if (one.getValue().isNumber()) {
                        figures.put(one.getKey(), one.getValue().asDouble());
                    }
                });
                boolean isSame =
                        record.filter(known -> known.part().equals(part)).isPresent();
                return new Known(path, name, figures, part, isSame ? images : "", data);
            }
        }
        throw new IOException(path + ": has neither " + RunComparison.PREDICTIONS
                + " nor figures in its classifier file; measure it with: terzi evaluate " + Shell.quoted(path)
                + " --data DATA --output " + Shell.quoted(output(name)));
    }

    private static JsonNode tree(String json) {
        try {
            return MAPPER.readTree(json);
        } catch (JacksonException notJson) {
            return MAPPER.createObjectNode();
        }
    }

    /**
     * The interval of the difference of two independent proportions, from their Wilson intervals: R. G. Newcombe, "Interval
     * estimation for the difference between independent proportions" (Statistics in Medicine 17, 1998), method 10.
     */
    static Interval difference(double one, Interval ofOne, double other, Interval ofOther) {
        double difference = other - one;
        return new Interval(
                difference - Math.hypot(other - ofOther.low(), ofOne.high() - one),
                difference + Math.hypot(ofOther.high() - other, one - ofOne.low()));
    }

    private static String sentence(Known first, Known other) {
        if (!first.part().equals(other.part()) || !first.data().equals(other.data())) {
            return other.name() + " and " + first.name() + " were measured on different images (" + words(other) + "; "
                    + words(first) + "), so their figures cannot be compared.";
        }
        double difference = other.get("accuracy") - first.get("accuracy");
        Interval interval = difference(
                first.get("accuracy"), first.accuracyInterval(), other.get("accuracy"), other.accuracyInterval());
        String verdict = interval.low() > 0
                ? other.name() + " is better than " + first.name()
                : interval.high() < 0
                        ? other.name() + " is worse than " + first.name()
                        : other.name() + " and " + first.name() + " cannot be told apart by these figures";
        String images = !first.images().isEmpty() && first.images().equals(other.images())
                ? "on the same " + Sizes.count(first.count()) + " " + first.part() + " images"
                : "on " + first.part() + " images that may not be the same";
        return String.format(
                Locale.ROOT,
                "%s: %+.2f points of accuracy (95 %% interval %+.2f to %+.2f, as if they were independent), %s.",
                verdict,
                difference * 100,
                interval.low() * 100,
                interval.high() * 100,
                images);
    }

    private static String words(Known one) {
        return one.name() + ": " + one.part() + (one.data().isEmpty() ? "" : " of " + one.data());
    }

    private static Path output(String name) {
        return Path.of("runs/compare").resolve(name);
    }

    /** The commands that make the paired test possible. */
    private static List<String> next(List<Known> all) {
        List<String> commands = new ArrayList<>();
        List<String> folders = new ArrayList<>();
        for (Known one : all) {
            if (Files.exists(one.path().resolve(RunComparison.PREDICTIONS))) {
                folders.add(Shell.quoted(one.path()));
                continue;
            }
            Path output = output(one.name());
            folders.add(Shell.quoted(output));
            commands.add("terzi evaluate " + Shell.quoted(one.path()) + " --data "
                    + (one.data().isEmpty() ? "DATA" : Shell.quoted(Path.of(one.data()))) + " --output "
                    + Shell.quoted(output));
        }
        commands.add("terzi compare " + String.join(" ", folders));
        return commands;
    }

    private static Map<String, Object> json(List<Known> all, List<String> sentences, List<String> next) {
        List<Map<String, Object>> runs = new ArrayList<>();
        List<Map<String, Object>> differences = new ArrayList<>();
        for (Known one : all) {
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("run", one.path().toString());
            entry.put("name", one.name());
            entry.put("measured_on", one.part());
            entry.put("images", one.images());
            entry.putAll(one.figures());
            entry.put("count", one.count());
            runs.add(entry);
        }
        for (int i = 0; i < sentences.size(); i++) {
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("first", all.get(0).name());
            entry.put("second", all.get(i + 1).name());
            entry.put("tested", false);
            entry.put("real", false);
            entry.put("sentence", sentences.get(i));
            differences.add(entry);
        }
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("runs", runs);
        answer.put("differences", differences);
        answer.put("next", next.stream().map(Shell::asCalled).toList());
        return answer;
    }
}
