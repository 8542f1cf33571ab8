package terzi.evaluation;

import com.fasterxml.jackson.annotation.JsonIgnore;
import de.siegmar.fastcsv.writer.CsvWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import terzi.files.WholeFile;

/**
 * The images of a dataset whose labels are probably wrong, found by predictions of classifiers that were not trained on
 * them.
 *
 * <p>The score of an image is the mean of two ranks, each scaled to 0..1: that of its margin
 * {@code ln p(label) − max ln p(other label)}, and that of its agreement with the labels of similar images. Ties get the
 * mean of their ranks. With 10 % of the labels of two collections of photos exchanged for likely confusions, wrong labels
 * have lower scores than right ones with an area under the ROC curve of 0.976; {@code docs/report.md} has the figures.
 *
 * <p>The estimate is the sum off the diagonal of the confident joint of C. Northcutt, L. Jiang and I. Chuang, "Confident
 * learning", Journal of Artificial Intelligence Research 70 (2021): an image counts for the most probable class among
 * those whose probability is at least the mean probability of that class for images with its label. The joint is not
 * calibrated to the class counts, which made the estimate a third too high in the same measurements. Hard images with
 * right labels count as well, and the fewer images a class has, the more of them there are; see {@link #isConclusive}.
 *
 * @param suspects images whose most probable class is not their label, the least believable label first
 * @param estimate estimated number of wrong labels, 0..N
 * @param images number of images N
 * @param classes number of classes that have images
 */
public record LabelErrors(List<Suspect> suspects, int estimate, int images, int classes) {
    /** Fewer images of a class, on average, do not tell wrong labels from hard images. */
    private static final int ENOUGH_OF_A_CLASS = 20;

    /** So few wrong labels, if they are also below {@link #SMALL_SHARE} of all, are not worth a search. */
    private static final int FEW = 3;

    private static final double SMALL_SHARE = 0.01;

    /**
     * Creates a result from a copy of the list; see {@link #of(Predictions, double[])}.
     *
     * @param suspects images whose most probable class is not their label, the least believable label first
     * @param estimate estimated number of wrong labels, 0..N
     * @param images number of images N
     * @param classes number of classes that have images
     */
    public LabelErrors {
        suspects = List.copyOf(suspects);
    }

    /**
     * An image whose label may be wrong.
     *
     * @param row row of the image in the predictions, from 0
     * @param id name of the image
     * @param label label of the image
     * @param likelierLabel most probable class
     * @param probability probability of the label, 0..1
     * @param likelierProbability probability of the most probable class, 0..1
     * @param score believability of the label compared with those of the other images, 0 (least) to 1
     */
    public record Suspect(
            int row,
            String id,
            String label,
            String likelierLabel,
            float probability,
            float likelierProbability,
            double score) {}

    /**
     * Finds labels that are probably wrong by predictions and similar images.
     *
     * @param outOfFold predictions for N images by classifiers that were not trained on them
     * @param agreement {@code [N]} share of the most similar other images that have the label of the image, 0..1; see
     *     {@link #agreement}
     * @return the suspects and their estimated number
     * @throws IllegalArgumentException if {@code agreement} does not have N values from 0 to 1
     */
    public static LabelErrors of(Predictions outOfFold, double[] agreement) {
        return suspects(outOfFold, ranking(outOfFold, agreement));
    }

    /**
     * Ranks all images by how believable their label is.
     *
     * @param outOfFold as in {@link #of(Predictions, double[])}
     * @param agreement as there
     * @return all N images, the least believable label first; {@code likelierLabel} of an image that {@code of} does not suspect
     *     is its label
     * @throws IllegalArgumentException as there
     */
    public static List<Suspect> ranking(Predictions outOfFold, double[] agreement) {
        Checks.sameRows("agreement", agreement.length, outOfFold.size());
        for (int i = 0; i < agreement.length; i++) {
            if (!(agreement[i] >= 0 && agreement[i] <= 1)) {
                throw new IllegalArgumentException(
                        "agreement, row " + i + ": expected a share from 0 to 1, found " + agreement[i]);
            }
        }
        double[] margins = scaledRanks(margins(outOfFold));
        double[] agreements = scaledRanks(agreement);
        Arrays.setAll(margins, i -> (margins[i] + agreements[i]) / 2);
        return ranked(outOfFold, margins);
    }

    /**
     * Finds labels that are probably wrong by predictions alone: the score is the scaled rank of the margin. Less
     * precise than {@link #of(Predictions, double[])}.
     *
     * @param outOfFold predictions for N images by classifiers that were not trained on them
     * @return the suspects and their estimated number
     */
    public static LabelErrors of(Predictions outOfFold) {
        return suspects(outOfFold, ranked(outOfFold, scaledRanks(margins(outOfFold))));
    }

    /**
     * {@return the agreement {@code [N]} of each image with the labels of the 10 other images whose features have the
     * highest cosine similarity, 0..1; of fewer, if fewer other images have its label, so that small classes are not
     * suspect for their size}
     *
     * @param features {@code [N, D]} features of each image, finite
     * @param labels {@code [N]} class of each image, from 0
     * @throws IllegalArgumentException if the numbers of rows differ
     */
    public static double[] agreement(float[][] features, int[] labels) {
        Checks.sameRows("features", features.length, labels.length);
        return NeighborAgreement.of(features, labels);
    }

