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
import terzi.evaluation.LabelErrors;

/**
 * The content of a report. Parts that are empty are left out of the page.
 *
 * @param title title of the page, usually the name of the run
 * @param evaluation metrics and predictions
 * @param part part of the data that was evaluated, such as {@code test} or {@code validation}
 * @param conclusions sentences by topic, in reading order; see {@link Conclusions}
 * @param training history of the training
 * @param splits number of images of each class in each part of the data
 * @param network layers of the network; empty if they are not known
 * @param temperature divisor of the logits in the classifier file, finite and above 0; 1 without calibration
 * @param fitted effect of the temperature on the validation images; empty if it was not fitted
 * @param images source of the images to show
 * @param provenance facts to reproduce the run by title: command, random seed, digests, versions, machine, duration
 * @param labels labels of training images that look wrong
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
        Map<String, String> provenance,
        Labels labels) {

    /**
     * Creates a report from copies of the collections.
     *
     * @param title title of the page, usually the name of the run
     * @param evaluation metrics and predictions
     * @param part part of the data that was evaluated, such as {@code test} or {@code validation}
     * @param conclusions sentences by topic, in reading order
     * @param training history of the training
     * @param splits number of images of each class in each part of the data
     * @param network layers of the network, empty if they are not known
     * @param temperature divisor of the logits, finite and above 0
     * @param fitted effect of the temperature, empty if it was not fitted
     * @param images source of the images to show
     * @param provenance facts to reproduce the run by title
     * @param labels labels of training images that look wrong
     * @throws IllegalArgumentException if the temperature is not finite and above 0, or a split does not have a count for
     *     each class
     */
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

    /**
     * {@return a report with the evaluation only}
     *
     * @param title title of the page
     * @param evaluation metrics and predictions
     * @param part part of the data that was evaluated, such as {@code test}
     */
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
                Map.of(),
                Labels.NONE);
    }

    /**
     * The labels of training images that look wrong; without them their section is left out of the page.
     *
     * @param errors labels of training images that look wrong
     * @param images source of the images of {@code errors}, by {@link LabelErrors.Suspect#row}
     */
    public record Labels(Optional<LabelErrors> errors, ImageSource images) {
        /** No labels that look wrong. */
        public static final Labels NONE = new Labels(Optional.empty(), ImageSource.NONE);
    }

    /**
     * The history of a training.
     *
     * @param steps the epochs, in order
     * @param keptEpoch epoch whose weights were kept, from 1; 0 for none
     * @param plainFrom first epoch without augmentation and mixing of images, from 1; 0 for none
     */
    public record Training(List<Step> steps, int keptEpoch, int plainFrom) {
        /** No history, for a run without training by epochs. */
        public static final Training NONE = new Training(List.of(), 0, 0);

        /**
         * Creates a history from a copy of the epochs.
         *
         * @param steps the epochs, in order
         * @param keptEpoch epoch whose weights were kept, from 1, or 0 for none
         * @param plainFrom first epoch without augmentation and mixing of images, from 1, or 0 for none
         */
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

        /**
         * Whether augmentation ended during the training, so that training metrics before and after are not comparable.
         */
        boolean turnsPlain() {
            return steps.stream().anyMatch(step -> step.epoch() < plainFrom)
                    && steps.stream().anyMatch(this::isPlain);
        }

        boolean isPlain(Step step) {
            return plainFrom > 0 && step.epoch() >= plainFrom;
        }
    }

    /**
     * The metrics of one epoch.
     *
     * @param epoch number of the epoch, from 1
     * @param trainLoss mean loss on the training images
     * @param trainAccuracy accuracy on the training images, 0..1
     * @param validationLoss mean loss on the validation images
     * @param validationAccuracy accuracy on the validation images, 0..1
     * @param learningRate learning rate
     */
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
     * @param name name of the part: {@code training}, {@code validation} or {@code test}
     * @param counts number of images of each class, in the order of the labels
     */
    public record Split(String name, List<Integer> counts) {
        /**
         * Creates a part from a copy of the counts.
         *
         * @param name name of the part: {@code training}, {@code validation} or {@code test}
         * @param counts number of images of each class, in the order of the labels
         */
        public Split {
            counts = List.copyOf(counts);
        }

        int total() {
            return counts.stream().mapToInt(Integer::intValue).sum();
        }
    }

    /**
     * The structure of a network.
     *
     * @param name name of the network
     * @param layers layers, first to last
     * @param trainable number of trainable parameters, as Keras counts them
     * @param nonTrainable number of other parameters, such as running means and variances
     * @param learned part that was trained in this run; empty if it is not known
     */
    public record Network(
            String name, List<Layer> layers, long trainable, long nonTrainable, Optional<Learned> learned) {
        /**
         * Creates a structure from a copy of the layers.
         *
         * @param name name of the network
         * @param layers layers, first to last
         * @param trainable number of trainable parameters, as Keras counts them
         * @param nonTrainable number of other parameters, such as running means and variances
         * @param learned part that was trained in this run, empty if it is not known
         */
        public Network {
            layers = List.copyOf(layers);
        }

        /** How many parameters it has, and how many of them were learned here. */
        String sentence() {
            String all = Counted.of(trainable + nonTrainable, "parameter");
            return learned.map(known -> known.sentence(all))
                    .orElseGet(() -> String.format(
                            Locale.ROOT,
                            "%s, %,d of them trainable; the file does not record which of them were trained.",
                            all,
                            trainable));
        }
    }

    /**
     * The part of a network that was trained.
     *
     * @param part the part
     * @param values number of values that the training set; 0 if it is not known
     * @param frozen number of parameters of the backbone that stayed frozen
     */
    public record Learned(Part part, long values, long frozen) {
        /** The part of a network that was trained. */
        public enum Part {
            /** The whole network. */
            NETWORK,
            /** A new head and the layers before it. */
            DEEPER_LAYERS,
            /** Only a new linear head. */
            LINEAR_HEAD,
            /** Only a new kernel head, which compares the features of an image with those of the training images. */
            KERNEL_HEAD
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
                            "Head only: %s fitted; %s. The kernel head also stores the features of the training"
                                    + " images, so the file has %s in all.",
                            Counted.of(values, "value"),
                            backbone,
                            all);
            };
        }
    }

    /**
     * A layer of a network.
     *
     * @param name name of the layer
     * @param type type of the layer, such as {@code Conv}
     * @param shape output shape as text, such as {@code [N,32,26,26]}
     * @param parameters number of parameters
     */
    public record Layer(String name, String type, String shape, long parameters) {}

    /**
     * The effect of the temperature on the validation images that it was fitted on.
     *
     * @param images number of these images; 0 if the temperature was not fitted
     * @param eceBefore expected calibration error at temperature 1, 0..1
     * @param eceAfter expected calibration error at the fitted temperature, 0..1
     * @param logLossBefore log-loss at temperature 1, in nats
     * @param logLossAfter log-loss at the fitted temperature, in nats
     */
    public record Fitted(
            @JsonAlias("pictures") int images,
            double eceBefore,
            double eceAfter,
            double logLossBefore,
            double logLossAfter) {}

    /**
     * Writes {@code report.html}, the files of {@link Evaluation#write(Path)}, and the images
     * {@code training_curves.png}, {@code class_distribution.png}, {@code confusion_matrix.png},
     * {@code confusion_matrix_normalized.png} and {@code sample_predictions.png}, as far as there are data for them.
     * Each file is written atomically; the page comes last.
     *
     * @param folder folder for the files; created if it is missing; files of these names are replaced
     * @return the path of {@code report.html}
     * @throws IOException if a file cannot be written; the message names the folder
     */
    public Path write(Path folder) throws IOException {
        return ReportFiles.write(this, folder);
    }
}
