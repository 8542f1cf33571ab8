package terzi.evaluation.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import terzi.evaluation.Evaluation;
import terzi.evaluation.LabelErrors;
import terzi.evaluation.report.Report.Learned.Part;

class ConclusionsTest {
    private static final List<String> LABELS = List.of("cat", "dog");

    /** {@code right} of {@code each} images of both classes are answered rightly. */
    private static Evaluation evaluation(int each, int cats, int dogs) {
        int[] truth = new int[2 * each];
        float[][] probabilities = new float[2 * each][];
        for (int i = 0; i < truth.length; i++) {
            truth[i] = i < each ? 0 : 1;
            boolean right = i < each ? i < cats : i - each < dogs;
            int answer = right ? truth[i] : 1 - truth[i];
            probabilities[i] = answer == 0 ? new float[] {0.98f, 0.02f} : new float[] {0.02f, 0.98f};
        }
        return Evaluation.of(LABELS, truth, probabilities);
    }

    private static Conclusions conclusions(Evaluation evaluation, double train) {
        return conclusions(evaluation, train, Part.NETWORK);
    }

    private static Conclusions conclusions(Evaluation evaluation, double train, Part learned) {
        return new Conclusions(
                Optional.of(evaluation),
                Conclusions.TEST,
                Optional.empty(),
                Optional.of(new Conclusions.Fit(train, 500, evaluation.accuracy(), evaluation.count())),
                Optional.of(new Conclusions.Calibrated(1.5f, 200, true)),
                Optional.of(learned));
    }

    private static Conclusions withWrongLabels(Conclusions conclusions, int estimate, int images) {
        return new Conclusions(
                conclusions.shown(),
                conclusions.part(),
                conclusions.folds(),
                conclusions.fit(),
                conclusions.calibrated(),
                conclusions.learned(),
                Optional.of(new LabelErrors(List.of(), estimate, images, 2)));
    }

    /** A gap of 15 points, which is otherwise put down to a lack of regularisation. */
    @ParameterizedTest
    @EnumSource(Part.class)
    void wrongLabelsAreToBeCorrectedBeforeAnythingIsRegularised(Part part) {
        Conclusions gap = conclusions(evaluation(500, 400, 400), 0.95, part);
        List<String> before = gap.next(Report.Training.NONE);
        List<String> ideas = withWrongLabels(gap, 60, 611).next(Report.Training.NONE);
        assertEquals(before.subList(1, before.size()), ideas.subList(1, ideas.size()), "more than the first changed");
        assertTrue(before.get(0).matches(".*(memorises|regularisation).*"), before.get(0));
        assertEquals(
                "Correct labels: about 60 labels look wrong (9.8 % of 611 images); see label_errors.csv", ideas.get(0));
        for (String word : List.of("augmentation", "decay", "dropout", "regularisation")) {
            assertFalse(String.join(" ", ideas).contains(word), word);
        }
    }

    @Test
    void fewWrongLabelsChangeNoAdvice() {
        Conclusions gap = conclusions(evaluation(500, 400, 400), 0.95);
        List<String> before = gap.next(Report.Training.NONE);
        assertEquals(before, withWrongLabels(gap, 2, 611).next(Report.Training.NONE), "below 3 and below 1 %");
        assertEquals(before, withWrongLabels(gap, 10, 30).next(Report.Training.NONE), "15 images of a class");
        List<String> some = withWrongLabels(gap, 40, 50_000).next(Report.Training.NONE);
        assertTrue(some.get(0).startsWith("Correct labels: about 40 labels look wrong (0.1 %"), some.get(0));
        assertEquals(before, some.subList(1, some.size()), "too few to explain the gap");
        assertTrue(withWrongLabels(gap, 1, 90)
                .next(Report.Training.NONE)
                .get(0)
                .startsWith("Correct labels: about 1 label looks wrong (1.1 % of 90 images)"));
    }

    /** Of each class so many images, of which so many are recognised; the others are given the next class. */
    private static Evaluation counts(int[] images, int[] right) {
        List<String> labels = List.of("ape", "bee", "cow", "doe").subList(0, images.length);
        int all = Arrays.stream(images).sum();
        int[] truth = new int[all];
        float[][] probabilities = new float[all][images.length];
        int row = 0;
        for (int c = 0; c < images.length; c++) {
            for (int i = 0; i < images[c]; i++, row++) {
                truth[row] = c;
                probabilities[row][i < right[c] ? c : (c + 1) % images.length] = 1;
            }
        }
        return Evaluation.of(labels, truth, probabilities);
    }

