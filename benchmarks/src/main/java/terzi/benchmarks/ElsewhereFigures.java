package terzi.benchmarks;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import terzi.evaluation.SetCoverage;
import terzi.runs.MetricsSummary;

/**
 * The figures of {@link Elsewhere}, and their tables.
 *
 * @param head the head that was chosen with the first seed
 * @param falseAlarms share of the training images that are rejected out of fold, at each promised rate
 * @param fineTunings number of runs that the figures are of
 */
record ElsewhereFigures(
        int images,
        String head,
        List<Accuracy> accuracies,
        List<Proportion> falseAlarms,
        List<Strangers> strangers,
        List<Strangers> classesLeftOut,
        List<Coverage> sets,
        List<WrongLabels> wrongLabels,
        int fineTunings) {

    /**
     * Out-of-fold figures with one seed.
     *
     * @param grouped with folds that divide no group
     * @param random with folds that divide groups; null where there are none
     */
    record Accuracy(long seed, MetricsSummary grouped, @Nullable MetricsSummary random) {
        static Accuracy of(long seed, MeasuredRun run) {
            return new Accuracy(
                    seed,
                    MetricsSummary.of(run.outOfFold()),
                    run.run().randomFolds().orElse(null));
        }
    }

    /** The coverage of the prediction sets of one class, out of fold. */
    record Coverage(String label, double promised, Proportion covered, double meanSize) {}

    static List<Coverage> coverage(SetCoverage sets) {
        return sets.classes().stream()
                .map(one -> new Coverage(
                        one.label(), sets.promised(), Proportion.of(one.covered(), one.images()), one.meanSize()))
                .toList();
    }

    String text() {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "%,d images; head: %s. All shares are in per cent, with 95 %% intervals in parentheses.\n",
                images,
                head));
        accuracies(text);
        strangers(text);
        sets(text);
        wrongLabels(text);
        return text.toString();
    }

    private void accuracies(StringBuilder text) {
        text.append(
                """

                ## Accuracy

                Out of fold: each image is predicted by a head that was not trained on it, nor on an image of its group. \
                Random folds divide groups, but keep near duplicates together.

                | seed | accuracy | log-loss | ECE | random folds: accuracy | log-loss | ECE |
                |---|---|---|---|---|---|---|
                """);
        for (Accuracy one : accuracies) {
            text.append(String.format(
                    Locale.ROOT,
                    "| %d | %s | %s |\n",
                    one.seed(),
                    cells(one.grouped()),
                    one.random() == null ? "no groups | – | –" : cells(one.random())));
        }
    }

    private static String cells(MetricsSummary one) {
        return String.format(
                Locale.ROOT,
                "%.1f (%.1f to %.1f) | %.3f | %.3f",
                100 * one.accuracy(),
                100 * one.accuracyLow(),
                100 * one.accuracyHigh(),
                one.logLoss(),
                one.ece());
    }

    private void strangers(StringBuilder text) {
        text.append(
                """

                ## Strangeness

                AUROC: strangeness of images of something else, by the exported classifier, against the out-of-fold \
                strangeness of the training images. A class left out: the same for each class after fine-tuning on the \
                others. Rejected at 5 %: of a strangeness above 0.95, which promises 5 % of false alarms.

                | images | number | AUROC | rejected at 1 % | rejected at 5 % |
                |---|---|---|---|---|
                """);
        text.append(String.format(
                Locale.ROOT, "| training images, out of fold | %d | – | %s |\n", images, percents(falseAlarms)));
        strangers.forEach(one -> text.append(row(one.name(), one)));
        classesLeftOut.forEach(one -> text.append(row("left out: " + one.name(), one)));
        if (!classesLeftOut.isEmpty()) {
            text.append(String.format(
                    Locale.ROOT,
                    "| mean of the classes left out | – | %.3f | %s |\n",
                    mean(classesLeftOut, one -> one.area().value()),
                    Strangers.RATES.stream()
                            .map(Strangers.RATES::indexOf)
                            .map(r -> String.format(
                                    Locale.ROOT,
                                    "%.1f",
                                    100
                                            * mean(
                                                    classesLeftOut,
                                                    one -> one.rejected().get(r).value())))
                            .collect(Collectors.joining(" | "))));
        }
    }

    private static String row(String name, Strangers one) {
        return String.format(
                Locale.ROOT, "| %s | %d | %s | %s |\n", name, one.images(), area(one.area()), percents(one.rejected()));
    }

    private void sets(StringBuilder text) {
        text.append(String.format(
                Locale.ROOT,
                """

                ## Prediction sets

                Coverage of sets for %.0f %%, each fold by the sets of the other folds.

                | class | images | coverage | labels in a set, mean |
                |---|---|---|---|
                """,
                100 * sets.get(0).promised()));
        for (Coverage one : sets) {
            text.append(String.format(
                    Locale.ROOT,
                    "| %s | %d | %s | %.2f |\n",
                    one.label(),
                    one.covered().images(),
                    one.covered().percent(),
                    one.meanSize()));
        }
    }

    private void wrongLabels(StringBuilder text) {
        text.append(
                """

                ## Wrong labels

                Labels of images drawn by chance are changed to the class that the clean out-of-fold predictions confuse \
                them with most. AUROC and precision are of the order in `label_errors.csv`. n is the number of wrong labels.

                | seed | n | AUROC | precision at n | shown in the report | precision of these |
                |---|---|---|---|---|---|
                """);
        for (WrongLabels one : wrongLabels) {
            text.append(String.format(
                    Locale.ROOT,
                    "| %d | %d | %s | %s | %d | %s |\n",
                    one.seed(),
                    one.wrong(),
                    area(one.area()),
                    one.precision().percent(),
                    one.shown(),
                    one.shownPrecision().percent()));
        }
        text.append(String.format(
                Locale.ROOT,
                "| mean | | %.3f | %.1f | | %.1f |\n",
                mean(wrongLabels, one -> one.area().value()),
                100 * mean(wrongLabels, one -> one.precision().value()),
                100 * mean(wrongLabels, one -> one.shownPrecision().value())));
        text.append(
                """

                Out-of-fold accuracy by the right labels, without wrong labels in the training, with them, and after the \
                wrong ones among the first n images, or among the shown ones, are corrected.

                | seed | clean | wrong labels | first n corrected | shown ones corrected |
                |---|---|---|---|---|
                """);
        for (WrongLabels one : wrongLabels) {
            text.append(accuracies(Long.toString(one.seed()), List.of(one)));
        }
        text.append(accuracies("mean", wrongLabels));
    }

    private static String accuracies(String name, List<WrongLabels> some) {
        return String.format(
                Locale.ROOT,
                "| %s | %.1f | %.1f | %.1f | %.1f |\n",
                name,
                100 * mean(some, WrongLabels::clean),
                100 * mean(some, WrongLabels::noisy),
                100 * mean(some, WrongLabels::correctedFirst),
                100 * mean(some, WrongLabels::correctedShown));
    }

    private static String area(RocArea area) {
        return String.format(
                Locale.ROOT,
                "%.3f (%.3f to %.3f)",
                area.value(),
                area.interval().low(),
                area.interval().high());
    }

    private static String percents(List<Proportion> shares) {
        return shares.stream().map(Proportion::percent).collect(Collectors.joining(" | "));
    }

    private static <T> double mean(List<T> all, ToDoubleFunction<T> value) {
        return all.stream().mapToDouble(value).average().orElseThrow();
    }
}
