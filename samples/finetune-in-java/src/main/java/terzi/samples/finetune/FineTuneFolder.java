package terzi.samples.finetune;

import java.io.IOException;
import java.nio.file.Path;
import terzi.inference.ImageClassifier;
import terzi.runs.FineTuned;
import terzi.runs.FineTuning;
import terzi.runs.RunEvent;

/** Fits a network to a folder of images and classifies one more image with it. */
public final class FineTuneFolder {
    private FineTuneFolder() {}

    /** @param arguments a folder with one sub-folder per class, an image, and optionally a network to start from */
    public static void main(String[] arguments) throws IOException {
        if (arguments.length < 2) {
            System.err.println("usage: FineTuneFolder FOLDER IMAGE [BACKBONE]");
            System.exit(2);
        }
        FineTuning request = FineTuning.on(Path.of(arguments[0]));
        if (arguments.length > 2) {
            request = request.withBackbone(arguments[2]);
        }
        FineTuned run = request.run(FineTuneFolder::show);
        System.out.println("accuracy: " + run.summary());
        System.out.println("report: " + run.page().map(Path::toString).orElse("none"));
        try (ImageClassifier classifier = run.openClassifier()) {
            System.out.println(arguments[1] + ": " + classifier.classify(Path.of(arguments[1])));
        }
    }

    /** Steps and warnings; a program with a window would also show {@link RunEvent.Progress} as a bar. */
    private static void show(RunEvent event) {
        if (!(event instanceof RunEvent.Progress)) {
            System.err.println(event);
        }
    }
}
