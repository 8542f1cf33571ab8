package terzi.training.run;

/**
 * What one epoch achieved.
 *
 * @param number the first epoch is 1
 * @param trainLoss mean of the loss that was minimised, with class weights, smoothing and mixup
 * @param trainAccuracy share of training images answered right while training (augmented, with dropout); of a mixed one,
 *     each of the two labels counts for its share
 * @param validationLoss mean cross-entropy on the validation set, without class weights and smoothing
 * @param validationAccuracy share of validation images answered right
 * @param learningRate the learning rate of the last step
 * @param seconds time for training and validation
 */
public record Epoch(
        int number,
        double trainLoss,
        double trainAccuracy,
        double validationLoss,
        double validationAccuracy,
        double learningRate,
        double seconds) {}
