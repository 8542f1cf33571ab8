package terzi.inference;

import java.util.function.IntFunction;

/**
 * Refuses answers that are not finite numbers: any label could be the largest of them.
 *
 * @param network its file, for messages
 * @param image the name of an image by its index, for messages
 */
record FiniteAnswers(String network, IntFunction<String> image) {

    /** For images that have no names. */
    static FiniteAnswers of(String network, int images) {
        return new FiniteAnswers(
                network, index -> images == 1 ? "the image" : "image " + (index + 1) + " of " + images);
    }

    /**
     * Gives back answers that are finite.
     *
     * @param answers {@code [N, width]}
     * @throws InferenceException for the first image with another one
     */
    float[][] require(String output, float[][] answers) {
        for (int i = 0; i < answers.length; i++) {
            require(output, answers[i], i);
        }
        return answers;
    }

    /** @throws InferenceException when a value of one image's answer is not finite */
    void require(Answer answer, int index) {
        require(Signature.PROBABILITIES, answer.probabilities(), index);
        require(Signature.STRANGENESS, new float[] {answer.strangeness()}, index);
    }

    /** @throws InferenceException when a value of one output for one image is not finite */
    void require(String output, float[] answer, int index) {
        for (float value : answer) {
            if (!Float.isFinite(value)) {
                throw new InferenceException(
                        network + ": the " + output + " of " + image.apply(index) + " must be finite numbers, found "
                                + value
                                + "; are the weights damaged, or mean, std and scale of the preprocessing wrong?"
                                + " Fetch or export the network again",
                        index);
            }
        }
    }
}
