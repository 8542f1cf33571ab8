package terzi.training.torchscript;

/**
 * The number format in which convolutions and matrix products are computed while training; master weights and results are always float32, and images are laid
 * out channels-last.
 */
public enum Precision {
    /** Everything in 32-bit floats. */
    FP32,
    /**
     * Convolutions and matrix products in bfloat16; softmax, reductions and the arithmetic of normalisations in float32. Pays off where the processor has
     * {@code avx512_bf16} or {@code amx_bf16}, or the GPU bf16 units; elsewhere it is far slower than {@link #FP32} (ten times on an AVX2 processor).
     */
    BF16
}
