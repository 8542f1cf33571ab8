package terzi.evaluation.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import terzi.evaluation.Evaluation;
import terzi.evaluation.Interval;
import terzi.evaluation.PairedDifference;
import terzi.files.WholeFile;

/**
 * A comparison of several runs with the first one: the differences of their metrics on the same images, with
 * significance tests.
 */
public final class Comparison {
    private static final int RESAMPLES = 2_000;
    private static final long SEED = 1;
    private static final double SIGNIFICANT = 0.05;

    private final List<Run> runs;
    private final List<Difference> differences;
    private final List<Cost> costs;
    private final OptionalDouble limit;

    /**
     * A run to compare.
     *
     * @param name name of the run, unique in the comparison
     * @param evaluation metrics of the run
     * @param part part of the data that was evaluated, such as {@code test}
     * @param images digest of the images and labels; empty if it is not known
     * @param facts further rows of the table by title, such as the duration
     */
    public record Run(String name, Evaluation evaluation, String part, String images, Map<String, String> facts) {
        /**
         * Creates a run from a copy of the facts.
         *
         * @param name name of the run, unique in the comparison
         * @param evaluation metrics of the run
         * @param part part of the data that was evaluated, such as {@code test}
         * @param images digest of the images and labels, empty if it is not known
         * @param facts further rows of the table by title, such as the duration
         */
        public Run {
            facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
        }
    }

    /**
     * The difference between a run and the first one.
     *
     * @param run index of the run in the list of runs, from 1
     * @param paired metrics of the run minus those of the first; empty if the images are not the same
     * @param adjustedP p-value of the McNemar test, adjusted for the number of runs after S. Holm, "A simple
     *     sequentially rejective multiple test procedure" (1979); 1 if nothing was tested
     * @param note the reason why nothing was tested, or a caveat; may be empty
     */
    public record Difference(int run, Optional<PairedDifference> paired, double adjustedP, String note) {
        /** {@return whether the accuracies differ significantly: the adjusted p-value is below 0.05} */
        public boolean isReal() {
            return paired.isPresent() && adjustedP < SIGNIFICANT;
        }
    }

    /**
     * What an answer of a run's classifier costs.
     *
     * @param millis median time for one image, in milliseconds
     * @param interval 95 % interval of the time, in milliseconds
     * @param bytes size of the classifier file
     */
    public record Cost(double millis, Interval interval, long bytes) {}

    private Comparison(List<Run> runs, List<Difference> differences, List<Cost> costs, OptionalDouble limit) {
        this.runs = runs;
        this.differences = differences;
        this.costs = costs;
        this.limit = limit;
    }

    /**
     * Compares runs with the first one.
     *
     * @param runs the runs, at least two
     * @return the comparison
     * @throws IllegalArgumentException if there are fewer than two runs
     */
    public static Comparison of(List<Run> runs) {
        if (runs.size() < 2) {
            throw new IllegalArgumentException("expected at least two runs to compare, found " + runs.size());
        }
        List<Difference> raw = new ArrayList<>();
        for (int i = 1; i < runs.size(); i++) {
            raw.add(compare(i, runs.get(0), runs.get(i)));
        }
        return new Comparison(List.copyOf(runs), adjusted(raw), List.of(), OptionalDouble.empty());
    }

    /**
     * {@return the same with the cost of each run; the page then draws accuracy over time}
     *
     * @param all one for each run
     * @param limitMillis the longest time that was allowed, in milliseconds; empty for any
     * @throws IllegalArgumentException if there is not one cost for each run
     */
    public Comparison withCosts(List<Cost> all, OptionalDouble limitMillis) {
        if (all.size() != runs.size()) {
            throw new IllegalArgumentException(
                    "expected a cost for each of " + runs.size() + " runs, found " + all.size());
        }
        return new Comparison(runs, differences, List.copyOf(all), limitMillis);
    }

    private static Difference compare(int place, Run first, Run second) {
        boolean known = !first.images().isEmpty() && !second.images().isEmpty();
        if (known && !first.images().equals(second.images())) {
            return new Difference(
                    place,
                    Optional.empty(),
                    1,
                    "not tested: they were measured on different images, so their figures cannot be compared; evaluate"
                            + " both on the same ones");
        }
        try {
            PairedDifference paired = PairedDifference.of(
                    first.evaluation().predictions(), second.evaluation().predictions(), RESAMPLES, SEED);
            return new Difference(
                    place,
                    Optional.of(paired),
                    paired.test().pValue(),
                    known ? "" : "the images were matched by their names only");
        } catch (IllegalArgumentException others) {
            return new Difference(place, Optional.empty(), 1, "not tested: " + others.getMessage());
        }
    }

