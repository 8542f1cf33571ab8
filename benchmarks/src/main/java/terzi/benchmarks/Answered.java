package terzi.benchmarks;

import java.util.List;
import terzi.evaluation.Evaluation;
import terzi.training.finetune.CrossValidation;

/** Figures of what cross-validation answered. */
final class Answered {
    private Answered() {}

    static Evaluation evaluation(List<String> labels, List<CrossValidation.Prediction> asked) {
        float[][] probabilities = new float[asked.size()][];
        for (int i = 0; i < probabilities.length; i++) {
            List<Float> logits = asked.get(i).logits();
            double sum = logits.stream().mapToDouble(Math::exp).sum();
            probabilities[i] = new float[logits.size()];
            for (int c = 0; c < logits.size(); c++) {
                probabilities[i][c] = (float) (Math.exp(logits.get(c)) / sum);
            }
        }
        return Evaluation.of(
                labels,
                asked.stream().mapToInt(CrossValidation.Prediction::truth).toArray(),
                probabilities);
    }
}
