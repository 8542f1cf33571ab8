package terzi.training.finetune;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import terzi.data.Seeds;
import terzi.data.Splits;

/**
 * Divides training images for the choices that fine-tuning makes, by the job's random seed.
 *
 * @param labels of all images
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
record InnerSplits(FineTuningJob job, int[] labels) {
    private static final long HOLD_OUT = 3;
    private static final long INNER_FOLDS = 4;

    /** The folds of the head's choice, and folds that divide groups beside where there are larger groups. */
    HeadSearch.Divisions divisions(int[] train) {
        Optional<List<Splits.Split>> ungrouped = job.groups().smaller().isEmpty()
                ? Optional.empty()
                : Optional.of(folds(train, job.groups().smaller()));
        return new HeadSearch.Divisions(folds(train, job.groups().of()), ungrouped);
    }

    /** @param groups the number of each image's group; none = each is a group of its own */
    List<Splits.Split> folds(int[] train, List<Integer> groups) {
        int[] classes = at(labels, train);
        int wanted = Math.min(job.options().head().folds(), classes.length);
        int[] of = numbers(train, groups);
        int distinct = (int) Arrays.stream(of).distinct().count();
        long seed = seed(INNER_FOLDS);
        return distinct == of.length || distinct < 2
                ? Splits.folds(classes, wanted, seed)
                : Splits.folds(classes, of, Math.min(wanted, distinct), seed);
    }

    /** Images held out for the second stage. */
    SecondStage.Parts held(int[] train) {
        double share = job.options().images().validation();
        int[] classes = at(labels, train);
        Splits.Split split = job.groups().of().isEmpty()
                ? Splits.stratified(classes, share, seed(HOLD_OUT))
                : Splits.stratified(classes, numbers(train, job.groups().of()), share, seed(HOLD_OUT));
        return new SecondStage.Parts(at(train, split.kept()), at(train, split.held()));
    }

    private long seed(long use) {
        return Seeds.mix(job.options().training().execution().seed(), 0, use);
    }

    private static int[] at(int[] values, int[] places) {
        return Arrays.stream(places).map(i -> values[i]).toArray();
    }

    private static int[] numbers(int[] images, List<Integer> groups) {
        return Arrays.stream(images)
                .map(i -> groups.isEmpty() ? i : groups.get(i))
                .toArray();
    }
}
