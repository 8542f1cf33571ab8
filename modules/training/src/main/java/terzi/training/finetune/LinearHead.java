package terzi.training.finetune;

/** A linear head: logits = weight x features + bias, weight {@code [K, F]} row by row, bias {@code [K]}. */
@SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
record LinearHead(float[] weight, float[] bias) {
    float[] logits(float[] features) {
        float[] logits = new float[bias.length];
        for (int c = 0; c < logits.length; c++) {
            double sum = bias[c];
            int row = c * features.length;
            for (int f = 0; f < features.length; f++) {
                sum += (double) weight[row + f] * features[f];
            }
            logits[c] = (float) sum;
        }
        return logits;
    }
}
