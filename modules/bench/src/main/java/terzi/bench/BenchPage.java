package terzi.bench;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import terzi.bench.BenchReport.Entry;
import terzi.bench.BenchReport.Estimate;
import terzi.bench.BenchReport.Figures;
import terzi.bench.BenchReport.Host;
import terzi.bench.BenchReport.Network;
import terzi.bench.BenchReport.Subject;
import terzi.bench.BenchReport.Throughput;
import terzi.bench.Findings.Ranked;
import terzi.evaluation.report.Html;

/** A report as a page that needs nothing else. */
final class BenchPage {
    private final BenchReport report;
    private final Findings findings;
    private final Html html = new Html();

    BenchPage(BenchReport report) {
        this.report = report;
        this.findings = new Findings(report);
    }

    String html() throws IOException {
        html.begin("Latency of " + report.network().name());
        header();
        summary();
        for (Subject subject : Subject.values()) {
            List<Ranked> measured = findings.measured(subject);
            if (!measured.isEmpty()) {
                subject(subject, measured);
            }
        }
        unavailable();
        method();
        html.end("Made by <code>terzi bench</code>. The same as files beside this page: <code>results.json</code>,"
                + " <code>results.csv</code>, <code>results.md</code>.");
        return html.toString();
    }

    private void header() {
        Network network = report.network();
        html.raw("<header><h1>Latency of " + Html.name(network.name()) + "</h1>\n");
        html.put(
                "<p class=\"faint\">Input %s, %,d classes, %,d parameters, %s MB; measured <span style=\"white-space:nowrap\">%s</span> on %s</p>\n",
                network.input().stream().map(String::valueOf).collect(Collectors.joining(" × ")),
                network.classes(),
                network.parameters(),
                Digits.three(network.bytes() / 1e6),
                report.date(),
                report.host().cpu());
        html.noteOnFonts();
        html.raw("<nav><a href=\"#summary\">Summary</a>");
        for (Subject subject : Subject.values()) {
            if (!findings.measured(subject).isEmpty()) {
                html.put("<a href=\"#%s\">%s</a>", id(subject), BenchText.capital(Digits.subject(subject)));
            }
        }
        html.raw(findings.unavailable().isEmpty() ? "" : "<a href=\"#unavailable\">Could not run</a>");
        html.raw("<a href=\"#method\">Method and machine</a></nav></header>\n");
    }

    private static String id(Subject subject) {
        return subject.name().toLowerCase(Locale.ROOT);
    }

    private void summary() {
        html.raw("<section id=\"summary\">\n<div class=\"key\">");
        findings.fastest(Subject.NETWORK)
                .ifPresent(fastest -> key(
                        Digits.three(fastest.figures().latency().p50().value()) + " ms",
                        "for one image, network alone: " + fastest.id()));
        findings.busiest(Subject.NETWORK)
                .ifPresent(busiest -> key(
                        Digits.three(busiest.best().orElseThrow().perSecond().value()) + "/s",
                        "images, in batches of " + busiest.best().orElseThrow().batch() + ": " + busiest.id()));
        findings.fastest(Subject.FILES)
                .ifPresent(fastest -> key(
                        Digits.three(fastest.figures().latency().p50().value()) + " ms",
                        "from a file to its label: " + fastest.id()));
        long measured = report.entries().stream().filter(Entry::isMeasured).count();
        key(measured + " of " + report.entries().size(), "backends could be measured");
        html.raw("</div>\n<dl class=\"words\">");
        findings.sentences().forEach((title, sentence) -> {
            html.put("<dt>%s</dt>", title);
            html.put("<dd" + (sentence.startsWith("WRONG") ? " class=\"bad\"" : "") + ">%s</dd>\n", sentence);
        });
        html.raw("</dl>\n");
        report.warnings().forEach(warning -> html.put("<p class=\"note\">%s</p>\n", warning));
        html.raw("</section>\n");
    }

    private void key(String value, String what) {
        html.put("<div><b>%s</b><span>%s</span></div>", value, what);
    }

