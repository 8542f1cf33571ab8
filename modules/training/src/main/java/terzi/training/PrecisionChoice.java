package terzi.training;

import terzi.files.Machine;
import terzi.training.torchscript.Precision;

/** The arithmetic of a run; the weights themselves are always float32. */
public enum PrecisionChoice {
    /** bfloat16 where the processor computes in it (avx512_bf16 or amx_bf16), else float32. */
    AUTO,
    FP32,
    BF16;

    Precision resolve() {
        return switch (this) {
            case AUTO -> Machine.here().computesInBfloat16() ? Precision.BF16 : Precision.FP32;
            case FP32 -> Precision.FP32;
            case BF16 -> Precision.BF16;
        };
    }
}
