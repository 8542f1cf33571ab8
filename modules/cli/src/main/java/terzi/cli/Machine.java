package terzi.cli;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** What {@code terzi doctor} finds out about the JVM and the machine under it. */
final class Machine {
    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");
    private static final long LOW_MEMORY = 2_000_000_000L;
    /** The CPU features that change how fast Terzi is, in the kernel's spelling. */
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
            "sve");

    private Machine() {}

    /** In a line, for reports: {@code AMD EPYC-Rome Processor, 2 cores, 8.2 GB}. */
    static String description() {
        String memory = ManagementFactory.getOperatingSystemMXBean()
                        instanceof com.sun.management.OperatingSystemMXBean operatingSystem
                ? ", " + Sizes.text(operatingSystem.getTotalMemorySize())
                : "";
        return (Files.isReadable(CPU_INFO) ? first("model name") : Optional.<String>empty())
                        .orElse(System.getProperty("os.arch"))
                + ", " + Runtime.getRuntime().availableProcessors() + " cores" + memory + ", "
                + System.getProperty("os.name");
    }

    static Finding java() {
        String detail =
                Runtime.version() + ", " + System.getProperty("java.vendor") + ", " + System.getProperty("java.home");
        return Finding.ok("Java", detail);
    }

    static Finding system() {
        return Finding.ok(
                "system",
                System.getProperty("os.name") + " " + System.getProperty("os.version") + ", "
                        + System.getProperty("os.arch"));
    }

    /** Whether the launcher's archive of parsed classes is in use. */
    static Finding fastStart() {
        boolean shared = ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .anyMatch(argument -> argument.startsWith("-XX:SharedArchiveFile="));
        return shared
                ? Finding.ok("fast start", "classes come from the shared archive")
                : Finding.warn(
                        "fast start",
                        "classes are parsed anew at every start",
                        "start through ./terzi; if you did, delete modules/cli/target/dist to build the archive again");
    }

    static Finding cores() throws IOException {
        int usable = Runtime.getRuntime().availableProcessors();
        long present = Files.isReadable(CPU_INFO) ? lines("processor").count() : usable;
        String detail = usable + " usable";
        if (present > usable) {
            detail += " of " + present + " (limited by the container or by affinity)";
        }
        return Finding.ok("cores", detail);
    }

    static Finding cpu() throws IOException {
        if (!Files.isReadable(CPU_INFO)) {
            return Finding.ok("cpu", System.getProperty("os.arch") + "; this system does not list its features");
        }
        String model = first("model name").orElse(System.getProperty("os.arch"));
        TreeSet<String> flags = new TreeSet<>();
        first("flags").or(() -> first("Features")).ifPresent(all -> flags.addAll(List.of(all.split(" "))));
        List<String> present = new ArrayList<>(FEATURES);
        present.retainAll(flags);
        boolean bf16 = flags.contains("avx512_bf16") || flags.contains("amx_bf16") || flags.contains("bf16");
        return Finding.ok(
                "cpu",
                model + "; " + String.join(" ", present)
                        + (bf16 ? "; trains in bf16" : "; no bf16, so training runs in fp32"));
    }

    static Finding memory() {
        long heap = Runtime.getRuntime().maxMemory();
        if (!(ManagementFactory.getOperatingSystemMXBean()
                instanceof com.sun.management.OperatingSystemMXBean operatingSystem)) {
            return Finding.ok("memory", "heap up to " + Sizes.text(heap));
        }
        long total = operatingSystem.getTotalMemorySize();
        String detail = Sizes.text(total) + ", heap up to " + Sizes.text(heap);
        return total < LOW_MEMORY
                ? Finding.warn("memory", detail, "training needs about 1.5 GB: close other programs or train elsewhere")
                : Finding.ok("memory", detail);
    }

    /** Whether the libraries underneath were told not to report home and not to download. */
    static Finding telemetry() {
        List<String> missing = new ArrayList<>();
        if (!"1".equals(System.getenv("ORT_DISABLE_TELEMETRY"))) {
            missing.add("ORT_DISABLE_TELEMETRY=1");
        }
        if (!"true".equals(System.getenv("OPT_OUT_TRACKING"))) {
            missing.add("OPT_OUT_TRACKING=true");
        }
        if (!Boolean.getBoolean("ai.djl.offline")) {
            missing.add("-Dai.djl.offline=true");
        }
        return missing.isEmpty()
                ? Finding.ok("telemetry", "off in all libraries; engines download nothing")
                : Finding.warn(
                        "telemetry",
                        "not switched off: " + String.join(", ", missing),
                        "start through ./terzi, which sets them");
    }

    private static java.util.stream.Stream<String> lines(String key) throws IOException {
        return Files.readAllLines(CPU_INFO).stream()
                .filter(line -> line.split("\\s*:", 2)[0].strip().equals(key));
    }

    private static Optional<String> first(String key) {
        try {
            return lines(key).findFirst().map(line -> line.split(":", 2)[1].strip());
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
