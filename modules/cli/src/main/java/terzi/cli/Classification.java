package terzi.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import terzi.inference.ImageClassifier;
import terzi.inference.Prediction;
import terzi.inference.Score;
import terzi.vision.Picture;
import terzi.vision.PictureReader;

/** The work of {@code terzi classify}: pictures in windows, decoded side by side, classified together, told in order. */
final class Classification {
    private static final int WINDOW = 64;
    private static final String STDIN = "-";
    private static final Set<String> EXTENSIONS = Set.of("jpg", "jpeg", "png", "webp", "gif", "bmp");

    private final Console console;
    private final ImageClassifier classifier;
    private final List<Map<String, Object>> answers = new ArrayList<>();
    private int failed;

    private Classification(Console console, ImageClassifier classifier) {
        this.console = console;
        this.classifier = classifier;
    }

    /** A picture that was read, or why it was not. */
    private record Read(String name, @Nullable Picture picture, String failure) {}

    static int run(Console console, Path model, List<String> arguments, RuntimeChoice choice) throws IOException {
        Path file = ClassifierLocation.find(model);
        List<String> names = expand(arguments);
        try (ImageClassifier classifier = ImageClassifier.load(file, choice.options())) {
            Classification classification = new Classification(console, classifier);
            for (int from = 0; from < names.size(); from += WINDOW) {
                classification.classify(names.subList(from, Math.min(names.size(), from + WINDOW)));
            }
            return classification.finish(file);
        }
    }

    private void classify(List<String> names) {
        List<Read> window = IntStream.range(0, names.size())
                .parallel()
                .mapToObj(i -> read(names.get(i)))
                .toList();
        List<Picture> pictures = new ArrayList<>();
        for (Read read : window) {
            if (read.picture() != null) {
                pictures.add(read.picture());
            }
        }
        List<Prediction> predictions = classifier.classify(pictures);
        int next = 0;
        for (Read read : window) {
            if (read.picture() == null) {
                tellFailure(read);
            } else {
                tell(read.name(), predictions.get(next++));
            }
        }
    }

    private Read read(String name) {
        try {
            InputStream in = console.in();
            Picture picture =
                    name.equals(STDIN) ? PictureReader.read(in, "standard input") : PictureReader.read(Path.of(name));
            return new Read(name, picture, "");
        } catch (IOException | RuntimeException e) {
            return new Read(name, null, Failures.describe(e));
        }
    }

    private void tell(String name, Prediction prediction) {
        console.print(name + ": " + prediction);
        List<Map<String, Object>> top = new ArrayList<>();
        for (Score score : prediction.top()) {
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("label", score.label());
            entry.put("index", score.index());
            entry.put("probability", score.probability());
            top.add(entry);
        }
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("file", name);
        answer.put("top", top);
        answers.add(answer);
    }

    private void tellFailure(Read read) {
        failed++;
        console.error(read.failure());
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("file", read.name());
        answer.put("error", read.failure());
        answers.add(answer);
    }

    private int finish(Path file) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("model", file.toString());
        answer.put("device", classifier.device().toString());
        answer.put("classified", answers.size() - failed);
        answer.put("failed", failed);
        answer.put("pictures", answers);
        console.json(answer);
        if (failed > 0 && answers.size() > 1) {
            console.error(failed + " of " + answers.size() + " pictures could not be classified");
        }
        return failed > 0 ? ExitCode.FAILURE : ExitCode.OK;
    }

    /** Folders become the pictures in them, at any depth, in the order of their names. */
    private static List<String> expand(List<String> arguments) throws IOException {
        List<String> names = new ArrayList<>();
        for (String argument : arguments) {
            if (argument.equals(STDIN) || !Files.isDirectory(Path.of(argument))) {
                names.add(argument);
                continue;
            }
            try (Stream<Path> files = Files.walk(Path.of(argument))) {
                List<String> inside = files.filter(Files::isRegularFile)
                        .filter(Classification::looksLikePicture)
                        .map(Path::toString)
                        .sorted()
                        .toList();
                if (inside.isEmpty()) {
                    throw new IOException(argument + ": there is no picture in this folder; looked for "
                            + String.join(", ", EXTENSIONS.stream().sorted().toList()));
                }
                names.addAll(inside);
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
        }
        return names;
    }

    private static boolean looksLikePicture(Path file) {
        String name = file.getFileName().toString();
        return !name.startsWith(".")
                && EXTENSIONS.contains(name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
    }
}
