package terzi.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import terzi.backbones.Backbone;
import terzi.backbones.BackboneCard;
import terzi.backbones.Backbones;
import terzi.images.Filter;
import terzi.images.Preprocessing;
import terzi.onnx.Model;

/** The work of {@code terzi backbones}. */
final class BackboneListing {
    private static final String ROW = "%-10s %12s %9s %-7s %-8s %s";

    private BackboneListing() {}

    static int list(BackboneAccess access) {
        Console console = access.console();
        List<Map<String, Object>> rows = new ArrayList<>();
        console.print(String.format(Locale.ROOT, ROW, "name", "parameters", "download", "cached", "licence", "source"));
        for (BackboneCard card : Backbones.cards()) {
            Optional<Path> cached = Backbones.cached(card.name(), access.options());
            console.print(String.format(
                    Locale.ROOT,
                    ROW,
                    card.name(),
                    Sizes.count(card.parameters()),
                    Sizes.text(card.downloadBytes()),
                    cached.isPresent() ? "yes" : "no",
                    card.licence().replaceAll("[ (].*", ""),
                    card.source()));
            Map<String, Object> row = described(card);
            cached.ifPresent(file -> row.put("cached", file.toString()));
            rows.add(row);
        }
        console.print("");
        console.print(
                "A file (.onnx, .h5, .keras, model.json), a folder or hf:OWNER/NAME is taken wherever a name is.");
        console.json(Map.of("backbones", rows));
        return ExitCode.OK;
    }

    static int pull(BackboneAccess access, String name) throws IOException {
        Console console = access.console();
        Backbone backbone = access.open(name);
        Optional<Path> file = Backbones.cached(name, access.options());
        Map<String, Object> answer = described(backbone.card());
        answer.put("head", head(backbone.network()));
        if (file.isPresent()) {
            answer.put("cached", file.get().toString());
            answer.put("bytes", Files.size(file.get()));
            console.print(backbone.card().name() + " is ready: " + file.get() + " ("
                    + Sizes.text(Files.size(file.get())) + ")");
        } else {
            console.print(backbone.card().name() + " is ready");
        }
        remarks(console, backbone.card());
        console.json(answer);
        return ExitCode.OK;
    }

    static int show(BackboneAccess access, String name) throws IOException {
        Console console = access.console();
        Optional<BackboneCard> known = Backbones.card(name);
        Optional<Path> cached = Backbones.cached(name, access.options());
        boolean isAtHand = known.isEmpty() || cached.isPresent();
        Optional<Backbone> opened = isAtHand ? Optional.of(access.open(name)) : Optional.empty();
        BackboneCard card = opened.map(Backbone::card).or(() -> known).orElseThrow();
        Preprocessing preprocessing = opened.map(Backbone::preprocessing).orElse(card.preprocessing());
        line(console, "name", card.name());
        line(console, "what", card.description());
        line(console, "source", card.source());
        line(console, "digest", card.digest());
        line(console, "licence", card.licence());
        line(console, "origin", card.origin());
        line(console, "paper", card.paper());
        line(console, "parameters", Sizes.count(card.parameters()));
        line(console, "images", text(preprocessing));
        card.golden().ifPresent(golden -> line(console, "checked", "against the answer of " + golden.madeWith()));
        Map<String, Object> answer = described(card);
        if (opened.isPresent()) {
            Model network = opened.get().network();
            network.graph().trueInputs().forEach(v -> line(console, "input", v.name() + "  " + v.type()));
            network.graph().outputs().forEach(v -> line(console, "output", v.name() + "  " + v.type()));
            line(console, "head", head(network));
            line(console, "labels", shortened(opened.get().labels()));
            answer.put("head", head(network));
            answer.put("labels", opened.get().labels());
        } else {
            line(console, "head", "known once it is here: terzi backbones pull " + name);
        }
        line(console, "cached", cached.map(Path::toString).orElse(known.isPresent() ? "no" : ""));
        cached.ifPresent(file -> answer.put("cached", file.toString()));
        remarks(console, card);
        console.json(answer);
        return ExitCode.OK;
    }

    static void remarks(Console console, BackboneCard card) {
        card.remarks().forEach(remark -> console.print("note: " + remark));
    }

    /** Where fine-tuning would put a new head. */
    static String head(Model network) {
        return HeadText.of(network);
    }

    private static void line(Console console, String key, String value) {
        if (!value.isEmpty()) {
            console.print(String.format(Locale.ROOT, "%-11s %s", key, value));
        }
    }

    private static String shortened(List<String> labels) {
        String first = String.join(", ", labels.subList(0, Math.min(6, labels.size())));
        return labels.isEmpty() ? "" : labels.size() + ": " + first + (labels.size() > 6 ? ", ..." : "");
    }

    static String text(Preprocessing preprocessing) {
        String size = preprocessing.width() + " x " + preprocessing.height();
        String geometry =
                switch (preprocessing.fit()) {
                    case CROP -> "shortest edge to " + preprocessing.resizeTo() + ", " + size + " from the centre";
                    case STRETCH -> "stretched to " + size;
                    case STRETCH_CROP ->
                        "stretched to " + preprocessing.resizeTo() + " x " + preprocessing.resizeTo() + ", " + size
                                + " from the centre";
                };
        String filter = preprocessing.filter() == Filter.TRIANGLE
                ? ""
                : " (" + preprocessing.filter().name().toLowerCase(Locale.ROOT) + " filter)";
        return geometry + filter + ", " + preprocessing.channels() + ", (value * " + preprocessing.scale() + " - "
                + preprocessing.mean() + ") / " + preprocessing.std();
    }

    static Map<String, Object> described(BackboneCard card) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("name", card.name());
        map.put("description", card.description());
        map.put("source", card.source());
        map.put("digest", card.digest());
        map.put("licence", card.licence());
        map.put("origin", card.origin());
        map.put("paper", card.paper());
        map.put("parameters", card.parameters());
        map.put("download_bytes", card.downloadBytes());
        map.put("preprocessing", text(card.preprocessing()));
        map.put("remarks", card.remarks());
        return map;
    }
}