    private void subject(Subject subject, List<Ranked> measured) {
        html.put("<section id=\"%s\"><h2>%s</h2>\n", id(subject), BenchText.capital(Digits.subject(subject)));
        html.raw(
                "<p class=\"faint\">The fastest first. The bar is the median time with its 95 % interval as a line; p99 is the"
                        + " time that 99 of 100 calls stay below.</p>\n");
        table(subject, measured);
        String baseline = report.baseline(subject).map(Entry::id).orElse("");
        BenchPanels panels = new BenchPanels(measured, baseline);
        String lines = measured.size() == 1
                ? ""
                : " The <span class=\"first\">thick line</span> is the backend above the panel, the"
                        + " <span class=\"second\">broken line</span> the baseline, faint lines are the others; all panels"
                        + " have the same axes.";
        panels(
                "How long single calls take",
                "Time over the share of calls that were at least as quick, so the rare slow calls are at the right; both axes are"
                        + " stretched." + lines,
                panels.latency(),
                one -> "p50 " + Digits.three(one.figures().latency().p50().value()) + " ms, p99 "
                        + Digits.three(one.figures().latency().p99().value()) + " ms, slowest "
                        + Digits.three(one.figures().latency().max()) + " ms");
        throughput(measured, panels, lines);
        panels(
                "When images arrive at random",
                "The <span class=\"first\">thick line</span> is the time from an image's arrival to its answer: what a user"
                        + " waits. The <span class=\"second\">broken line</span> counts the same calls from their start, as a"
                        + " closed loop does, which leaves out the waiting."
                        + (measured.size() == 1 ? "" : " Faint lines are the other backends."),
                panels.load(),
                one -> one.figures()
                        .load()
                        .map(load -> Digits.three(load.arrivalsPerSecond()) + " arrivals/s, busy "
                                + Digits.percent(load.use()) + "; p99 "
                                + Digits.three(load.response().p99().value()) + " ms against "
                                + Digits.three(load.service().p99().value()) + " ms")
                        .orElse(""));
        starts(measured);
        html.raw("</section>\n");
    }

    private void table(Subject subject, List<Ranked> measured) {
        boolean answers = subject == Subject.NETWORK;
        html.raw("<div class=\"scroll\"><table><thead><tr><th class=\"name\">backend</th><th>p50 ms</th><th></th>"
                + "<th class=\"name\">against the baseline</th><th class=\"spare\">95 % interval</th><th>p99 ms</th>"
                + "<th>best images/s</th><th>batch</th><th>p99 ms, random arrivals</th>"
                + (answers ? "<th>answers differ by</th>" : "") + "</tr></thead><tbody>\n");
        double most = measured.stream()
                .mapToDouble(one -> one.figures().latency().p50().interval().high())
                .max()
                .orElse(1);
        for (Ranked one : measured) {
            Figures figures = one.figures();
            Estimate p50 = figures.latency().p50();
            html.raw("<tr>" + name(one) + "<td>" + Digits.value(p50) + "</td>");
            bar(p50.value(), p50.interval().low(), p50.interval().high(), most);
            html.put("<td class=\"words" + tone(one) + "\">%s</td>", BenchColumns.verdict(one));
            html.put(
                    "<td class=\"spare\">%s</td><td>%s</td><td>%s</td><td>%s</td><td>%s</td>",
                    Digits.interval(p50, "–"),
                    Digits.three(figures.latency().p99().value()),
                    one.best()
                            .map(best -> Digits.three(best.perSecond().value()))
                            .orElse("–"),
                    one.best().map(best -> Integer.toString(best.batch())).orElse("–"),
                    BenchColumns.loadP99(figures));
            html.raw(answers ? "<td>" + Html.escape(BenchColumns.answers(one)) + "</td></tr>\n" : "</tr>\n");
        }
        html.raw("</tbody></table></div>\n");
    }

