package terzi.inference;

/**
 * The values of one image that a prediction is made of, not yet known to be finite.
 *
 * @param probabilities {@code [K]}
 * @param strangeness 0..1; 0 where the network computes none
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Answer(float[] probabilities, float strangeness) {}
