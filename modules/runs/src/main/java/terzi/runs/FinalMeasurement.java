package terzi.runs;

/** The images that a training is measured on when it has ended. */
public enum FinalMeasurement {
    /** The test images, or the validation images where the dataset has no test part. */
    TEST,
    /** The validation images; the test images stay unseen, to choose between recipes. */
    VALIDATION
}
