package terzi.bench;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import terzi.bench.BenchReport.Agreement.Grade;
import terzi.bench.BenchReport.Entry;
import terzi.bench.BenchReport.Estimate;
import terzi.bench.BenchReport.Figures;
import terzi.bench.BenchReport.Subject;
import terzi.bench.BenchReport.Throughput;
import terzi.bench.BenchReport.Verdict.Word;

/**
 * What changed between two reports of one model, beyond noise.
 *
 * <p>Backends are matched by id and subject. A ratio's interval is a bootstrap interval over processes and rounds of both
 * reports, which were not measured together; a difference is called one if that interval excludes 1 and the ratio is off by at
 * least the larger margin of the two reports.
 *
 * @param model its name now
 * @param before date of the older report
 * @param now date of the newer one
 * @param margin smallest relative difference that is called one
 * @param changes a line for each figure that both have
 * @param presences backends that only one of them could measure, and answers that became wrong or right
 * @param versions of what backends are made of, where they changed
 * @param warnings why the comparison says little, such as another machine; empty is good
 */
public record BenchComparison(
        String model,
        String before,
        String now,
        double margin,
        List<Change> changes,
        List<Presence> presences,
        List<String> versions,
        List<String> warnings) {

    public BenchComparison {
        changes = List.copyOf(changes);
        presences = List.copyOf(presences);
        versions = List.copyOf(versions);
        warnings = List.copyOf(warnings);
    }

    /** What is compared. */
    public enum Metric {
        /** Median time of single calls, milliseconds. */
        P50("p50", " ms"),
        /** The time that 99 of 100 calls stay below, milliseconds; too noisy for a verdict. */
        P99("p99", " ms"),
        /** Images in a second. */
        THROUGHPUT("batch", "/s");

        private final String text;
        private final String unit;

        Metric(String text, String unit) {
            this.text = text;
            this.unit = unit;
        }

        @Override
        public String toString() {
            return text;
        }

        String unit() {
            return unit;
        }
    }

    /**
     * One figure then and now.
     *
     * @param batch of the throughput; 1 for times
     * @param ratio now over before, with its interval; without one for p99
     * @param word what may be said; absent for p99
     */
    public record Change(
            String id,
            Subject subject,
            Metric metric,
            int batch,
            double before,
            double now,
            double ratio,
            Optional<Estimate> estimate,
            Optional<Word> word) {
        boolean is(Word expected) {
            return word.filter(expected::equals).isPresent();
        }
    }

    /** How a backend's part in the reports changed. */
    public enum State {
        NEW("new"),
        /** Neither measured nor tried now: perhaps it was not asked for. */
        GONE("not in the new report"),
        /** Measured before, and unavailable now. */
        NO_LONGER_RUNS("no longer runs"),
        RUNS_NOW("runs now"),
        /** Its answers were those of the baseline, and are no longer. */
        WRONG_NOW("gives wrong answers now"),
        RIGHT_NOW("gives right answers now");

        private final String text;

        State(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }

        boolean isRegression() {
            return this == NO_LONGER_RUNS || this == WRONG_NOW;
        }
    }

    /** A backend that there is no ratio of, or whose answers changed. */
    public record Presence(String id, Subject subject, State state, String reason) {}

    /**
     * Compares two reports.
     *
     * @param before the older one, what the other is held against
     */
    public static BenchComparison of(BenchReport before, BenchReport now) {
        double margin = Math.max(before.method().margin(), now.method().margin());
        Map<Key, Entry> old = byKey(before);
        Map<Key, Entry> fresh = byKey(now);
        List<Change> changes = new ArrayList<>();
        List<Presence> presences = new ArrayList<>();
        Set<String> versions = new TreeSet<>();
        for (Entry entry : now.entries()) {
            Entry earlier = old.get(Key.of(entry));
            if (earlier == null) {
                presences.add(presence(entry, State.NEW, entry.reason()));
                continue;
            }
            versions.addAll(versions(earlier, entry));
            if (earlier.figures().isPresent() && entry.figures().isPresent()) {
                boolean isBusy = earlier.figures().get().isDisturbed()
                        || entry.figures().get().isDisturbed();
                new Figurewise(entry, margin, now.method().seed(), isBusy)
                        .compare(earlier.figures().get(), entry.figures().get(), changes);
                answers(earlier, entry).ifPresent(presences::add);
            } else if (earlier.isMeasured()) {
                presences.add(presence(entry, State.NO_LONGER_RUNS, entry.reason()));
            } else if (entry.isMeasured()) {
                presences.add(presence(entry, State.RUNS_NOW, ""));
            }
        }
        old.forEach((key, entry) -> {
            if (!fresh.containsKey(key)) {
                presences.add(presence(entry, State.GONE, ""));
            }
        });
        return new BenchComparison(
                now.network().name(),
                before.date(),
                now.date(),
                margin,
                changes,
                presences,
                List.copyOf(versions),
                warnings(before, now));
    }

    private record Key(String id, Subject subject) {
        static Key of(Entry entry) {
            return new Key(entry.id(), entry.subject());
        }
    }

    private static Map<Key, Entry> byKey(BenchReport report) {
        Map<Key, Entry> entries = new LinkedHashMap<>();
        report.entries().forEach(entry -> entries.putIfAbsent(Key.of(entry), entry));
        return entries;
    }

    private static Presence presence(Entry entry, State state, String reason) {
        return new Presence(entry.id(), entry.subject(), state, reason);
    }

    private static Optional<Boolean> isRight(Entry entry) {
        return entry.figures().flatMap(Figures::agreement).map(agreement -> agreement.grade() != Grade.OTHER);
    }

    private static Optional<Presence> answers(Entry before, Entry now) {
        Optional<Boolean> then = isRight(before);
        Optional<Boolean> since = isRight(now);
        if (then.isEmpty() || since.isEmpty() || then.equals(since)) {
            return Optional.empty();
        }
        return Optional.of(presence(now, since.get() ? State.RIGHT_NOW : State.WRONG_NOW, ""));
    }

    /** Compares the figures of one backend. */
    private record Figurewise(Entry entry, double margin, long seed, boolean isBusy) {
        void compare(Figures before, Figures now, List<Change> changes) {
            changes.add(change(
                    Metric.P50,
                    1,
                    RoundsBootstrap.value(before.latency().perRound()),
                    RoundsBootstrap.value(now.latency().perRound()),
                    RoundsBootstrap.ratio(
                            now.latency().perRound(), before.latency().perRound(), seed)));
            double p99Before = before.latency().p99().value();
            double p99Now = now.latency().p99().value();
            changes.add(new Change(
                    entry.id(),
                    entry.subject(),
                    Metric.P99,
                    1,
                    p99Before,
                    p99Now,
                    p99Now / p99Before,
                    Optional.empty(),
                    Optional.empty()));
            Map<Integer, Throughput> earlier = new HashMap<>();
            before.throughput().forEach(throughput -> earlier.put(throughput.batch(), throughput));
            for (Throughput throughput : now.throughput()) {
                Throughput then = earlier.get(throughput.batch());
                if (then != null) {
                    changes.add(change(
                            Metric.THROUGHPUT,
                            throughput.batch(),
                            then.perSecond().value(),
                            throughput.perSecond().value(),
                            RoundsBootstrap.ratio(throughput.perRound(), then.perRound(), seed)));
                }
            }
        }

        private Change change(Metric metric, int batch, double before, double now, Estimate ratio) {
            return new Change(
                    entry.id(),
                    entry.subject(),
                    metric,
                    batch,
                    before,
                    now,
                    ratio.value(),
                    Optional.of(ratio),
                    Optional.of(word(metric, ratio)));
        }

        private Word word(Metric metric, Estimate ratio) {
            if (isBusy) {
                return Word.BUSY;
            }
            Word ofTimes = Verdicts.of(ratio, margin).word();
            return switch (ofTimes) {
                case SLOWER -> metric == Metric.THROUGHPUT ? Word.FASTER : Word.SLOWER;
                case FASTER -> metric == Metric.THROUGHPUT ? Word.SLOWER : Word.FASTER;
                case NO_DIFFERENCE, UNCLEAR, BUSY -> ofTimes;
            };
        }
    }

    private static List<String> versions(Entry before, Entry now) {
        if (!before.isMeasured() || !now.isMeasured()) {
            return List.of(); // what could not run could hardly tell its versions
        }
        Set<String> names = new TreeSet<>(before.versions().keySet());
        names.addAll(now.versions().keySet());
        List<String> changed = new ArrayList<>();
        for (String name : names) {
            String then = before.versions().getOrDefault(name, "none");
            String since = now.versions().getOrDefault(name, "none");
            if (!then.equals(since)) {
                changed.add(now.backend() + ": " + name + " " + then + " -> " + since);
            }
        }
        return changed;
    }

    private static List<String> warnings(BenchReport before, BenchReport now) {
        List<String> differences = new ArrayList<>();
        BenchReport.Network old = before.network();
        BenchReport.Network fresh = now.network();
        if (!old.name().equals(fresh.name())) {
            differences.add("another model: " + old.name() + " before, " + fresh.name() + " now");
        } else if (!old.sha256().equals(fresh.sha256())) {
            differences.add("another model: the file " + fresh.name() + " has changed");
        }
        changed(differences, "processor", before.host().cpu(), now.host().cpu());
        changed(
                differences,
                "number of cores",
                before.host().cores(),
                now.host().cores());
        changed(differences, "quota of processors", quota(before.host()), quota(now.host()));
        Set<String> features = new TreeSet<>(before.host().features());
        if (!features.equals(new TreeSet<>(now.host().features()))) {
            changed(
                    differences,
                    "set of processor features",
                    String.join(" ", before.host().features()),
                    String.join(" ", now.host().features()));
        }
        List<String> warnings = new ArrayList<>();
        differences.forEach(difference -> warnings.add(difference + "; the comparison says little"));
        if (Math.min(before.method().processes(), now.method().processes()) == 1) {
            warnings.add(
                    "each backend ran in a single process; what differs from one start to the next looks like a change");
        }
        before.warnings().forEach(warning -> warnings.add("in the report before: " + warning));
        now.warnings().forEach(warning -> warnings.add("in the report now: " + warning));
        return warnings;
    }

    private static String quota(BenchReport.Host host) {
        return host.quota().map(Digits::three).orElse("none");
    }

    private static void changed(List<String> differences, String what, Object before, Object now) {
        if (!Objects.equals(before, now)) {
            differences.add("another machine: another " + what + ", " + before + " before, " + now + " now");
        }
    }

    /** Whether something became slower beyond noise, no longer runs, or answers wrongly now. */
    public boolean isRegression() {
        return changes.stream().anyMatch(change -> change.is(Word.SLOWER))
                || presences.stream().anyMatch(presence -> presence.state().isRegression());
    }

    /** For a terminal: what it means, then each figure. */
    public String text() {
        return text(BenchText.WIDEST);
    }

    /** For a terminal of so many columns. */
    public String text(int columns) {
        return new ComparisonText(columns).of(this);
    }
}