    private static List<Suspect> ranked(Predictions all, double[] scores) {
        List<String> labels = all.labels();
        return IntStream.range(0, all.size())
                .mapToObj(i -> new Suspect(
                        i,
                        all.id(i),
                        labels.get(all.truth(i)),
                        labels.get(all.predicted(i)),
                        all.probability(i, all.truth(i)),
                        all.confidence(i),
                        scores[i]))
                .sorted(Comparator.comparingDouble(Suspect::score))
                .toList();
    }

    private static LabelErrors suspects(Predictions all, List<Suspect> ranking) {
        List<Suspect> suspects =
                ranking.stream().filter(one -> !all.correct(one.row())).toList();
        int classes = (int) Arrays.stream(all.truths()).distinct().count();
        return new LabelErrors(suspects, offDiagonal(all), all.size(), classes);
    }

    /** {@code [N]} ln p(label) − max ln p(other label); the same clipping as that of the log-loss keeps it finite. */
    private static double[] margins(Predictions all) {
        double[] margins = new double[all.size()];
        for (int i = 0; i < margins.length; i++) {
            double other = 0;
            for (int c = 0; c < all.labels().size(); c++) {
                other = c == all.truth(i) ? other : Math.max(other, all.probability(i, c));
            }
            margins[i] = -all.logLoss(i) - Math.log(Math.max(other, Predictions.SMALLEST_PROBABILITY));
        }
        return margins;
    }

    /** {@code [N]} ranks from 0 to 1, ties with the mean of theirs; 0 for a single value. */
    private static double[] scaledRanks(double[] values) {
        int[] order = IntStream.range(0, values.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> values[i]))
                .mapToInt(Integer::intValue)
                .toArray();
        double[] ranks = new double[values.length];
        for (int from = 0, to; from < order.length; from = to) {
            for (to = from + 1; to < order.length && values[order[to]] == values[order[from]]; ) {
                to++;
            }
            double rank = (from + to - 1) / 2.0 / Math.max(1, order.length - 1);
            for (int place = from; place < to; place++) {
                ranks[order[place]] = rank;
            }
        }
        return ranks;
    }

    /** The number of images that are confidently of another class than their label's. */
    private static int offDiagonal(Predictions all) {
        double[] sums = new double[all.labels().size()];
        int[] counts = new int[sums.length];
        for (int i = 0; i < all.size(); i++) {
            sums[all.truth(i)] += all.probability(i, all.truth(i));
            counts[all.truth(i)]++;
        }
        int off = 0;
        for (int i = 0; i < all.size(); i++) {
            int confident = -1;
            for (int c = 0; c < sums.length; c++) {
                if (counts[c] > 0
                        && all.probability(i, c) >= sums[c] / counts[c]
                        && (confident < 0 || all.probability(i, c) > all.probability(i, confident))) {
                    confident = c;
                }
            }
            off += confident >= 0 && confident != all.truth(i) ? 1 : 0;
        }
        return off;
    }

    /** {@return the suspects to look at first: as many as the estimate, the least believable first} */
    public List<Suspect> likely() {
        return suspects.subList(0, Math.min(estimate, suspects.size()));
    }

    /**
     * {@return whether the estimate tells wrong labels from hard images: not with fewer than 20 images per class on
     * average, where it counts up to a quarter of the images although all labels are right}
     */
    @JsonIgnore
    public boolean isConclusive() {
        return images >= ENOUGH_OF_A_CLASS * classes;
    }

    /** {@return whether there are enough probable errors to look at: conclusive, and 3 or at least 1 % of the images} */
    @JsonIgnore
    public boolean isWorthALook() {
        return isConclusive() && (estimate >= FEW || isLargeShare());
    }

    /** {@return whether the errors are 1 % of the images or more, enough to limit what a training can achieve} */
    @JsonIgnore
    public boolean isLargeShare() {
        return estimate >= SMALL_SHARE * images;
    }

    /**
     * Writes a ranking as CSV, replacing the file if there is one: {@code path}, {@code label},
     * {@code likelier_label}, {@code probability}, {@code likelier_probability}, {@code score}, ascending by score.
     *
     * @param file the file
     * @param ranking see {@link #ranking}
     * @throws IOException if the file cannot be written
     */
    public static void write(Path file, List<Suspect> ranking) throws IOException {
        WholeFile.text(file, out -> {
            try (CsvWriter csv = EvaluationFiles.csv(out)) {
                csv.writeRecord("path", "label", "likelier_label", "probability", "likelier_probability", "score");
                for (Suspect one : ranking) {
                    csv.writeRecord(
                            one.id(),
                            one.label(),
                            one.likelierLabel(),
                            Float.toString(one.probability()),
                            Float.toString(one.likelierProbability()),
                            Float.toString((float) one.score()));
                }
            }
        });
    }
}
