package terzi.training.finetune;

import java.util.List;
import java.util.Optional;
import terzi.training.finetune.FineTuningResult.Trial;

/**
 * A fitted head and how it came about.
 *
 * @param tried settings, in the order in which they were tried
 * @param chosen the setting that was kept, for people
 * @param outOfFold calibrated logits by inner folds that did not learn from the image and did not choose, {@code [N, K]}
 * @param folds the inner fold that held each image out, {@code [N]}
 * @param ungrouped the same logits of the chosen setting with folds that divide the groups, {@code [N, K]}; empty when there
 *     are no groups to compare with
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
record HeadFit(
        FittedHead head,
        List<Trial> tried,
        String chosen,
        float[][] outOfFold,
        int[] folds,
        Optional<float[][]> ungrouped) {}
