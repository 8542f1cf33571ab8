package terzi.runs;

/** The method behind the heat maps of an explanation. */
public enum MapChoice {
    /** Class activation maps where the classifier file computes them, Grad-CAM elsewhere. */
    AUTO,
    /** The class activation maps that the classifier file computes. */
    CAM,
    /** Grad-CAM: gradients of a class score, computed by the training engine. */
    GRADCAM
}