    private static Map<String, String> sentences(int[] images, int[] right) {
        return conclusions(counts(images, right), 1).sentences();
    }

    private static String next(Conclusions conclusions, int epochs, int best) {
        List<Report.Step> steps = Synthetic.training(epochs).steps();
        return String.join("\n", conclusions.next(new Report.Training(steps, best, 0)));
    }

    @Test
    void eachSentenceHasTheFigureItRestsOn() {
        Map<String, String> words = conclusions(evaluation(500, 480, 460), 0.95).sentences();
        assertEquals(
                List.of("how good", "how sure", "weakest class", "overfitting", "calibration"),
                List.copyOf(words.keySet()));
        assertTrue(
                words.get("how good").startsWith("Accuracy 94.0 % on 1,000 test images, none used in training (95 %"),
                words.toString());
        assertTrue(words.get("how good").contains("Always predicting \"cat\" would reach 50.0 %."), words.toString());
        assertTrue(words.get("how sure").startsWith("Fairly: expect 92."), words.toString());
        assertTrue(words.get("weakest class").startsWith("dog: 460 of 500 recognised (92 %"), words.toString());
        assertTrue(words.get("weakest class").contains("misclassified as cat (40)"), words.toString());
        assertTrue(
                words.get("overfitting").startsWith("No sign of it. Accuracy 95.0 % on 500 training images, "),
                words.toString());
        assertTrue(
                words.get("calibration")
                        .startsWith("Confidence lowered by a temperature of 1.50, fitted on 200 validation images"),
                words.toString());
    }

    @Test
    void fewImagesAreSaidToSayLittleAndAFailingClassIsCalledSo() {
        Map<String, String> words = conclusions(evaluation(10, 10, 3), 1).sentences();
        assertTrue(words.get("how sure").startsWith("Not very: 20 images are few"), words.toString());
        assertTrue(words.get("weakest class").startsWith("It FAILS on dog: 3 of 10"), words.toString());
        assertTrue(words.get("overfitting").startsWith("Yes, clearly"), words.toString());
        assertTrue(next(conclusions(evaluation(10, 10, 3), 1), 5, 2).contains("the interval is wide"));
    }

    @Test
    void whatToTryFollowsFromWhatIsWrong() {
        Evaluation good = evaluation(500, 495, 490);
        assertEquals("", next(conclusions(good, 0.99), 10, 8));
        assertTrue(next(conclusions(good, 0.99), 10, 10).startsWith("More epochs"));
        List<Report.Step> level = new ArrayList<>(Synthetic.training(10).steps());
        level.set(9, new Report.Step(10, 0.1, 0.99, 0.1, level.get(8).validationAccuracy(), 0.001));
        assertEquals(List.of(), conclusions(good, 0.99).next(new Report.Training(level, 10, 0)), "kept, but no better");
        Evaluation poor = evaluation(500, 350, 350);
        assertTrue(next(conclusions(poor, 0.95), 10, 8)
                .startsWith("More images or stronger augmentation, weight decay or dropout"));
        assertTrue(next(conclusions(poor, 0.7), 10, 8).startsWith("A larger network or longer training"));
        assertFalse(next(conclusions(poor, 0.7), 0, 0).contains("epochs"));
    }

