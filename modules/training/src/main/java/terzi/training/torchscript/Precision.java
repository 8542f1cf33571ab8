package terzi.training.torchscript;

/** The number format in which convolutions and matrix products are computed while training; master weights and results are always float32. */
public enum Precision {
    /** Everything in 32-bit floats. */
    FP32,
    /**
     * Convolutions and matrix products in bfloat16 with channels-last memory layout; normalisations, softmax and reductions in float32. Pays off where the
     * processor has {@code avx512_bf16} or {@code amx_bf16}, or the GPU bf16 units; elsewhere it is slower than {@link #FP32}.
     */
    BF16
}
