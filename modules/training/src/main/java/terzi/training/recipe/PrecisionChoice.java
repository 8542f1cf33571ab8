package terzi.training.recipe;

/** The arithmetic of a run; the weights themselves are always float32. */
public enum PrecisionChoice {
    /** bfloat16 where the processor computes in it (avx512_bf16 or amx_bf16), else float32. */
    AUTO,
    FP32,
    BF16
}
