package terzi.training.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * The processor that a figure belongs to.
 *
 * @param name its maker's, or the architecture where the system does not tell
 * @param cores that this process may use
 * @param present that the system has; as many as {@code cores} where it does not tell
 * @param features that change the speed of a network, in the kernel's spelling; empty where the system does not tell
 */
public record Processor(String name, int cores, int present, List<String> features) {
    private static final Path INFO = Path.of("/proc/cpuinfo");
    private static final List<String> FEATURES = List.of(
            "avx2",
            "fma",
            "f16c",
            "avx512f",
            "avx512_vnni",
            "avx_vnni",
            "avx512_bf16",
            "amx_bf16",
            "amx_int8",
            "asimd",
            "asimddp",
            "i8mm",
            "bf16",
            "sve",
            "hypervisor");

    public Processor {
        features = List.copyOf(features);
    }

    /** The one of this machine. */
    public static Processor here() {
        List<String> lines;
        try {
            lines = Files.readAllLines(INFO);
        } catch (IOException notLinux) {
            lines = List.of();
        }
        return of(lines, Runtime.getRuntime().availableProcessors());
    }

    /** Such as {@code 1 core}, {@code 2 cores}. */
    public static String cores(int count) {
        return count + (count == 1 ? " core" : " cores");
    }

    /** @param lines of Linux's list of processors; none elsewhere */
    static Processor of(List<String> lines, int cores) {
        List<String> features = new ArrayList<>(FEATURES);
        features.retainAll(Stream.concat(values(lines, "flags"), values(lines, "Features"))
                .findFirst()
                .map(all -> Arrays.asList(all.split(" ", -1)))
                .orElse(List.of()));
        return new Processor(
                values(lines, "model name").findFirst().orElse(System.getProperty("os.arch", "unknown")),
                cores,
                Math.max(cores, (int) values(lines, "processor").count()),
                features);
    }

    private static Stream<String> values(List<String> lines, String key) {
        return lines.stream()
                .map(line -> line.split(":", 2))
                .filter(parts -> parts.length == 2 && parts[0].strip().equals(key))
                .map(parts -> parts[1].strip());
    }

    /** Whether it multiplies bfloat16 numbers itself and libtorch has it do so; otherwise they are slower than float32. */
    public boolean computesInBfloat16() {
        return features.contains("avx512_bf16") || features.contains("amx_bf16");
    }
}
