package terzi.inference;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A processor that a network runs on.
 *
 * <p>{@link #auto()} is a wish only: {@link ImageClassifier#device()} always names the processor that was really taken.
 *
 * @param kind kind of processor
 * @param index number among its kind, from 0; only NVIDIA GPUs have another
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

    /**
     * Creates a device; use a factory method instead.
     *
     * @param kind kind of processor
     * @param index number among its kind, from 0; only NVIDIA GPUs have another
     * @throws IllegalArgumentException if the index is negative, or not 0 for another kind than an NVIDIA GPU
     */
    public Device {
        if (index < 0) {
            throw new IllegalArgumentException("device index must be 0 or more, found " + index);
        }
        if (kind != Kind.CUDA && kind != Kind.TENSORRT && index != 0) {
            throw new IllegalArgumentException(
                    "only cuda and tensorrt devices have an index, found " + kind + " " + index);
        }
    }

    /** {@return the processor cores} */
    public static Device cpu() {
        return new Device(Kind.CPU, 0);
    }

    /**
     * {@return an NVIDIA GPU; loading fails with {@link DeviceUnavailableException} if it cannot be used, without a
     * silent fallback}
     *
     * @param index number of the GPU, from 0
     */
    public static Device cuda(int index) {
        return new Device(Kind.CUDA, index);
    }

    /**
     * {@return an NVIDIA GPU through TensorRT, which builds its engine when an image of a new size comes}
     *
     * @param index number of the GPU, from 0
     */
    public static Device tensorRt(int index) {
        return new Device(Kind.TENSORRT, index);
    }

    /** {@return Core ML, on Macs with Apple's processor} */
    public static Device coreMl() {
        return new Device(Kind.COREML, 0);
    }

    /** {@return WebGPU, on Macs with Apple's processor} */
    public static Device webGpu() {
        return new Device(Kind.WEBGPU, 0);
    }

    /**
     * {@return CUDA where it works, else the CPU; the choice is logged, and {@link ImageClassifier#device()} has it}
     */
    public static Device auto() {
        return new Device(Kind.AUTO, 0);
    }

    /**
     * Reads a device as {@link #toString()} writes it: {@code auto}, {@code cpu}, {@code cuda}, {@code cuda:1}, {@code
     * tensorrt}, {@code tensorrt:1}, {@code coreml} or {@code webgpu}.
     *
     * @param text name of the device
     * @return the device
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
     * Looks for what this device needs, among files and without starting anything.
     *
     * @return why the device certainly cannot work on this machine; empty where it works or may work, which only
     *     loading a classifier on it shows
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
