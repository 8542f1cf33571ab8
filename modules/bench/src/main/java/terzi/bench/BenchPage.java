package terzi.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import terzi.bench.BenchReport.Entry;
import terzi.bench.BenchReport.Figures;
import terzi.bench.BenchReport.Host;
import terzi.bench.BenchReport.Subject;
import terzi.bench.Findings.Ranked;
import terzi.evaluation.report.HtmlPage;

/** What {@code bench.jte} shows: a report as a page that needs nothing else. */
record BenchPage(BenchReport report, Findings findings, List<Section> sections, HtmlPage page) {
    static BenchPage of(BenchReport report) {
        Findings findings = new Findings(report);
        List<Section> sections = Stream.of(Subject.values())
                .map(subject -> new Section(
                        subject,
                        findings.measured(subject),
                        report.baseline(subject).map(Entry::id).orElse("")))
                .filter(section -> !section.measured().isEmpty())
                .toList();
        return new BenchPage(report, findings, sections, new HtmlPage());
    }

    String html() throws IOException {
        return HtmlPage.of("Latency of " + report.network().name(), JtebenchGenerated::render, this);
    }

    String input() {
        return report.network().input().stream().map(String::valueOf).collect(Collectors.joining(" × "));
    }

    /** A figure that stands out, with what it is. */
    record Key(String value, String words) {}

    List<Key> keys() {
        List<Key> keys = new ArrayList<>();
        findings.fastest(Subject.NETWORK)
                .ifPresent(fastest ->
                        keys.add(new Key(median(fastest) + " ms", "for one image, network alone: " + fastest.id())));
        findings.busiest(Subject.NETWORK).ifPresent(busiest -> busiest.best()
                .ifPresent(best -> keys.add(new Key(
                        Digits.three(best.perSecond().value()) + "/s",
                        "images, in batches of " + best.batch() + ": " + busiest.id()))));
        findings.fastest(Subject.FILES)
                .ifPresent(fastest ->
                        keys.add(new Key(median(fastest) + " ms", "from a file to its label: " + fastest.id())));
        long measured = report.entries().stream().filter(Entry::isMeasured).count();
        keys.add(new Key(measured + " of " + report.entries().size(), "backends could be measured"));
        return keys;
    }

    private static String median(Ranked one) {
        return Digits.three(one.figures().latency().p50().value());
    }

    /**
     * What was measured of one subject.
     *
     * @param measured the fastest first
     * @param baseline id of the baseline, or nothing
     */
    record Section(Subject subject, List<Ranked> measured, String baseline) {
        String id() {
            return subject.name().toLowerCase(Locale.ROOT);
        }

        String title() {
            return BenchText.capital(Digits.subject(subject));
        }

        boolean isAlone() {
            return measured.size() == 1;
        }

        boolean hasAnswers() {
            return subject == Subject.NETWORK;
        }

        /** The end of the bars of the medians. */
        double most() {
            return measured.stream()
                    .mapToDouble(one -> one.figures().latency().p50().interval().high())
                    .max()
                    .orElse(1);
        }

        BenchPanels panels() {
            return new BenchPanels(measured, baseline);
        }

        List<Integer> batches() {
            return BenchPanels.batches(measured);
        }

        /** The first answer, the load and the memory of each backend. */
        List<Start> starts() {
            List<Function<Figures, List<Double>>> columns =
                    List.of(Figures::firstAnswerMillis, Figures::loadMillis, figures -> figures.peakMib()
                            .map(List::of)
                            .orElse(List.of()));
            return measured.stream()
                    .map(one -> new Start(
                            one.id(),
                            columns.stream()
                                    .map(column -> new Spread(column.apply(one.figures()), most(column)))
                                    .toList()))
                    .toList();
        }

        private double most(Function<Figures, List<Double>> column) {
            return measured.stream()
                    .map(one -> column.apply(one.figures()))
                    .flatMap(Collection::stream)
                    .max(Double::compare)
                    .orElse(0.0);
        }
    }

    /** What a backend takes to start. */
    record Start(String id, List<Spread> spreads) {}

    /**
     * The values of a backend's processes.
     *
     * @param most the largest value of any backend
     */
    record Spread(List<Double> values, double most) {
        double middle() {
            return BenchColumns.middle(values);
        }

        double low() {
            return Collections.min(values);
        }

        double high() {
            return Collections.max(values);
        }
    }

    static String throughput(Ranked one, int batch) {
        return one.figures().throughput().stream()
                .filter(each -> each.batch() == batch)
                .findFirst()
                .map(each -> Digits.withInterval(each.perSecond()))
                .orElse("–");
    }

    /** Whether a fact is to be copied. */
    static boolean isCode(String fact) {
        return fact.equals("command") || fact.contains("SHA");
    }

    /** The style class of a verdict. */
    static String tone(Ranked one) {
        if (one.isWrong()) {
            return " bad";
        }
        return one.entry()
                .verdict()
                .map(verdict -> switch (verdict.word()) {
                    case FASTER -> " good";
                    case SLOWER -> " bad";
                    case NO_DIFFERENCE, UNCLEAR, BUSY -> "";
                })
                .orElse("");
    }

    static String pairs(Map<String, String> map, String between) {
        return map.entrySet().stream()
                .map(one -> one.getKey() + between + one.getValue())
                .collect(Collectors.joining(", "));
    }

    /** How and where it was measured. */
    Map<String, String> facts() {
        Host host = report.host();
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("command", report.command());
        facts.put("model", report.network().name());
        facts.put("SHA-256", report.network().sha256());
        facts.put("processor", host.cpu());
        facts.put(
                "cores",
                host.cores()
                        + host.quota()
                                .map(quota -> ", the container may use " + Digits.three(quota))
                                .orElse(""));
        facts.put("features", host.features().isEmpty() ? "none known" : String.join(" ", host.features()));
        host.governor().ifPresent(governor -> facts.put("governor", governor));
        facts.put("memory", Digits.count(host.memoryMib()) + " MiB");
        facts.put("system", host.system());
        facts.put("Java", host.java());
        facts.put(
                "while measuring",
                "load before " + Digits.three(host.loadBefore()) + "; other programs "
                        + Digits.percent(host.othersShare())
                        + " of the processors' time, stolen " + Digits.percent(host.stolenShare())
                        + "; a fixed piece of work "
                        + Digits.percent(host.drift()) + " slower at its slowest"
                        + host.hottest()
                                .map(hottest -> "; hottest sensor " + Digits.three(hottest) + " °C")
                                .orElse(""));
        return facts;
    }
}
