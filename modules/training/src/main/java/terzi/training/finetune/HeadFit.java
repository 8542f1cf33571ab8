package terzi.training.finetune;

import java.util.List;
import terzi.training.finetune.FineTuningResult.Trial;

/**
 * A fitted head and how it came about.
 *
 * @param tried settings, in the order in which they were tried
 * @param chosen the setting that was kept, for people
 * @param outOfFold for each image the logits by the inner fold that did not learn from it, at the chosen setting
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
record HeadFit<H extends FittedHead>(H head, List<Trial> tried, String chosen, float[][] outOfFold) {}
