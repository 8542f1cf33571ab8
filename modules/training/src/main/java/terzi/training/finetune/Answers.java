package terzi.training.finetune;

/** Logits of some pictures and what they are worth. */
@SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
record Answers(float[][] logits, int[] labels) {
    /** Cross-entropy of one answer. */
    static double logLoss(float[] logits, int label) {
        double largest = Double.NEGATIVE_INFINITY;
        for (float logit : logits) {
            largest = Math.max(largest, logit);
        }
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit - largest);
        }
        return Math.log(sum) + largest - logits[label];
    }

    static int answer(float[] logits) {
        int best = 0;
        for (int c = 1; c < logits.length; c++) {
            best = logits[c] > logits[best] ? c : best;
        }
        return best;
    }

    double accuracy() {
        int right = 0;
        for (int i = 0; i < labels.length; i++) {
            right += answer(logits[i]) == labels[i] ? 1 : 0;
        }
        return (double) right / labels.length;
    }

    double logLoss() {
        double sum = 0;
        for (int i = 0; i < labels.length; i++) {
            sum += logLoss(logits[i], labels[i]);
        }
        return sum / labels.length;
    }
}
