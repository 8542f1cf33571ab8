package terzi.evaluation.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import terzi.evaluation.Evaluation;
import terzi.evaluation.LabelErrors;
import terzi.evaluation.Predictions;
import terzi.evaluation.SetCoverage;
import terzi.evaluation.Strangeness;
import terzi.evaluation.TemperatureScaling;
import terzi.images.Image;

/** Answers made up by chance, for pages to be looked at and tested. */
final class Synthetic {
    private static final long SEED = 7;

    private Synthetic() {}

    /** How good a made-up classifier is; neighbouring classes are the ones that it takes for each other. */
    enum Skill {
        USUAL,
        PERFECT,
        HOPELESS
    }

    static List<String> labels(int classes) {
        return IntStream.range(0, classes).mapToObj(c -> "class " + (c + 1)).toList();
    }

    /** @param absent a class without an image, or -1 */
    static Predictions predictions(List<String> labels, int images, Skill skill, int absent) {
        SplittableRandom random = new SplittableRandom(SEED);
        int classes = labels.size();
        int[] truth = new int[images];
        float[][] logits = new float[images][classes];
        for (int i = 0; i < images; i++) {
            truth[i] = i % classes == absent ? (i + 1) % classes : i % classes;
            for (int c = 0; c < classes; c++) {
                logits[i][c] = (float) (random.nextDouble() * 4);
            }
            boolean right =
                    switch (skill) {
                        case USUAL -> random.nextDouble() > 0.05 + 0.3 * truth[i] / classes;
                        case PERFECT -> true;
                        case HOPELESS -> false;
                    };
            int neighbour = (truth[i] + (random.nextInt(3) == 0 ? 1 + random.nextInt(classes - 1) : 1)) % classes;
            logits[i][right ? truth[i] : neighbour] += (float) ((right ? 5 : 3) + 4 * random.nextDouble());
            if (!right) {
                logits[i][truth[i]] = Math.min(logits[i][truth[i]], 2.9f);
            }
        }
        List<String> ids =
                IntStream.range(0, images).mapToObj(i -> "image-" + i + ".png").toList();
        return Predictions.of(labels, ids, truth, TemperatureScaling.softmax(logits, 1.4f));
    }

    /** Images whose stripes depend on the class. */
    static ImageSource images(Predictions predictions, int size, boolean heat) {
        return new ImageSource() {
            @Override
            public Optional<Image> image(int row) {
                byte[] pixels = new byte[size * size * 3];
                int kind = predictions.truth(row);
                for (int y = 0; y < size; y++) {
                    for (int x = 0; x < size; x++) {
                        int wave = (int) (127 + 120 * Math.sin((x * (kind % 7) + y * (kind % 5) + row) * 6.0 / size));
                        int at = (y * size + x) * 3;
                        pixels[at] = (byte) wave;
                        pixels[at + 1] = (byte) (wave * (kind % 3) / 3 + 60);
                        pixels[at + 2] = (byte) (255 - wave);
                    }
                }
                return Optional.of(new Image(size, size, 3, pixels));
            }

            @Override
            public Optional<Image> overlay(int row) {
                return heat ? image((row + 1) % predictions.size()) : Optional.empty();
            }
        };
    }

    static Report.Training training(int epochs) {
        List<Report.Step> steps = new ArrayList<>();
        for (int e = 1; e <= epochs; e++) {
            steps.add(new Report.Step(
                    e,
                    0.9 / Math.sqrt(e),
                    1 - 0.4 / e,
                    0.7 / Math.sqrt(e) + 0.002 * e,
                    0.93 - 0.3 / e,
                    0.001 * Math.pow(0.5, Math.floor(e / 6.0))));
        }
        return new Report.Training(steps, Math.max(1, epochs - 3), 0);
    }

    /** The same report of a network that learned in another way. */
    static Report trained(Report report, Report.Training training) {
        return new Report(
                report.title(),
                report.evaluation(),
                report.part(),
                report.conclusions(),
                training,
                report.splits(),
                report.network(),
                report.temperature(),
                report.fitted(),
                report.images(),
                report.provenance(),
                report.labels());
    }

    /** The same report with another evaluation of the same images, and with labels that look wrong. */
    static Report checked(Report report, Evaluation evaluation, Report.Labels labels) {
        return new Report(
                report.title(),
                evaluation,
                report.part(),
                report.conclusions(),
                report.training(),
                report.splits(),
                report.network(),
                report.temperature(),
                report.fitted(),
                report.images(),
                report.provenance(),
                labels);
    }

    /** The label errors of the predictions themselves. */
    static Report.Labels labels(Predictions predictions, ImageSource images) {
        return new Report.Labels(Optional.of(LabelErrors.of(predictions)), images);
    }

    /**
     * Figures that are known: coverages of 0.95, 0.94 … of the classes, and image i of N as strange as {@code (i / N)^0.9}.
     */
    static Evaluation checked(Predictions predictions) {
        int size = predictions.size();
        int classes = predictions.labels().size();
        return Evaluation.of(predictions)
                .withSets(new SetCoverage(
                        0.9,
                        IntStream.range(0, classes)
                                .mapToObj(c -> new SetCoverage.ClassCoverage(
                                        predictions.labels().get(c), 200, Math.max(0, 190 - 2 * c), 1.2 + 0.1 * c))
                                .toList()))
                .withStrangeness(new Strangeness(IntStream.range(0, size)
                        .mapToObj(i -> Math.pow((double) i / size, 0.9))
                        .toList()));
    }

    static Report report(String title, Predictions predictions, ImageSource images) {
        Evaluation evaluation = Evaluation.of(predictions);
        List<Report.Split> splits = new ArrayList<>();
        for (int part = 0; part < 3; part++) {
            int[] counts = evaluation.perClass().stream()
                    .mapToInt(m -> (int) m.support())
                    .toArray();
            int scale = part == 0 ? 6 : 1;
            splits.add(new Report.Split(
                    List.of("training", "validation", "test").get(part),
                    Arrays.stream(counts).map(c -> c * scale).boxed().toList()));
        }
        Conclusions conclusions = new Conclusions(
                Optional.of(evaluation),
                Conclusions.TEST,
                Optional.empty(),
                Optional.of(new Conclusions.Fit(0.97, 5000, evaluation.accuracy(), evaluation.count())),
                Optional.of(new Conclusions.Calibrated(1.4f, 600, true)),
                Optional.of(Report.Learned.Part.NETWORK));
        Report.Training training = training(20);
        Map<String, String> words = new LinkedHashMap<>(conclusions.sentences());
        words.put("try next", String.join("\n", conclusions.next(training)));
        List<Report.Layer> layers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            layers.add(new Report.Layer("conv_" + i, "Conv", "[N,32,26,26]", 9_248L * i));
        }
        Map<String, String> provenance = new LinkedHashMap<>();
        provenance.put("command", "terzi train models/fashion-mnist-deep --epochs 20 --seed 1");
        provenance.put("seed", "1");
        provenance.put("data digest", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08");
        provenance.put("machine", "AMD EPYC, 2 cores");
        return new Report(
                title,
                evaluation,
                Conclusions.TEST,
                words,
                training,
                splits,
                Optional.of(new Report.Network(
                        "network",
                        layers,
                        1_000_000,
                        1_472,
                        Optional.of(new Report.Learned(Report.Learned.Part.NETWORK, 1_000_000, 0)))),
                1.4f,
                Optional.of(new Report.Fitted(600, 0.0412, 0.0098, 0.2512, 0.2301)),
                images,
                provenance,
                Report.Labels.NONE);
    }
}
