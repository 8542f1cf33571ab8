package terzi.runs;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A request to check the engines, the machine and the disk; the list of checks is the one place to add one. */
public record Diagnosing() implements Run<Diagnosed> {
    private record Check(String subject, Examination examination) {}

    /** Looks at one thing; whatever it throws becomes a failure of its line, never the end of the examination. */
    private interface Examination {
        Finding examine() throws Exception;
    }

    private static final List<Check> CHECKS = List.of(
            new Check("Java", MachineChecks::java),
            new Check("system", MachineChecks::system),
            new Check("fast start", MachineChecks::fastStart),
            new Check("cores", MachineChecks::cores),
            new Check("cpu", MachineChecks::cpu),
            new Check("memory", MachineChecks::memory),
            new Check("onnx runtime", Engines::onnxRuntime),
            new Check("gpu", Engines::gpu),
            new Check("libtorch", Engines::libtorch),
            new Check("datasets", Storage::dataSets),
            new Check("caches", Storage::caches),
            new Check("disk", Storage::disk),
            new Check("telemetry", MachineChecks::telemetry));

    /** As the system's loader words it. */
    private static final Pattern MISSING_LIBRARY =
            Pattern.compile("(lib[\\w.+-]+\\.so[\\w.]*): cannot open shared object");

    @Override
    public Diagnosed run(RunListener listener) {
        return run(listener, finding -> {});
    }

    /**
     * {@return the findings of all checks}
     *
     * @param listener told about exceptions that checks threw, as warnings; each is a finding as well
     * @param findings given each finding as soon as it is made
     */
    public Diagnosed run(RunListener listener, Consumer<Finding> findings) {
        RunLog log = new RunLog(listener, Execution.defaults());
        List<Finding> all = new ArrayList<>();
        for (Check check : CHECKS) {
            Finding finding = examine(check, log);
            all.add(finding);
            findings.accept(finding);
        }
        boolean healthy = all.stream().noneMatch(finding -> finding.status() == Finding.Status.FAIL);
        return new Diagnosed(healthy, Versions.terzi(), all);
    }

    private static Finding examine(Check check, RunLog log) {
        try {
            return check.examination().examine();
        } catch (Exception | Error e) {
            log.failed(e);
            return Finding.fail(check.subject(), reason(e), remedy(e));
        }
    }

    private static String reason(Throwable failure) {
        // other commands send the user here for this; here its own words say what is missing
        return failure instanceof LinkageError
                ? Objects.requireNonNullElse(failure.getMessage(), failure.toString())
                : Causes.describe(failure);
    }

    /** What to do about it, which is not to run what is running. */
    private static String remedy(Throwable failure) {
        Matcher missing = MISSING_LIBRARY.matcher(String.valueOf(failure.getMessage()));
        if (missing.find()) {
            return "install the system library " + missing.group(1) + " (Debian: apt-file search " + missing.group(1)
                    + " names its package)";
        }
        return "look into the log (verbose, of the logger terzi); if that does not explain it, report it with the log";
    }
}
