package terzi.training.finetune;

import java.util.List;
import terzi.training.finetune.FineTuningResult.Trial;

/**
 * A fitted head and how it came about.
 *
 * @param tried settings, in the order in which they were tried
 * @param chosen the setting that was kept, for people
 * @param outOfFold calibrated logits by inner folds that did not learn from the image and did not choose, {@code [N, K]}
 * @param folds the inner fold that held each image out, {@code [N]}
 * @param ungrouped the same logits of the chosen setting with folds that divide the groups, {@code [N, K]}; {@code outOfFold}
 *     when there are no groups
 * @param ungroupedFolds the fold of each image there, {@code [N]}
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
record HeadFit(
        FittedHead head,
        List<Trial> tried,
        String chosen,
        float[][] outOfFold,
        int[] folds,
        float[][] ungrouped,
        int[] ungroupedFolds) {
    boolean isGrouped() {
        return ungrouped != outOfFold;
    }
}
