package terzi.runs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import terzi.training.finetune.FineTuningResult;
import terzi.training.recipe.HeadForm;

class FineTuningReportTest {
    @Test
    void theChosenHeadIsNamedWithItsOwnLossThoughAnotherSettingBeginsAlike() {
        List<FineTuningResult.Trial> tried = List.of(
                new FineTuningResult.Trial("discriminant, shrinkage 0.1", 0.30),
                new FineTuningResult.Trial("discriminant, shrinkage 0.1, logits mapped", 0.25),
                new FineTuningResult.Trial("kernel, strength 3.0", 0.28),
                new FineTuningResult.Trial("kernel, strength 1.0", 0.27));
        FineTuningResult.Figures figures = new FineTuningResult.Figures(
                FineTuningResult.MeasuredOn.INNER_FOLDS, 10, 0.9, 0.25, 0.95, Optional.empty());
        assertEquals(
                "Discriminant, shrinkage 0.1, logits mapped (out-of-fold log-loss 0.250, of 4 settings tried). Best of the"
                        + " other forms: kernel, strength 1.0 (0.270). The simplest form within one standard error of the"
                        + " best is taken.",
                FineTuningReport.head(new FineTuningResult.HeadReport(
                        "dense", HeadForm.DISCRIMINANT, tried, tried.get(1).setting(), 12, figures)));
    }
}
