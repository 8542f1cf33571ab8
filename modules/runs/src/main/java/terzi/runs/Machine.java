package terzi.runs;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import terzi.training.run.Processor;

/** What {@code terzi doctor} finds out about the JVM and the machine under it. */
final class Machine {
    private static final long LOW_MEMORY = 2_000_000_000L;

    private Machine() {}

    /** In a line, for reports: {@code AMD EPYC-Rome Processor, 2 cores, 8.2 GB}. */
    static String description() {
        String memory = ManagementFactory.getOperatingSystemMXBean()
                        instanceof com.sun.management.OperatingSystemMXBean operatingSystem
                ? ", " + Sizes.text(operatingSystem.getTotalMemorySize())
                : "";
        Processor processor = Processor.here();
        return processor.name() + ", " + Processor.cores(processor.cores()) + memory + ", "
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
                        "no".equals(System.getenv("TERZI_FAST_START"))
                                ? "unset TERZI_FAST_START, which is 'no'"
                                : "start through ./terzi; if you did, delete modules/cli/target/dist to build the archive"
                                        + " again");
    }

    static Finding cores() {
        Processor processor = Processor.here();
        String detail = processor.cores() + " usable";
        if (processor.present() > processor.cores()) {
            detail += " of " + processor.present() + " (limited by the container or by affinity)";
        }
        return Finding.ok("cores", detail);
    }

    static Finding cpu() {
        Processor processor = Processor.here();
        if (processor.features().isEmpty()) {
            return Finding.ok("cpu", processor.name() + "; none of the features is known that make networks faster");
        }
        return Finding.ok(
                "cpu",
                processor.name() + "; " + String.join(" ", processor.features())
                        + (processor.computesInBfloat16()
                                ? "; trains in bf16"
                                : "; no bf16, so training runs in fp32"));
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
}
