package terzi.export;

import java.util.List;
import terzi.inference.ImageClassifier;
import terzi.inference.Outputs;

/**
 * How far ONNX Runtime's logits are from the training engine's, at most.
 *
 * @param difference the largest |difference|
 * @param largest the largest |logit|
 */
record Parity(double difference, double largest) {

    /**
     * @param name of the file, for messages
     * @throws ParityException when the difference is more than {@link ClassifierFile#TOLERANCE} allows, or a
     *     strangeness is not 0..1
     */
    static Parity of(ImageClassifier classifier, List<Golden> goldens, String name) throws ParityException {
        double difference = 0;
        double largest = 0;
        for (Golden golden : goldens) {
            float[] expected = golden.logits();
            Outputs outputs = classifier.run(List.of(golden.image()));
            requireShares(outputs.strangeness(), name);
            float[] found = outputs.logits()[0];
            for (int k = 0; k < expected.length; k++) {
                double one = Math.abs((double) expected[k] - found[k]);
                difference = Double.isNaN(one) ? Double.POSITIVE_INFINITY : Math.max(difference, one);
                largest = Math.max(largest, Math.abs(expected[k]));
            }
        }
        if (difference > Math.max(ClassifierFile.TOLERANCE, ClassifierFile.RELATIVE_TOLERANCE * largest)) {
            throw new ParityException(name + ": ONNX Runtime and the training engine differ by " + difference
                    + " in logits of up to " + largest + " on " + goldens.size() + " golden images, allowed are "
                    + ClassifierFile.TOLERANCE + " (or " + ClassifierFile.RELATIVE_TOLERANCE
                    + " of the largest); are the goldens' logits from this"
                    + " network, in float32, with the same preprocessing?");
        }
        return new Parity(difference, largest);
    }

    private static void requireShares(float[] strangeness, String name) throws ParityException {
        for (float share : strangeness) {
            if (share < 0 || share > 1) {
                throw new ParityException(name + ": the output 'strangeness' must be 0..1, found " + share
                        + " on a golden image; is it the calibrated share, and not the score itself?");
            }
        }
    }
}
