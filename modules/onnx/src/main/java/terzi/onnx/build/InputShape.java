package terzi.onnx.build;

/**
 * The shape {@code [C, H, W]} of one input image.
 *
 * @param channels number of channels C, 1 to {@value Layer#MOST_CHANNELS}
 * @param height height H in pixels, 1 to {@value Layer#MOST_CHANNELS}
 * @param width width W in pixels, 1 to {@value Layer#MOST_CHANNELS}
 */
public record InputShape(int channels, int height, int width) {
    /**
     * Creates a shape.
     *
     * @param channels number of channels C, 1 to {@value Layer#MOST_CHANNELS}
     * @param height height H in pixels, 1 to {@value Layer#MOST_CHANNELS}
     * @param width width W in pixels, 1 to {@value Layer#MOST_CHANNELS}
     * @throws IllegalArgumentException if a size is out of range
     */
    public InputShape {
        Require.upTo("input", "channels", Layer.MOST_CHANNELS, channels);
        Require.upTo("input", "height", Layer.MOST_CHANNELS, height);
        Require.upTo("input", "width", Layer.MOST_CHANNELS, width);
    }
}
