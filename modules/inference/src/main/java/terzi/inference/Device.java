package terzi.inference;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a network runs.
 *
 * <p>{@link #auto()} is a wish only: {@link ImageClassifier#device()} always names the processor that was really taken.
 *
 * @param kind the kind of processor
 * @param index which one of its kind, from 0; only NVIDIA GPUs have another
 */
public record Device(Kind kind, int index) {

    private static final Pattern INDEXED = Pattern.compile("(cuda|tensorrt):(\\d{1,4})");

    /** The kinds of processors. */
    public enum Kind {
        /** The best processor that works here: CUDA where the driver is installed, else the CPU. */
        AUTO,
        /** The processor cores. */
        CPU,
        /** An NVIDIA GPU through CUDA. */
        CUDA,
        /** An NVIDIA GPU through TensorRT, and through CUDA for what TensorRT does not know. */
        TENSORRT,
        /** The accelerators of a Mac, through Core ML. */
        COREML,
        /** The GPU of a Mac, through WebGPU. */
        WEBGPU
    }

    public Device {
        if (index < 0) {
            throw new IllegalArgumentException("device index must be 0 or more, found " + index);
        }
        if (kind != Kind.CUDA && kind != Kind.TENSORRT && index != 0) {
            throw new IllegalArgumentException(
                    "only cuda and tensorrt devices have an index, found " + kind + " " + index);
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

    /** The NVIDIA GPU of this index through TensorRT; it builds its engine when an image of a new size comes. */
    public static Device tensorRt(int index) {
        return new Device(Kind.TENSORRT, index);
    }

    /** Core ML, on Macs with Apple's processor. */
    public static Device coreMl() {
        return new Device(Kind.COREML, 0);
    }

    /** WebGPU, on Macs with Apple's processor. */
    public static Device webGpu() {
        return new Device(Kind.WEBGPU, 0);
    }

    /** CUDA where it works, else the CPU; the choice is logged and told by {@link ImageClassifier#device()}. */
    public static Device auto() {
        return new Device(Kind.AUTO, 0);
    }

    /**
     * Reads {@code auto}, {@code cpu}, {@code cuda}, {@code cuda:1}, {@code tensorrt}, {@code tensorrt:1}, {@code coreml} or
     * {@code webgpu}, as {@link #toString()} writes them.
     *
     * @throws IllegalArgumentException for any other text
     */
    public static Device parse(String text) {
        return switch (text) {
            case "auto" -> auto();
            case "cpu" -> cpu();
            case "cuda" -> cuda(0);
            case "tensorrt" -> tensorRt(0);
            case "coreml" -> coreMl();
            case "webgpu" -> webGpu();
            default -> {
                Matcher indexed = INDEXED.matcher(text);
                if (!indexed.matches()) {
                    throw new IllegalArgumentException(
                            "unknown device '" + text
                                    + "'; expected auto, cpu, cuda, cuda:<index>, tensorrt, tensorrt:<index>, coreml or webgpu");
                }
                yield new Device(
                        Kind.valueOf(indexed.group(1).toUpperCase(Locale.ROOT)), Integer.parseInt(indexed.group(2)));
            }
        };
    }

    /**
     * Why this device certainly cannot work on this machine, with what it needs; empty where it works or may work, which
     * only loading a classifier on it tells. Looks for files and starts nothing.
     */
    public Optional<String> obstacle() {
        return DeviceProbe.ofThisMachine()
                .certainObstacle(kind)
                .map(obstacle -> obstacle + "; it needs " + DeviceProbe.needs(kind));
    }

    /** For example {@code auto}, {@code cpu} or {@code cuda:0}. */
    @Override
    public String toString() {
        String name = kind.name().toLowerCase(Locale.ROOT);
        return kind == Kind.CUDA || kind == Kind.TENSORRT ? name + ":" + index : name;
    }
}
