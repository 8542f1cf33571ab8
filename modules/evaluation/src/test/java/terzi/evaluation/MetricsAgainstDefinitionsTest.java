package terzi.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Every metric of random answers, with ties and absent classes, against its definition, counted out over the images. */
class MetricsAgainstDefinitionsTest {
    private static final double CLOSE = 1e-12;

    private static long number(Predictions all, IntPredicate what) {
        return IntStream.range(0, all.size()).filter(what).count();
    }

    private static double count(Predictions all, IntPredicate what) {
        return (double) number(all, what);
    }

    private static double share(double part, double all) {
        return all == 0 ? 0 : part / all;
    }

    @Property(tries = 300, seed = "20261130")
    void precisionRecallAndF1AreCountedOverTheImages(@ForAll long seed) {
        Predictions p = Drawn.predictions(seed);
        Evaluation e = Evaluation.of(p);
        int classes = p.labels().size();
        double[] sums = new double[3];
        double[] weighted = new double[3];
        for (int c = 0; c < classes; c++) {
            int own = c;
            double hit = count(p, i -> p.truth(i) == own && p.predicted(i) == own);
            double falseAlarms = count(p, i -> p.truth(i) != own && p.predicted(i) == own);
            double missed = count(p, i -> p.truth(i) == own && p.predicted(i) != own);
            double precision = share(hit, hit + falseAlarms);
            double recall = share(hit, hit + missed);
            double f1 = share(2 * precision * recall, precision + recall);
            ClassMetrics m = e.perClass().get(c);
            assertEquals(p.labels().get(c), m.label());
            assertEquals(precision, m.precision(), CLOSE);
            assertEquals(recall, m.recall(), CLOSE);
            assertEquals(f1, m.f1(), CLOSE);
            assertEquals(hit + missed, (double) m.support());
            assertEquals(hit + falseAlarms, (double) m.predicted());
            double[] three = {precision, recall, f1};
            for (int k = 0; k < 3; k++) {
                sums[k] += three[k];
                weighted[k] += three[k] * (hit + missed);
            }
        }
        // absent classes count with their zeros, as in scikit-learn with labels= given
        assertEquals(sums[0] / classes, e.macro().precision(), CLOSE);
        assertEquals(sums[1] / classes, e.macro().recall(), CLOSE);
        assertEquals(sums[2] / classes, e.macro().f1(), CLOSE);
        assertEquals(weighted[0] / p.size(), e.weighted().precision(), CLOSE);
        assertEquals(weighted[1] / p.size(), e.weighted().recall(), CLOSE);
        assertEquals(weighted[2] / p.size(), e.weighted().f1(), CLOSE);
        // micro averages of one label per image are all the accuracy
        assertEquals(share(count(p, i -> p.truth(i) == p.predicted(i)), p.size()), e.accuracy(), CLOSE);
        assertEquals(e.accuracy(), e.weighted().recall(), CLOSE);
    }

    @Property(tries = 300, seed = "20261130")
    void theMatrixHasTheTruthInItsRows(@ForAll long seed) {
        Predictions p = Drawn.predictions(seed);
        ConfusionMatrix matrix = Evaluation.of(p).confusion();
        for (int t = 0; t < p.labels().size(); t++) {
            for (int a = 0; a < p.labels().size(); a++) {
                int truth = t;
                int answer = a;
                long expected = number(p, i -> p.truth(i) == truth && p.predicted(i) == answer);
                assertEquals(expected, matrix.count(t, a));
                assertEquals(expected, matrix.counts()[t][a]);
            }
        }
        assertEquals(p.size(), matrix.total());
        assertEquals(number(p, p::correct), matrix.correct());
    }

    /** Kappa and Matthews' correlation from the sums over pairs of images and classes that define them. */
    @Property(tries = 200, seed = "20261130")
    void agreementBeyondChanceIsThatOfTheDefinitions(@ForAll long seed) {
        Predictions p = Drawn.predictions(seed);
        ConfusionMatrix matrix = Evaluation.of(p).confusion();
        double n = p.size();
        double chance = 0;
        double cov = 0;
        double covTruth = 0;
        double covAnswer = 0;
        double recalls = 0;
        int present = 0;
        for (int c = 0; c < p.labels().size(); c++) {
            int own = c;
            double truths = count(p, i -> p.truth(i) == own) / n;
            double answers = count(p, i -> p.predicted(i) == own) / n;
            chance += truths * answers;
            for (int i = 0; i < p.size(); i++) {
                double x = (p.truth(i) == c ? 1 : 0) - truths;
                double y = (p.predicted(i) == c ? 1 : 0) - answers;
                cov += x * y;
                covTruth += x * x;
                covAnswer += y * y;
            }
            if (truths > 0) {
                present++;
                recalls += count(p, i -> p.truth(i) == own && p.correct(i)) / (truths * n);
            }
        }
        double observed = count(p, p::correct) / n;
        assertEquals(chance > 1 - 1e-12 ? 0 : (observed - chance) / (1 - chance), matrix.cohenKappa(), 1e-9);
        double product = covTruth * covAnswer;
        assertEquals(product < 1e-12 ? 0 : cov / Math.sqrt(product), matrix.matthewsCorrelation(), 1e-9);
        assertEquals(recalls / present, matrix.balancedAccuracy(), CLOSE);
    }

