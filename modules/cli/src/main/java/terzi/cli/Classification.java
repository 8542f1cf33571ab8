package terzi.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import terzi.cli.PictureArguments.Read;
import terzi.inference.ImageClassifier;
import terzi.inference.Prediction;
import terzi.inference.Score;
import terzi.vision.Picture;

/** The work of {@code terzi classify}: pictures in windows, decoded side by side, classified together, told in order. */
final class Classification {
    private static final int WINDOW = 64;

    private final Console console;
    private final ImageClassifier classifier;
    private final List<Map<String, Object>> answers = new ArrayList<>();
    private int failed;

    private Classification(Console console, ImageClassifier classifier) {
        this.console = console;
        this.classifier = classifier;
    }

    static int run(Console console, Path model, List<String> arguments, RuntimeChoice choice) throws IOException {
        Path file = ClassifierLocation.find(model);
        List<String> names = PictureArguments.expand(arguments);
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
                .mapToObj(i -> PictureArguments.read(console, names.get(i)))
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
}
