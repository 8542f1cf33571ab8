package terzi.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import terzi.data.DatasetReport;
import terzi.inference.Classified;
import terzi.inference.ImageClassifier;
import terzi.inference.Prediction;
import terzi.inference.Score;

/** The work of {@code terzi classify}: images are decoded while others are classified, and told in order. */
final class Classification {
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
        ImageArguments.Expanded expanded = ImageArguments.expand(arguments);
        expanded.warn(console);
        try (ImageClassifier classifier = ImageClassifier.load(file, choice.options());
                Stream<Classified<ImageArguments.Named>> results = classifier.classifyAll(
                        expanded.images().stream(), named -> ImageArguments.read(console, named))) {
            Classification classification = new Classification(console, classifier);
            Iterator<Classified<ImageArguments.Named>> each = results.iterator();
            while (console.isAnswerWanted() && each.hasNext()) {
                classification.tell(each.next());
            }
            return classification.finish(file, expanded.report());
        }
    }

    private void tell(Classified<ImageArguments.Named> one) {
        String name = one.source().name();
        one.failure().ifPresentOrElse(failure -> tellFailure(name, failure), () -> tell(name, one.prediction()));
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

    private void tellFailure(String name, IOException failure) {
        failed++;
        console.error(failure);
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("file", name);
        answer.put("error", Failures.describe(failure));
        answers.add(answer);
    }

    private int finish(Path file, DatasetReport report) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("model", file.toString());
        answer.put("device", classifier.device().toString());
        answer.put("classified", answers.size() - failed);
        answer.put("failed", failed);
        answer.put("folders_left_out", DataReport.leftOut(report));
        answer.put("images", answers);
        console.json(answer);
        if (failed > 0 && answers.size() > 1) {
            console.error(failed + " of " + answers.size() + " images could not be classified");
        }
        return failed > 0 ? ExitCode.FAILURE : ExitCode.OK;
    }
}