    @Property(tries = 200, seed = "20261130")
    void logLossIsTheMeanOfTheLogarithms(@ForAll long seed) {
        Predictions p = Drawn.predictions(seed);
        double sum = 0;
        for (int i = 0; i < p.size(); i++) {
            double own = p.probability(i, p.truth(i));
            sum += own == 0 ? 52 * Math.log(2) : -Math.log(own); // 2⁻⁵² is the least that counts
        }
        assertEquals(sum / p.size(), Evaluation.of(p).logLoss(), 1e-9);
    }

    /** The classes sorted by probability, equal ones by their number: the true one must be among the first k. */
    @Property(tries = 200, seed = "20261130")
    void topKIsReadFromTheSortedClasses(@ForAll long seed) {
        Predictions p = Drawn.predictions(seed);
        int classes = p.labels().size();
        double before = 0;
        for (int k = 1; k <= classes + 1; k++) {
            int first = Math.min(k, classes);
            double among = count(p, i -> IntStream.range(0, classes)
                    .boxed()
                    .sorted((a, b) -> Float.compare(p.probability(i, b), p.probability(i, a)))
                    .limit(first)
                    .anyMatch(c -> c == p.truth(i)));
            double topK = Evaluation.of(p).topK(k);
            assertEquals(share(among, p.size()), topK, CLOSE, "top " + k);
            assertTrue(topK >= before);
            before = topK;
        }
        assertEquals(1, before);
        assertEquals(Evaluation.of(p).accuracy(), Evaluation.of(p).topK(1), CLOSE);
    }

    /** The area is the share of pairs of an image of the class and another that are in the right order, ties counting half. */
    @Property(tries = 200, seed = "20261130")
    void theRocAreaIsCountedOverPairs(@ForAll long seed) {
        Predictions p = Drawn.predictions(seed);
        for (int c = 0; c < p.labels().size(); c++) {
            double pairs = 0;
            double won = 0;
            for (int own = 0; own < p.size(); own++) {
                for (int other = 0; other < p.size(); other++) {
                    if (p.truth(own) == c && p.truth(other) != c) {
                        pairs++;
                        double difference = p.probability(own, c) - p.probability(other, c);
                        won += difference > 0 ? 1 : difference == 0 ? 0.5 : 0;
                    }
                }
            }
            var curve = RankCurve.of(p, c);
            assertEquals(pairs > 0, curve.isPresent());
            if (pairs > 0) {
                assertEquals(won / pairs, curve.orElseThrow().rocArea(), CLOSE);
            }
        }
    }

    /** For each threshold that occurs, from the highest: precision and recall of the images at or above it. */
    @Property(tries = 200, seed = "20261130")
    void averagePrecisionIsTheSumOverTheThresholds(@ForAll long seed) {
        Predictions p = Drawn.predictions(seed);
        for (int c = 0; c < p.labels().size(); c++) {
            int own = c;
            double positives = count(p, i -> p.truth(i) == own);
            if (positives == 0 || positives == p.size()) {
                continue;
            }
            double[] thresholds = IntStream.range(0, p.size())
                    .mapToDouble(i -> -p.probability(i, own))
                    .distinct()
                    .sorted()
                    .toArray();
            RankCurve curve = RankCurve.of(p, c).orElseThrow();
            double average = 0;
            double recallBefore = 0;
            assertEquals(thresholds.length + 1, curve.points().size());
            for (int t = 0; t < thresholds.length; t++) {
                double threshold = -thresholds[t];
                double found = count(p, i -> p.truth(i) == own && p.probability(i, own) >= threshold);
                double shown = count(p, i -> p.probability(i, own) >= threshold);
                average += (found / positives - recallBefore) * (found / shown);
                recallBefore = found / positives;
                RankCurve.Point point = curve.points().get(t + 1);
                assertEquals(found / positives, point.recall(), CLOSE);
                assertEquals((shown - found) / (p.size() - positives), point.falsePositives(), CLOSE);
                assertEquals(found / shown, point.precision(), CLOSE);
            }
            assertEquals(average, curve.averagePrecision(), CLOSE);
        }
    }

    @Property(tries = 100, seed = "20261130")
    void aListInAnotherOrderHasTheSameFigures(@ForAll long seed) {
        Predictions p = Drawn.predictions(seed);
        int[] backwards =
                IntStream.range(0, p.size()).map(i -> p.size() - 1 - i).toArray();
        Predictions turned = p.reordered(backwards);
        assertEquals(p.id(0), turned.id(p.size() - 1));
        assertEquals(p.labels(), turned.labels());
        assertEquals(Evaluation.of(p).confusion(), Evaluation.of(turned).confusion());
        assertEquals(Evaluation.of(p).logLoss(), Evaluation.of(turned).logLoss(), 1e-9);
        assertEquals(
                Arrays.stream(backwards).map(p::predicted).boxed().toList(),
                IntStream.range(0, p.size()).map(turned::predicted).boxed().toList());
    }
}
