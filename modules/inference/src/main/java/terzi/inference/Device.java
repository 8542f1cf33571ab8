package terzi.inference;

/**
 * Where a network runs.
 *
 * <p>{@link #auto()} is a wish only: {@link ImageClassifier#device()} always names the processor that was really taken.
 *
 * @param kind the kind of processor
 * @param index which one of its kind, from 0; always 0 for {@link Kind#CPU} and {@link Kind#AUTO}
 */
public record Device(Kind kind, int index) {

    /** The kinds of processors. */
    public enum Kind {
        /** The best processor that works here: CUDA where the driver is installed, else the CPU. */
        AUTO,
        /** The processor cores. */
        CPU,
        /** An NVIDIA GPU through CUDA. */
        CUDA
    }

    public Device {
        if (index < 0) {
            throw new IllegalArgumentException("device index must be 0 or more, found " + index);
        }
        if (kind != Kind.CUDA && index != 0) {
            throw new IllegalArgumentException("only cuda devices have an index, found " + kind + " " + index);
        }
    }

    /** The processor cores. */
    public static Device cpu() {
        return new Device(Kind.CPU, 0);
    }

    /**
     * The NVIDIA GPU of this index. Loading fails with {@link DeviceUnavailableException} when it cannot be used; there
     * is no silent fallback.
     */
    public static Device cuda(int index) {
        return new Device(Kind.CUDA, index);
    }

    /** CUDA where it works, else the CPU; the choice is logged and told by {@link ImageClassifier#device()}. */
    public static Device auto() {
        return new Device(Kind.AUTO, 0);
    }

    /**
     * Reads {@code auto}, {@code cpu}, {@code cuda} or {@code cuda:1}, as {@link #toString()} writes them.
     *
     * @throws IllegalArgumentException for any other text
     */
    public static Device parse(String text) {
        return switch (text) {
            case "auto" -> auto();
            case "cpu" -> cpu();
            case "cuda" -> cuda(0);
            default -> {
                if (!text.matches("cuda:\\d{1,4}")) {
                    throw new IllegalArgumentException(
                            "unknown device '" + text + "'; expected auto, cpu, cuda or cuda:<index>");
                }
                yield cuda(Integer.parseInt(text.substring("cuda:".length())));
            }
        };
    }

    /** {@code auto}, {@code cpu} or {@code cuda:0}. */
    @Override
    public String toString() {
        return switch (kind) {
            case AUTO -> "auto";
            case CPU -> "cpu";
            case CUDA -> "cuda:" + index;
        };
    }
}
