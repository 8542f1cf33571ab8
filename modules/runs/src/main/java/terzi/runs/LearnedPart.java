package terzi.runs;

import java.util.List;
import terzi.evaluation.report.Report.Learned;
import terzi.evaluation.report.Report.Learned.Part;
import terzi.onnx.Model;
import terzi.onnx.rewrite.Cut;
import terzi.onnx.shapes.ModelSummary;
import terzi.training.finetune.FineTuningResult;
import terzi.training.recipe.Depth;
import terzi.training.recipe.FineTuningRecipe;
import terzi.training.recipe.HeadForm;

/** The part of a network that a run trained, with its size: advice and parameter counts must be about that part. */
final class LearnedPart {
    /** The value between backbone and head, an output of every fine-tuned network. */
    private static final String FEATURES = "features";

    private LearnedPart() {}

    /** All of a network that was trained from scratch. */
    static Learned ofTraining(Model network) {
        return new Learned(Part.NETWORK, ModelSummary.of(network).trainable(), 0);
    }

    static Learned of(FineTuningRecipe recipe, FineTuningResult result) {
        if (result.kept() == FineTuningResult.Stage.HEAD) {
            return new Learned(
                    result.head().form() == HeadForm.KERNEL ? Part.KERNEL_HEAD : Part.LINEAR_HEAD,
                    result.head().values(),
                    upTo(result.network(), FEATURES));
        }
        if (recipe.finetune().unfreeze().depth() instanceof Depth.All) {
            return ofTraining(result.network());
        }
        return result.tuning()
                .flatMap(FineTuningResult.TuningReport::cut)
                .map(cut -> {
                    long frozen = upTo(result.network(), cut);
                    return new Learned(
                            Part.DEEPER_LAYERS,
                            ModelSummary.of(result.network()).total() - frozen,
                            frozen);
                })
                .orElse(new Learned(Part.DEEPER_LAYERS, 0, 0));
    }

    /** The parameters between the images and a value. */
    private static long upTo(Model network, String value) {
        return ModelSummary.of(Cut.at(network, List.of(value))).total();
    }
}