    @Test
    void nothingMeasuredIsSaidSo() {
        Conclusions nothing = new Conclusions(
                Optional.empty(), "validation", Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
        assertEquals(
                "Nothing was measured: no image was held out.",
                nothing.sentences().get("how good"));
        assertEquals("Not measured.", nothing.sentences().get("calibration"));
    }

    @Test
    void everySentenceBeginsWithACapitalOrAFigureOrAName() {
        conclusions(evaluation(50, 50, 50), 1).sentences().forEach((title, words) -> {
            assertFalse(Character.isLowerCase(words.charAt(0)), title + ": " + words);
            assertTrue(words.endsWith("."), title + ": " + words);
        });
    }

    @Test
    void theAccuracyOfAFoldIsThatOfItsImages() {
        Evaluation all = evaluation(4, 4, 2);
        assertEquals(List.of(1.0, 0.5), Conclusions.accuracies(all, new int[] {1, 1, 1, 1, 2, 2, 2, 2}));
    }

    @Test
    void aFewImagesOfAClassAreNoVerdict() {
        // the Wilson interval of 0 of 2 ends at z² / (2 + z²) = 65.8 %
        assertEquals(
                "bee: 0 of 2 recognised (0 %, 95 % interval 0 to 66 %): too few to tell.",
                sentences(new int[] {2, 2}, new int[] {2, 0}).get("weakest class"));
        String mixed = sentences(new int[] {40, 2, 30}, new int[] {39, 0, 30}).get("weakest class");
        assertTrue(mixed.startsWith("ape: 39 of 40 recognised (98 %"), mixed);
        assertTrue(mixed.endsWith("misclassified as bee (1). Too few images to tell: bee (0 of 2)."), mixed);
        String few = sentences(new int[] {1, 1}, new int[] {1, 1}).get("weakest class");
        assertEquals(
                "Not known: nothing was misclassified, but every class has fewer than 10 images: too few to tell.",
                few);
        // half of ten right: the interval goes up to 76 %, so it is not certain that the class fails
        String half = sentences(new int[] {10, 10}, new int[] {5, 10}).get("weakest class");
        assertTrue(half.startsWith("ape: 5 of 10 recognised (50 %, 95 % interval 24 to 76 %)"), half);
        assertEquals(
                "None: all images of every class were recognised.",
                sentences(new int[] {20, 20}, new int[] {20, 20}).get("weakest class"));
        assertEquals(
                "None: all images of every class with 10 images or more were recognised. Too few images to tell: bee (1 of 3).",
                sentences(new int[] {20, 3}, new int[] {20, 1}).get("weakest class"));
    }

    @Test
    void aVerdictDoesNotContradictItsFigures() {
        String worse = sentences(new int[] {90, 10}, new int[] {60, 5}).get("how good");
        assertTrue(worse.endsWith("would reach 90.0 %, and the classifier is not better than that."), worse);
        String alike = sentences(new int[] {90, 10}, new int[] {90, 3}).get("how good");
        assertTrue(
                alike.contains("90.0 %, which lies inside the interval: the classifier is not certain to be better"),
                alike);
        String one = sentences(new int[] {30, 0}, new int[] {28, 0}).get("how good");
        assertTrue(
                one.endsWith("All of them are \"ape\", so this does not show whether it can distinguish classes."),
                one);
        String chance = sentences(new int[] {4, 4}, new int[] {4, 2}).get("overfitting");
        assertTrue(chance.startsWith("Cannot be told: a gap like this can be chance"), chance);
        String better = conclusions(evaluation(500, 500, 490), 0.95).sentences().get("overfitting");
        assertTrue(better.endsWith("(4.0 points higher on the others)."), better);
        Conclusions unchanged = new Conclusions(
                Optional.of(evaluation(50, 49, 49)),
                Conclusions.TEST,
                Optional.empty(),
                Optional.empty(),
                Optional.of(new Conclusions.Calibrated(1.001f, 1, true)),
                Optional.empty());
        assertTrue(
                unchanged
                        .sentences()
                        .get("calibration")
                        .startsWith("Confidence hardly changed by a temperature of 1.00,"
                                + " fitted on 1 validation image;"),
                unchanged.sentences().toString());
    }

    @Test
    void numbersAndNounsAgree() {
        Map<String, String> one = sentences(new int[] {1, 0}, new int[] {0, 0});
        assertTrue(one.get("how good").startsWith("Accuracy 0.0 % on 1 test image, none"), one.toString());
        assertTrue(one.get("how sure").startsWith("Not very: 1 image is few,"), one.toString());
        assertTrue(one.get("overfitting").contains(", 0.0 % on 1 other ("), one.toString());
        assertTrue(one.get("weakest class").endsWith("because there are no images: bee."), one.toString());
        assertTrue(
                next(conclusions(counts(new int[] {1, 1}, new int[] {0, 1}), 1), 0, 0)
                        .contains("More images of ape to measure on: 1 image is too few to tell"),
                "the advice");
    }

    @ParameterizedTest
    @EnumSource(Part.class)
    void adviceFitsThePartOfTheNetworkThatWasTrained(Part learned) {
        Evaluation poor = evaluation(500, 350, 350);
        String gap = next(conclusions(poor, 0.95, learned), 0, 0);
        String weak = next(conclusions(poor, 0.7, learned), 0, 0);
        boolean head = learned == Part.LINEAR_HEAD || learned == Part.KERNEL_HEAD;
        assertEquals(learned == Part.NETWORK, gap.contains("dropout"), gap);
        assertEquals(!head, gap.contains("weight decay"), gap);
        assertEquals(!head, gap.contains("augmentation"), gap);
        assertEquals(head, gap.contains("cleaner labels or another backbone"), gap);
        assertEquals(learned == Part.NETWORK, weak.contains("A larger network or longer training"), weak);
        assertEquals(learned != Part.NETWORK, weak.contains("A stronger backbone"), weak);
        String fit = conclusions(poor, 1, learned).sentences().get("overfitting");
        assertEquals(
                learned == Part.KERNEL_HEAD,
                fit.startsWith("Cannot be measured: a kernel head stores its training images."),
                fit);
    }

    @Test
    void whereItIsNotKnownWhatWasTrainedThereIsNoAdviceAboutIt() {
        Evaluation poor = evaluation(500, 350, 350);
        Conclusions unknown = new Conclusions(
                Optional.of(poor),
                Conclusions.TEST,
                Optional.empty(),
                Optional.of(new Conclusions.Fit(0.99, 500, poor.accuracy(), poor.count())),
                Optional.empty(),
                Optional.empty());
        String ideas = next(unknown, 0, 0);
        assertTrue(ideas.startsWith("More images: accuracy is much higher on its training images"), ideas);
        assertFalse(ideas.contains("dropout") || ideas.contains("weight decay"), ideas);
    }

    private static Map<String, String> of(Evaluation evaluation, Conclusions.Calibrated calibrated) {
        return new Conclusions(
                        Optional.of(evaluation),
                        Conclusions.TEST,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.ofNullable(calibrated),
                        Optional.empty())
                .sentences();
    }

    private static String weakestOf(int[] images, int[] right) {
        return conclusions(counts(images, right), 1)
                .weakestClass()
                .orElseThrow()
                .label();
    }

    /** The intervals are those of statsmodels 0.14.6, {@code proportion_confint(…, method="wilson")}. */
    @Test
    void aCrossValidationIsSaidWithItsFolds() {
        Conclusions folds = new Conclusions(
                Optional.empty(),
                "validation",
                Optional.of(new Conclusions.Folds(
                        counts(new int[] {20, 20}, new int[] {18, 19}), List.of(0.7, 0.9, 1.0, 0.96))),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        // (70 + 90 + 100 + 96) / 4
        assertEquals(
                "Cross-validation in 4 folds: mean accuracy 89.0 % (70.0 to 100.0 %); out-of-fold accuracy 92.5 % on 40 images"
                        + " (95 % interval 80.1 to 97.4 %). Always predicting \"ape\" would reach 50.0 %.",
                folds.sentences().get("how good"));
        assertTrue(folds.isWide());
    }

    /** Settings were chosen on validation images, and training images say nothing about new ones. */
    @Test
    void theAccuracyIsSaidWithWhatItsImagesWereUsedFor() {
        Evaluation evaluation = evaluation(50, 49, 49);
        assertEquals(
                "Accuracy 98.0 % on 100 validation images (95 % interval 93.0 to 99.4 %); settings were chosen on these images,"
                        + " so expect slightly less on new ones. Always predicting \"cat\" would reach 50.0 %.",
                ofPart(evaluation, "validation").get("how good"));
        for (String training : List.of("train", "training")) {
            Map<String, String> known = ofPart(evaluation, training);
            assertTrue(
                    known.get("how good")
                            .startsWith(
                                    "Accuracy 98.0 % on 100 of its own training images (95 % interval 93.0 to 99.4 %):"
                                            + " this says nothing about new images. Always"),
                    known.toString());
            assertEquals("Not known: no new image was measured.", known.get("how sure"));
        }
        assertTrue(
                ofPart(evaluation, "all").get("how good").startsWith("Accuracy 98.0 % on 100 images (95 %"),
                "all of it");
    }

    private static Map<String, String> ofPart(Evaluation evaluation, String part) {
        return new Conclusions(
                        Optional.of(evaluation),
                        part,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty())
                .sentences();
    }

    @Test
    void asManyDigitsAsTheImagesCanTellApart() {
        Map<String, String> many = conclusions(evaluation(2000, 1980, 1980), 1).sentences();
        assertTrue(
                many.get("how good")
                        .startsWith("Accuracy 99.00 % on 4,000 test images, none used in training"
                                + " (95 % interval 98.64 to 99.26 %)."),
                many.toString());
        assertEquals("Quite: expect 98.64 to 99.26 % on new images of this kind.", many.get("how sure"));
        assertEquals(
                "Not very: 20 images are few, and the true accuracy may lie anywhere between 43 and 82 %.",
                of(evaluation(10, 10, 3), null).get("how sure"));
    }

    @Test
    void theWeakestClassHasImagesAndEnoughOfThemIfAnyHas() {
        // a class without images has a recall of 0 too
        assertEquals("bee", weakestOf(new int[] {0, 2}, new int[] {0, 2}));
        assertEquals("bee", weakestOf(new int[] {2, 2, 0}, new int[] {2, 1, 0}));
        // ten are enough
        assertEquals("bee", weakestOf(new int[] {40, 10}, new int[] {36, 5}));
        assertEquals("ape", weakestOf(new int[] {40, 9}, new int[] {36, 5}));
        // of two that are alike the one with more images, wherever it stands
        assertEquals("bee", weakestOf(new int[] {10, 20}, new int[] {5, 10}));
        assertEquals("ape", weakestOf(new int[] {20, 10}, new int[] {10, 5}));
    }

    @Test
    void classesWithoutImagesAndClassesOfTenAreNotTooFew() {
        assertEquals(
                "Not known: nothing was misclassified, but every class has fewer than 10 images: too few to tell."
                        + " Not measured, because there are no images: cow.",
                sentences(new int[] {2, 3, 0}, new int[] {2, 3, 0}).get("weakest class"));
        assertEquals(
                "None: all images of every class were recognised.",
                sentences(new int[] {20, 10}, new int[] {20, 10}).get("weakest class"));
        String ten = sentences(new int[] {20, 10, 0}, new int[] {5, 4, 0}).get("weakest class");
        assertTrue(ten.endsWith("misclassified as bee (15). Not measured, because there are no images: cow."), ten);
        String nine = sentences(new int[] {20, 9, 9}, new int[] {5, 4, 9}).get("weakest class");
        assertTrue(nine.endsWith("misclassified as bee (15). Too few images to tell: bee (4 of 9)."), nine);
    }

    /** Every answer is given 98 %, so ECE is |accuracy − 0.98|. */
    @Test
    void calibrationIsSaidWithWhatItRestsOn() {
        String chance = ", part of which is chance with so few images";
        assertEquals(
                "Confidence and accuracy differ by 2.0 points on average (ECE 0.020)" + chance + ".",
                of(evaluation(75, 72, 72), null).get("calibration"));
        assertEquals(
                "Confidence and accuracy differ by 4.0 points on average (ECE 0.040).",
                of(evaluation(100, 94, 94), null).get("calibration"));
        assertEquals(
                "Confidence and accuracy differ by 0.0 points on average (ECE 0.000).",
                of(evaluation(50, 49, 49), null).get("calibration"));
        assertEquals(
                "Not corrected: there are no validation images. Confidence and accuracy differ by 4.0 points on average"
                        + " (ECE 0.040).",
                of(evaluation(100, 94, 94), new Conclusions.Calibrated(1, 0, false))
                        .get("calibration"));
        assertEquals(
                "Not corrected: all 12 validation images are classified correctly, so there is nothing to fit a temperature to;"
                        + " do not rely on high confidence. Confidence and accuracy differ by 4.0 points on average (ECE 0.040).",
                of(evaluation(100, 94, 94), new Conclusions.Calibrated(1, 12, false))
                        .get("calibration"));
        assertEquals(
                "Confidence raised by a temperature of 0.80, fitted on 12 validation images; confidence and accuracy differ"
                        + " by 4.0 points on average (ECE 0.040).",
                of(evaluation(100, 94, 94), new Conclusions.Calibrated(0.8f, 12, true))
                        .get("calibration"));
        Conclusions unmeasured = new Conclusions(
                Optional.empty(),
                "validation",
                Optional.empty(),
                Optional.empty(),
                Optional.of(new Conclusions.Calibrated(1, 1, false)),
                Optional.empty());
        assertEquals(
                "Not corrected: the only validation image is classified correctly, so there is nothing to fit a temperature to; do"
                        + " not rely on high confidence.",
                unmeasured.sentences().get("calibration"));
    }

    /** Twenty images of the first class, ten recognised; the others' classes by how many they are given. */
    private static String mistaken(int... others) {
        List<String> labels = Synthetic.labels(others.length + 1);
        int[] truth = new int[10 + Arrays.stream(others).sum()];
        float[][] probabilities = new float[truth.length][labels.size()];
        for (int row = 0; row < 10; row++) {
            probabilities[row][0] = 1;
        }
        int row = 10;
        for (int c = 0; c < others.length; c++) {
            for (int i = 0; i < others[c]; i++) {
                probabilities[row++][c + 1] = 1;
            }
        }
        Evaluation evaluation = Evaluation.of(labels, truth, probabilities);
        String words = conclusions(evaluation, 1).sentences().get("weakest class");
        return words.substring(words.indexOf("%), ") + 4, words.indexOf("). Not measured") + 1);
    }

    @Test
    void whatAClassIsTakenForIsNamed() {
        assertEquals("misclassified as class 2 (10)", mistaken(10, 0));
        assertEquals("most often misclassified as class 3 (6)", mistaken(4, 6));
        assertEquals("misclassified as class 2, class 3 (each 5)", mistaken(5, 5));
        assertEquals(
                "misclassified as class 2, class 3, class 4, class 5, class 6 (each 2)", mistaken(2, 2, 2, 2, 2, 0));
        assertEquals(
                "misclassified as class 2, class 3, class 4, class 5, class 6 and 2 others (each 1)",
                mistaken(1, 1, 1, 1, 1, 1, 1));
    }

    private static String fit(double train, int trainImages, double other, int others) {
        return new Conclusions(
                        Optional.empty(),
                        "validation",
                        Optional.empty(),
                        Optional.of(new Conclusions.Fit(train, trainImages, other, others)),
                        Optional.empty(),
                        Optional.empty())
                .sentences()
                .get("overfitting");
    }

    /** 0 of 100 is up to z² / (100 + z²) = 3.7 %, 0 of 20 is up to 16 %. */
    @Test
    void aGapIsNamedByItsSizeWhereItIsBeyondChance() {
        assertEquals(
                "Yes, clearly: training accuracy is much higher. Accuracy 10.1 % on the training images, 0.0 % on 100 others (gap"
                        + " 10.1 points).",
                fit(0.101, 0, 0, 100));
        assertEquals(
                "A little, as is usual. Accuracy 10.0 % on 1 training image, 0.0 % on 100 others (gap 10.0 points).",
                fit(0.1, 1, 0, 100));
        assertTrue(fit(0.04, 9, 0, 100).startsWith("No sign of it. "));
        assertTrue(fit(0.04, 9, 0, 20).startsWith("No sign of it. "));
        assertTrue(fit(0.041, 9, 0, 20).startsWith("Cannot be told: "));
        // 75 % of 8 is few, whatever the interval
        assertTrue(fit(1, 9, 0.75, 8).startsWith("Cannot be told: "));
        assertTrue(fit(1, 9, 0.7, 10).startsWith("Yes, clearly: "));
        assertTrue(fit(0.5, 9, 0.5, 100)
                .endsWith(". Accuracy 50.0 % on 9 training images, 50.0 % on 100 others (gap 0.0 points)."));
    }

    @Test
    void asGoodAsOneAnswerForAllIsNotBetter() {
        String alike = sentences(new int[] {90, 10}, new int[] {90, 0}).get("how good");
        assertTrue(alike.endsWith("would reach 90.0 %, and the classifier is not better than that."), alike);
        assertTrue(conclusions(evaluation(1000, 990, 990), 1)
                .sentences()
                .get("how good")
                .startsWith("Accuracy 99.00 % on 2,000"));
    }
}
