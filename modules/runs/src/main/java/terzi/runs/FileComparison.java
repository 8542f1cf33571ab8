package terzi.runs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import terzi.evaluation.Evaluation;
import terzi.evaluation.Interval;
import terzi.evaluation.Predictions;
import terzi.export.MetadataKeys;
import terzi.onnx.codec.ModelFile;
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

    /** A classifier with the dataset that it was measured on, or an empty text where that is not known. */
    private record Known(Compared.Candidate candidate, String data) {
        String name() {
            return candidate.name();
        }

        double accuracy() {
            return candidate.figures().accuracy();
        }

        Interval accuracyInterval() {
            return new Interval(
                    candidate.figures().accuracyLow(), candidate.figures().accuracyHigh());
        }
    }

    static boolean isNeeded(List<Path> paths) {
        return paths.stream().anyMatch(path -> !Files.exists(path.resolve(Comparing.PREDICTIONS)));
    }

    static Compared of(List<Path> paths, List<String> names) throws IOException {
        List<Known> all = new ArrayList<>();
        for (int i = 0; i < paths.size(); i++) {
            all.add(read(paths.get(i), names.get(i)));
        }
        Known first = all.get(0);
        return new Compared(
                all.stream().map(Known::candidate).toList(),
                all.stream()
                        .skip(1)
                        .map(other -> new Compared.Difference(
                                first.name(), other.name(), Optional.empty(), false, sentence(first, other)))
                        .toList(),
                Optional.empty(),
                next(all));
    }

    private static Known read(Path path, String name) throws IOException {
        Optional<RunRecord> record = RunRecord.in(path);
        String images = record.map(RunRecord::images).orElse("");
        Path predictions = path.resolve(Comparing.PREDICTIONS);
        if (Files.exists(predictions)) {
            MetricsSummary figures = MetricsSummary.of(Evaluation.of(Predictions.read(predictions)));
            String part = record.map(RunRecord::part).orElse("unknown");
            return new Known(new Compared.Candidate(path, name, part, images, figures, Map.of()), "");
        }
        Path file = ClassifierLocation.find(path);
        Map<String, String> metadata = ModelFile.read(file).metadata();
        JsonNode parts = tree(metadata.getOrDefault(MetadataKeys.METRICS, "{}"));
        String data = tree(metadata.getOrDefault(MetadataKeys.DATA, "{}"))
                .path("source")
                .asString("");
        for (String part : List.of("test", "validation")) {
            if (parts.path(part).path("accuracy").isNumber()) {
                boolean isSame =
                        record.filter(known -> known.part().equals(part)).isPresent();
                return new Known(
                        new Compared.Candidate(
                                path, name, part, isSame ? images : "", figures(parts.path(part)), Map.of()),
                        data);
            }
        }
        throw new IOException(path + ": has neither " + Comparing.PREDICTIONS
                + " nor figures in its classifier file; measure it with: terzi evaluate " + ShellWords.quoted(path)
                + " --data DATA --output " + ShellWords.quoted(output(name)));
    }

    private static MetricsSummary figures(JsonNode node) {
        return new MetricsSummary(
                node.path("count").asLong(0),
                figure(node, "accuracy"),
                figure(node, "accuracy_low"),
                figure(node, "accuracy_high"),
                figure(node, "balanced_accuracy"),
                figure(node, "macro_f1"),
                figure(node, "log_loss"),
                figure(node, "ece"));
    }

    private static double figure(JsonNode node, String name) {
        return node.path(name).asDouble(Double.NaN);
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
        String part = first.candidate().measuredOn();
        if (!part.equals(other.candidate().measuredOn()) || !first.data().equals(other.data())) {
            return first.name() + " and " + other.name() + " were measured on different images (" + words(first) + "; "
                    + words(other) + "), so their figures cannot be compared.";
        }
        Interval interval =
                difference(first.accuracy(), first.accuracyInterval(), other.accuracy(), other.accuracyInterval());
        String verdict = interval.low() > 0
                ? other.name() + " has a higher accuracy than " + first.name() + ":"
                : interval.high() < 0
                        ? other.name() + " has a lower accuracy than " + first.name() + ":"
                        : first.name() + " and " + other.name() + " do not differ significantly in accuracy: "
                                + other.name() + " against " + first.name();
        String digest = first.candidate().images();
        String images = !digest.isEmpty() && digest.equals(other.candidate().images())
                ? "on the same " + Sizes.count(first.candidate().figures().count()) + " " + part + " images"
                : "on " + part + " images that may not be the same";
        return String.format(
                Locale.ROOT,
                "%s %+.2f points (95 %% interval %+.2f to %+.2f, without a paired test), %s.",
                verdict,
                (other.accuracy() - first.accuracy()) * 100,
                interval.low() * 100,
                interval.high() * 100,
                images);
    }

    private static String words(Known one) {
        return one.name() + ": " + one.candidate().measuredOn() + (one.data().isEmpty() ? "" : " of " + one.data());
    }

    private static Path output(String name) {
        return Path.of("runs/compare").resolve(name);
    }

    /** The commands that make the paired test possible. */
    private static List<String> next(List<Known> all) {
        List<String> commands = new ArrayList<>();
        List<String> folders = new ArrayList<>();
        for (Known one : all) {
            Path run = one.candidate().run();
            if (Files.exists(run.resolve(Comparing.PREDICTIONS))) {
                folders.add(ShellWords.quoted(run));
                continue;
            }
            Path output = output(one.name());
            folders.add(ShellWords.quoted(output));
            commands.add("terzi evaluate " + ShellWords.quoted(run) + " --data "
                    + (one.data().isEmpty() ? "DATA" : ShellWords.quoted(Path.of(one.data()))) + " --output "
                    + ShellWords.quoted(output));
        }
        commands.add("terzi compare " + String.join(" ", folders));
        return commands;
    }
}
