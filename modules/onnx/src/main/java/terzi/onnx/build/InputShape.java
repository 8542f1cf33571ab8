package terzi.onnx.build;

/** What one picture looks like to a network: {@code [C, H, W]}. */
public record InputShape(int channels, int height, int width) {
    public InputShape {
        Require.positive("input", "channels", channels);
        Require.positive("input", "height", height);
        Require.positive("input", "width", width);
    }
}
