package terzi.training.torchscript;

/** The order in which convolutions find images and kernels in memory; results are the same but for rounding. */
public enum MemoryLayout {
    /** The channels of a pixel side by side: faster on most processors, and what training uses. */
    CHANNELS_LAST,
    /** One channel after the other, as ONNX's {@code [N, C, H, W]} says. */
    CHANNELS_FIRST
}
