package terzi.training.recipe;

/** The arithmetic of a run; the weights themselves are always float32. */
public enum PrecisionChoice {
    /** bfloat16 where the processor computes in it (avx512_bf16 or amx_bf16), else float32. */
    AUTO,
    /** float32. */
    FP32,
    /** bfloat16 in convolutions and matrix products, on any processor. */
    BF16
}
