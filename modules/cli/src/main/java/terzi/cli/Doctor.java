package terzi.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import terzi.cli.Finding.Status;

/** The examination behind {@code terzi doctor}; its list of checks is the one place to add one. */
final class Doctor {
    private record Check(String subject, Examination examination) {}

    /** Looks at one thing; whatever it throws becomes a failure of its line, never the end of the examination. */
    private interface Examination {
        Finding examine() throws Exception;
    }

    private static final List<Check> CHECKS = List.of(
            new Check("Java", Machine::java),
            new Check("system", Machine::system),
            new Check("fast start", Machine::fastStart),
            new Check("cores", Machine::cores),
            new Check("cpu", Machine::cpu),
            new Check("memory", Machine::memory),
            new Check("onnx runtime", Engines::onnxRuntime),
            new Check("gpu", Engines::gpu),
            new Check("libtorch", Engines::libtorch),
            new Check("data sets", Storage::dataSets),
            new Check("caches", Storage::caches),
            new Check("disk", Storage::disk),
            new Check("telemetry", Machine::telemetry));

    /** As the system's loader words it. */
    private static final Pattern MISSING_LIBRARY =
            Pattern.compile("(lib[\\w.+-]+\\.so[\\w.]*): cannot open shared object");

    private Doctor() {}

    /**
     * Runs every check and tells each finding as soon as it is made.
     *
     * @param failures gets what checks threw; each is a finding as well
     */
    static List<Finding> examine(Consumer<Finding> listener, Consumer<Throwable> failures) {
        List<Finding> findings = new ArrayList<>();
        for (Check check : CHECKS) {
            Finding finding = examine(check, failures);
            findings.add(finding);
            listener.accept(finding);
        }
        return findings;
    }

    private static Finding examine(Check check, Consumer<Throwable> failures) {
        try {
            return check.examination().examine();
        } catch (Exception | Error e) {
            failures.accept(e);
            return Finding.fail(check.subject(), reason(e), remedy(e));
        }
    }

    private static String reason(Throwable failure) {
        // other commands send the user here for this; here its own words say what is missing
        return failure instanceof LinkageError
                ? Objects.requireNonNullElse(failure.getMessage(), failure.toString())
                : Failures.describe(failure);
    }

    /** What to do about it, which is not to run what is running. */
    private static String remedy(Throwable failure) {
        Matcher missing = MISSING_LIBRARY.matcher(String.valueOf(failure.getMessage()));
        if (missing.find()) {
            return "install the system library " + missing.group(1) + " (Debian: apt-file search " + missing.group(1)
                    + " names its package)";
        }
        return "'terzi doctor --verbose' also prints the log; if that does not explain it, report it with the log";
    }

    static boolean isHealthy(List<Finding> findings) {
        return findings.stream().noneMatch(finding -> finding.status() == Status.FAIL);
    }

    static Map<String, Object> asJson(List<Finding> findings) {
        List<Map<String, Object>> checks = new ArrayList<>();
        for (Finding finding : findings) {
            Map<String, Object> check = new LinkedHashMap<>();
            check.put("subject", finding.subject());
            check.put("status", finding.status().name().toLowerCase(Locale.ROOT));
            check.put("detail", finding.detail());
            check.put("remedy", finding.remedy());
            checks.add(check);
        }
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("healthy", isHealthy(findings));
        answer.put("version", Terzi.version());
        answer.put("checks", checks);
        return answer;
    }
}