    /** Holm's step-down adjustment of the p-values of those that were tested. */
    private static List<Difference> adjusted(List<Difference> raw) {
        int[] order = IntStream.range(0, raw.size())
                .filter(i -> raw.get(i).paired().isPresent())
                .boxed()
                .sorted(Comparator.comparingDouble(i -> raw.get(i).adjustedP()))
                .mapToInt(Integer::intValue)
                .toArray();
        List<Difference> adjusted = new ArrayList<>(raw);
        double highest = 0;
        for (int rank = 0; rank < order.length; rank++) {
            Difference one = raw.get(order[rank]);
            highest = Math.max(highest, Math.min(1, one.adjustedP() * (order.length - rank)));
            adjusted.set(order[rank], new Difference(one.run(), one.paired(), highest, one.note()));
        }
        return List.copyOf(adjusted);
    }

    /** {@return the cost of each run; empty if it is not known} */
    public List<Cost> costs() {
        return costs;
    }

    /** {@return the longest time for one image that was allowed, in milliseconds; empty for any} */
    public OptionalDouble limit() {
        return limit;
    }

    /** {@return the runs, in the order given} */
    public List<Run> runs() {
        return runs;
    }

    /** {@return one difference for each run but the first, in their order} */
    public List<Difference> differences() {
        return differences;
    }

    /**
     * {@return a sentence that states a difference with its intervals and its significance}
     *
     * @param difference a difference of this comparison
     */
    public String sentence(Difference difference) {
        String first = runs.get(0).name();
        String second = runs.get(difference.run()).name();
        if (difference.paired().isEmpty()) {
            return first + " and " + second + " were " + difference.note() + ".";
        }
        PairedDifference paired = difference.paired().get();
        boolean sameAnswers = paired.test().onlyFirst() + paired.test().onlySecond() == 0;
        String verdict = difference.isReal()
                ? second + " is " + (paired.accuracy() > 0 ? "better" : "worse") + " than " + first + ":"
                : first + " and " + second
                        + (sameAnswers
                                ? " do not differ in accuracy, since they classify the same images correctly: "
                                : " do not differ significantly in accuracy: ")
                        + second + " against " + first;
        return String.format(
                Locale.ROOT,
                "%s %+.2f points of accuracy (95 %% interval %+.2f to %+.2f), macro-F1 %+.2f (%+.2f to %+.2f), log-loss %+.4f (%+.4f to"
                        + " %+.4f); only %s classifies %s correctly, only %s %,d, McNemar p %s%s.%s",
                verdict,
                paired.accuracy() * 100,
                paired.accuracyInterval().low() * 100,
                paired.accuracyInterval().high() * 100,
                paired.macroF1() * 100,
                paired.macroF1Interval().low() * 100,
                paired.macroF1Interval().high() * 100,
                paired.logLoss(),
                paired.logLossInterval().low(),
                paired.logLossInterval().high(),
                second,
                Counted.of(paired.test().onlySecond(), "image"),
                first,
                paired.test().onlyFirst(),
                probability(paired.test().pValue()),
                differences.size() > 1 ? ", adjusted for several runs p " + probability(difference.adjustedP()) : "",
                difference.note().isEmpty() ? "" : " Note: " + difference.note() + ".");
    }

    static String probability(double p) {
        return p < 0.0001 ? "< 0.0001" : String.format(Locale.ROOT, "= %.4f", p);
    }

    /**
     * Writes the comparison as one self-contained HTML page.
     *
     * @param page the file; its folder is created if it is missing
     * @throws IOException if {@code page} is a folder or cannot be written
     */
    public void write(Path page) throws IOException {
        Path folder = page.toAbsolutePath().getParent();
        if (folder == null || Files.isDirectory(page)) {
            throw new IOException(page + ": is a folder; name the HTML file to write");
        }
        Files.createDirectories(folder);
        String html = new ComparisonPage(this).html();
        WholeFile.text(page, out -> out.write(html));
    }
}