    private static String tone(Ranked one) {
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

    private static String name(Ranked one) {
        return "<th class=\"name long\">" + Html.name(one.id()) + "</th>";
    }

    private void bar(double value, double low, double high, double most) {
        double perUnit = most > 0 ? 100 / most : 0;
        html.put(
                "<td class=\"bar slim\"><span class=\"track\"><i style=\"width:%.2f%%\"></i>"
                        + (low < high ? "<u style=\"left:%.2f%%;width:%.2f%%\"></u>" : "") + "</span></td>",
                value * perUnit,
                low * perUnit,
                (high - low) * perUnit);
    }

    private void throughput(List<Ranked> measured, BenchPanels panels, String lines) {
        List<Integer> batches = BenchPanels.batches(measured);
        if (batches.isEmpty()) {
            return;
        }
        panels(
                "How many images a second",
                "In batches, with 95 % intervals." + lines,
                panels.throughput(),
                one -> one.best()
                        .map(best -> "most with batch " + best.batch() + ": " + Digits.withInterval(best.perSecond()))
                        .orElse(""));
        html.raw("<details><summary>Images a second as numbers</summary><div class=\"scroll\"><table><thead><tr>"
                + "<th class=\"name\">backend</th>");
        batches.forEach(batch -> html.put("<th>batch %d</th>", batch));
        html.raw("</tr></thead><tbody>\n");
        for (Ranked one : measured) {
            Map<Integer, Throughput> byBatch = new LinkedHashMap<>();
            one.figures().throughput().forEach(each -> byBatch.put(each.batch(), each));
            html.raw("<tr>" + name(one));
            for (int batch : batches) {
                Throughput each = byBatch.get(batch);
                html.put("<td>%s</td>", each == null ? "–" : Digits.withInterval(each.perSecond()));
            }
            html.raw("</tr>\n");
        }
        html.raw("</tbody></table></div></details>\n");
    }

    private void panels(String title, String words, List<BenchPanels.Titled> panels, Function<Ranked, String> caption) {
        if (panels.isEmpty() || !Html.hasFigures()) {
            return;
        }
        html.put("<h3>%s</h3>\n", title).raw("<p class=\"faint\">" + words + "</p>\n<div class=\"panels\">\n");
        for (BenchPanels.Titled titled : panels) {
            html.raw("<figure><figcaption><b>" + Html.name(titled.one().id()) + "</b>"
                    + (titled.one().isWrong() ? " <span class=\"bad\">wrong answers</span>" : ""));
            html.put("<br><small>%s</small></figcaption>", caption.apply(titled.one()));
            html.panel(titled.panel()).raw("</figure>\n");
        }
        html.raw("</div>\n");
    }

    private void starts(List<Ranked> measured) {
        html.raw(
                "<h3>Start and memory</h3>\n<p class=\"faint\">First answer: from the start of the process to its first answer."
                        + " Load: to open the model in a running process. Medians over processes, with the whole range as a line."
                        + " Memory: the process's largest.</p>\n<div class=\"scroll\"><table><thead><tr><th class=\"name\">backend</th>"
                        + "<th>first answer ms</th><th></th><th>load ms</th><th></th><th>memory MiB</th><th></th></tr></thead><tbody>\n");
        double first = most(measured, Figures::firstAnswerMillis);
        double load = most(measured, Figures::loadMillis);
        double memory = most(measured, BenchPage::memory);
        for (Ranked one : measured) {
            html.raw("<tr>" + name(one));
            spread(one.figures().firstAnswerMillis(), first);
            spread(one.figures().loadMillis(), load);
            spread(memory(one.figures()), memory);
            html.raw("</tr>\n");
        }
        html.raw("</tbody></table></div>\n");
    }

    private static List<Double> memory(Figures figures) {
        return figures.peakMib().map(List::of).orElse(List.of());
    }

    private static double most(List<Ranked> measured, Function<Figures, List<Double>> values) {
        return measured.stream()
                .flatMap(one -> values.apply(one.figures()).stream())
                .mapToDouble(Double::doubleValue)
                .max()
                .orElse(0);
    }

    private void spread(List<Double> values, double most) {
        if (values.isEmpty()) {
            html.raw("<td>–</td><td></td>");
            return;
        }
        double middle = BenchColumns.middle(values);
        html.put("<td>%s</td>", Digits.three(middle));
        bar(
                middle,
                values.stream().mapToDouble(Double::doubleValue).min().orElse(middle),
                values.stream().mapToDouble(Double::doubleValue).max().orElse(middle),
                most);
    }

    private void unavailable() {
        if (findings.unavailable().isEmpty()) {
            return;
        }
        html.raw("<section id=\"unavailable\"><h2>Could not run</h2>\n<table class=\"facts\"><tbody>\n");
        for (Entry entry : findings.unavailable()) {
            html.raw("<tr><th>" + Html.name(entry.id()))
                    .put(
                            "<br><small>%s</small></th><td>%s</td></tr>\n",
                            Digits.subject(entry.subject()), entry.reason());
        }
        html.raw("</tbody></table></section>\n");
    }

    private void method() {
        html.raw("<section id=\"method\"><h2>Method and machine</h2>\n").put("<p>%s</p>\n", findings.method());
        html.raw("<table class=\"facts\"><tbody>\n");
        facts().forEach((name, value) -> html.put(
                "<tr><th>%s</th><td" + (name.equals("command") || name.contains("SHA") ? " class=\"code\"" : "")
                        + ">%s</td></tr>\n",
                name,
                value));
        html.raw("</tbody></table>\n");
        html.raw(
                "<details><summary>Settings and versions of each backend</summary><div class=\"scroll\"><table><thead><tr>"
                        + "<th class=\"name\">backend</th><th class=\"name\">settings</th><th class=\"name\">versions</th></tr></thead>"
                        + "<tbody>\n");
        for (Entry entry : report.entries()) {
            html.raw("<tr><th class=\"name\">" + Html.name(entry.id()) + "</th>")
                    .put(
                            "<td class=\"name\">%s</td><td class=\"name\">%s</td></tr>\n",
                            pairs(entry.settings(), "="), pairs(entry.versions(), " "));
        }
        html.raw("</tbody></table></div></details>\n</section>\n");
    }

    private static String pairs(Map<String, String> map, String between) {
        return map.entrySet().stream()
                .map(one -> one.getKey() + between + one.getValue())
                .collect(Collectors.joining(", "));
    }

    private Map<String, String> facts() {
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
        facts.put("memory", String.format(Locale.ROOT, "%,d MiB", host.memoryMib()));
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
