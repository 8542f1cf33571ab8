package terzi.cli;

/** Where the heat maps of {@code terzi explain} come from. */
enum MapChoice {
    /** The file's own maps where it has them, gradients elsewhere. */
    AUTO,
    /** The class activation maps that the file computes. */
    CAM,
    /** Gradients, by the training engine. */
    GRADCAM
}
