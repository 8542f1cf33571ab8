package terzi.runs;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import terzi.files.Machine;

/** What {@code terzi doctor} finds out about the JVM and the machine under it. */
final class MachineChecks {
    private static final long LOW_MEMORY = 2_000_000_000L;

    private MachineChecks() {}

    static Finding java() {
        String detail = Machine.here().java() + ", " + System.getProperty("java.vendor") + ", "
                + System.getProperty("java.home");
        return Finding.ok("Java", detail);
    }

    static Finding system() {
        return Finding.ok("system", Machine.here().system() + ", " + System.getProperty("os.arch"));
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
        Machine machine = Machine.here();
        String detail = machine.cores() + " usable";
        if (machine.present() > machine.cores()) {
            detail += " of " + machine.present() + " (limited by the container or by affinity)";
        }
        return Finding.ok("cores", detail);
    }

    static Finding cpu() {
        Machine machine = Machine.here();
        if (machine.features().isEmpty()) {
            return Finding.ok("cpu", machine.cpu() + "; none of the features is known that make networks faster");
        }
        return Finding.ok(
                "cpu",
                machine.cpu() + "; " + String.join(" ", machine.features())
                        + (machine.computesInBfloat16() ? "; trains in bf16" : "; no bf16, so training runs in fp32"));
    }

    static Finding memory() {
        long heap = Runtime.getRuntime().maxMemory();
        long total = Machine.here().memoryBytes();
        if (total == 0) {
            return Finding.ok("memory", "heap up to " + Sizes.text(heap));
        }
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
