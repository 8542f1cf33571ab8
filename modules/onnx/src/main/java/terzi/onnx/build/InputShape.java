package terzi.onnx.build;

/** What one image looks like to a network: {@code [C, H, W]}. */
public record InputShape(int channels, int height, int width) {
    public InputShape {
        Require.upTo("input", "channels", Layer.MOST_CHANNELS, channels);
        Require.upTo("input", "height", Layer.MOST_CHANNELS, height);
        Require.upTo("input", "width", Layer.MOST_CHANNELS, width);
    }
}
