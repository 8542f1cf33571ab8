package terzi.bench;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A backend with its settings.
 *
 * @param settings all that the backend knows, and threads
 * @param copy from 1: naming one twice shows what chance alone does
 */
record Variant(Backend backend, Map<String, String> settings, int copy) {
    /** Makes every call longer by a share, to see whether a difference of that size is found. */
    static final String HANDICAP = "handicap";

    Variant {
        settings = Map.copyOf(settings);
    }

    /** Backend, what differs from the defaults, and threads: the same in every report. */
    String id() {
        StringBuilder id = new StringBuilder(backend.name());
        new TreeMap<>(settings).forEach((key, value) -> {
            List<String> choices = backend.settings().get(key);
            if (choices == null || !choices.get(0).equals(value)) {
                id.append(' ').append(key).append('=').append(value);
            }
        });
        return copy == 1 ? id.toString() : id + " #" + copy;
    }

    /** The same with numbers for those that are there more than once. */
    static List<Variant> numbered(List<Variant> variants) {
        Map<Variant, Integer> copies = new HashMap<>();
        return variants.stream()
                .map(variant -> new Variant(variant.backend, variant.settings, copies.merge(variant, 1, Integer::sum)))
                .toList();
    }

    /**
     * Reads {@code NAME} or {@code NAME:key=value,key=value}.
     *
     * @param threads one variant for each number, unless the text says which
     * @throws IllegalArgumentException for an unknown backend, setting or value; the message says what there is
     */
    static List<Variant> parse(String text, List<Integer> threads) {
        String[] parts = text.split(":", 2);
        Backend backend = Backends.named(parts[0]);
        Map<String, String> settings = new LinkedHashMap<>();
        backend.settings().forEach((key, values) -> settings.put(key, values.get(0)));
        if (parts.length == 2) {
            for (String setting : parts[1].split(",", -1)) {
                set(backend, settings, setting);
            }
        }
        List<Variant> variants = new ArrayList<>();
        for (int count : settings.containsKey("threads") ? List.of(0) : threads) {
            Map<String, String> complete = new LinkedHashMap<>(settings);
            complete.putIfAbsent("threads", Integer.toString(count));
            variants.add(new Variant(backend, complete, 1));
        }
        return variants;
    }

    private static void set(Backend backend, Map<String, String> settings, String setting) {
        String[] parts = setting.split("=", 2);
        String key = parts[0];
        String value = parts.length == 2 ? parts[1] : "";
        boolean isThreads = key.equals("threads") && value.matches("[1-9][0-9]{0,3}");
        boolean isHandicap =
                key.equals(HANDICAP) && backend instanceof EngineBackend && value.matches("[0-9]{1,2}(\\.[0-9]{1,4})?");
        if (isThreads || isHandicap) {
            settings.put(key, value);
            return;
        }
        List<String> values = backend.settings().get(key);
        if (values == null || !values.contains(value)) {
            String choices = backend.settings().entrySet().stream()
                    .sorted(Map.Entry.comparingByKey())
                    .map(choice -> ", " + choice.getKey() + "=" + String.join("|", choice.getValue()))
                    .collect(Collectors.joining());
            throw new IllegalArgumentException(
                    "backend " + backend.name() + " has no setting '" + setting + "'; it has threads=N" + choices);
        }
        settings.put(key, value);
    }
}
