package terzi.evaluation.report;

import com.fasterxml.jackson.annotation.JsonAlias;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import terzi.evaluation.Evaluation;

/**
 * Everything that a report shows; what a run does not know stays empty and is left out of the page.
 *
 * @param title of the page, usually the run's name
 * @param evaluation the figures
 * @param part what they were measured on, for people: {@code test}, {@code validation}
 * @param conclusions what the figures say: a sentence or two by what they are about, in the order to read them; see
 *     {@link Conclusions}
 * @param training how it learned
 * @param splits how many images of each class each part of the data has
 * @param network the layers
 * @param temperature what the file divides logits by; 1 for nothing
 * @param fitted what the temperature did where it was fitted
 * @param images where to get images to show
 * @param provenance how to make it again: command, seed, digests, versions, machine, duration
 */
public record Report(
        String title,
        Evaluation evaluation,
        String part,
        Map<String, String> conclusions,
        Training training,
        List<Split> splits,
        Optional<Network> network,
        float temperature,
        Optional<Fitted> fitted,
        ImageSource images,
        Map<String, String> provenance) {

    public Report {
        conclusions = Collections.unmodifiableMap(new LinkedHashMap<>(conclusions));
        splits = List.copyOf(splits);
        provenance = Collections.unmodifiableMap(new LinkedHashMap<>(provenance));
        if (!(temperature > 0 && Float.isFinite(temperature))) {
            throw new IllegalArgumentException("temperature: expected a finite number above 0, found " + temperature);
        }
        for (Split split : splits) {
            if (split.counts().size() != evaluation.labels().size()) {
                throw new IllegalArgumentException("split " + split.name() + ": expected a count for each of "
                        + evaluation.labels().size() + " classes, found "
                        + split.counts().size());
            }
        }
    }

    /** The figures alone; the rest is empty. */
    public static Report of(String title, Evaluation evaluation, String part) {
        return new Report(
                title,
                evaluation,
                part,
                Map.of(),
                Training.NONE,
                List.of(),
                Optional.empty(),
                1,
                Optional.empty(),
                ImageSource.NONE,
                Map.of());
    }

    /**
     * The epochs of a training.
     *
     * @param keptEpoch whose weights were kept; 0 when none was
     * @param plainFrom the first epoch that learned from images as they are, neither augmented nor mixed; 0 for none
     */
    public record Training(List<Step> steps, int keptEpoch, int plainFrom) {
        /** No training by epochs. */
        public static final Training NONE = new Training(List.of(), 0, 0);

        public Training {
            steps = List.copyOf(steps);
        }

        /** Whether the last epoch was kept and had more validation images right than any other. */
        boolean endsAtItsBest() {
            Step last = steps.get(steps.size() - 1);
            return keptEpoch == last.epoch()
                    && steps.stream()
                            .limit(steps.size() - 1)
                            .allMatch(step -> step.validationAccuracy() < last.validationAccuracy());
        }

        /** Whether it went over to images as they are on its way; its training figures before and after are of two kinds. */
        public boolean turnsPlain() {
            return steps.stream().anyMatch(step -> step.epoch() < plainFrom)
                    && steps.stream().anyMatch(this::isPlain);
        }

        boolean isPlain(Step step) {
            return plainFrom > 0 && step.epoch() >= plainFrom;
        }
    }

    /** One epoch. */
    public record Step(
            int epoch,
            double trainLoss,
            double trainAccuracy,
            double validationLoss,
            double validationAccuracy,
            double learningRate) {}

    /**
     * A part of the data.
     *
     * @param name {@code training}, {@code validation}, {@code test}
     * @param counts images of each class, in the order of the labels
     */
    public record Split(String name, List<Integer> counts) {
        public Split {
            counts = List.copyOf(counts);
        }

        int total() {
            return counts.stream().mapToInt(Integer::intValue).sum();
        }
    }

    /**
     * The layers of a network.
     *
     * @param trainable parameters that a gradient could change, as Keras counts them
     * @param nonTrainable other parameters, such as running means and variances
     * @param learned what the training did change, where that is known
     */
    public record Network(
            String name, List<Layer> layers, long trainable, long nonTrainable, Optional<Learned> learned) {
        public Network {
            layers = List.copyOf(layers);
        }

        /** How many parameters it has, and how many of them were learned here. */
        String sentence() {
            String all = Counted.of(trainable + nonTrainable, "parameter");
            return learned.map(known -> known.sentence(all))
                    .orElseGet(() -> String.format(
                            Locale.ROOT,
                            "%s, %,d of them trainable; the file does not say which of them were trained.",
                            all,
                            trainable));
        }
    }

    /**
     * What a training changed.
     *
     * @param part of the network
     * @param values how many numbers it set; 0 where that is not known
     * @param frozen parameters of the backbone that stayed as they were
     */
    public record Learned(Part part, long values, long frozen) {
        /** The part of a network that was trained. */
        public enum Part {
            /** All of it. */
            NETWORK,
            /** A new head and the layers before it. */
            DEEPER_LAYERS,
            /** A new head alone, one weighted sum of the features for each class. */
            LINEAR_HEAD,
            /** A new head alone, which compares an image with the training images. */
            KERNEL_HEAD;

            boolean isHead() {
                return this == LINEAR_HEAD || this == KERNEL_HEAD;
            }
        }

        private String sentence(String all) {
            String backbone =
                    String.format(Locale.ROOT, "the backbone's %s stayed frozen", Counted.of(frozen, "parameter"));
            return switch (part) {
                case NETWORK -> String.format(Locale.ROOT, "%s, %,d of them trained.", all, values);
                case DEEPER_LAYERS ->
                    values == 0
                            ? all + "; the head and the deeper layers were trained, the others stayed frozen."
                            : String.format(
                                    Locale.ROOT,
                                    "Head and deeper layers: %,d of %s trained; %s.",
                                    values,
                                    all,
                                    backbone);
                case LINEAR_HEAD ->
                    String.format(Locale.ROOT, "Head only: %s fitted; %s.", Counted.of(values, "value"), backbone);
                case KERNEL_HEAD ->
                    String.format(
                            Locale.ROOT,
                            "Head only: %s fitted; %s. The kernel head also holds the features of the training images,"
                                    + " which it compares with, so the file has %s in all.",
                            Counted.of(values, "value"),
                            backbone,
                            all);
            };
        }
    }

    /** A layer; the shape as text. */
    public record Layer(String name, String type, String shape, long parameters) {}

    /**
     * What the temperature did to the images that it was fitted on.
     *
     * @param images how many; 0 when it was not fitted
     */
    public record Fitted(
            @JsonAlias("pictures") int images,
            double eceBefore,
            double eceAfter,
            double logLossBefore,
            double logLossAfter) {}

    /**
     * Writes {@code report.html}, the figures of {@link Evaluation#write(Path)}, and as images {@code training_curves.png},
     * {@code class_distribution.png}, {@code confusion_matrix.png}, {@code confusion_matrix_normalized.png} and
     * {@code sample_predictions.png}, those of them that there is something to draw for. Each file appears complete or not at
     * all; the page comes last.
     *
     * @param folder made if missing; files of these names are replaced
     * @return the page
     * @throws IOException if a file cannot be written; it names the folder
     */
    public Path write(Path folder) throws IOException {
        return ReportFiles.write(this, folder);
    }
}
