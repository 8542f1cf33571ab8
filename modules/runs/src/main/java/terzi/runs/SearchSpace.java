package terzi.runs;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import terzi.data.Seeds;
import terzi.training.recipe.FineTuningOptions;
import terzi.training.recipe.YamlRecords;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The settings that a search varies, each with the values it may take. */
final class SearchSpace {
    /** What is searched where nobody says otherwise: what matters most for few images. */
    static final String DEFAULT =
            """
            # For each setting of a recipe's section `finetune`, with dots between the levels: a list of values to choose from,
            # or {low: .., high: ..} to draw from evenly, with `scale: log` evenly in the exponent.
            # The second stage is not among them; it takes minutes a trial: unfreeze.depth.stages: [1, 2],
            # unfreeze.rate_decay: {low: 0.4, high: 1.0}, training.optimizer.adamw.learning_rate: {low: 0.00003, high: 0.0006, scale: log}
            enlarge: [1.0, 1.143, 1.43, 1.71]
            feature_stages: [1, 2]
            views.count: [1, 2, 4]
            head.form: [kernel, linear]
            sampling: [plain, over]
            """;

    private static final YAMLMapper YAML = YAMLMapper.builder().build();
    private static final YamlRecords<FineTuningOptions> OPTIONS = YamlRecords.of(FineTuningOptions.class);

    private final String yaml;
    private final Map<String, Values> settings;

    private sealed interface Values {
        String draw(RandomGenerator random);
    }

    private record Choice(List<String> values) implements Values {
        @Override
        public String draw(RandomGenerator random) {
            return values.get(random.nextInt(values.size()));
        }
    }

    private record Range(double low, double high, boolean logarithmic) implements Values {
        @Override
        public String draw(RandomGenerator random) {
            double share = random.nextDouble();
            double value = logarithmic
                    ? Math.exp(Math.log(low) + share * (Math.log(high) - Math.log(low)))
                    : low + share * (high - low);
            return new BigDecimal(value).round(new MathContext(3)).toPlainString();
        }
    }

    private SearchSpace(String yaml, Map<String, Values> settings) {
        this.yaml = yaml;
        this.settings = settings;
    }

    /**
     * @param where the text comes from, for messages
     * @param notes takes one sentence if settings are in another spelling than theirs; {@link #yaml} then has the new one
     * @throws IOException if it is no such space; the message names the setting
     */
    static SearchSpace parse(String text, String where, Consumer<String> notes) throws IOException {
        try {
            JsonNode root = YAML.readTree(text);
            Map<String, Values> settings = new LinkedHashMap<>();
            Map<String, JsonNode> respelled = new LinkedHashMap<>();
            List<String> changes = new ArrayList<>();
            for (Map.Entry<String, JsonNode> entry : root.properties()) {
                String key = spelled(entry.getKey());
                settings.put(key, values(where + ": " + entry.getKey(), entry.getValue()));
                respelled.put(key, entry.getValue());
                if (!key.equals(entry.getKey())) {
                    changes.add(key + " for " + entry.getKey());
                }
            }
            if (settings.isEmpty()) {
                throw new IOException(where + ": names no setting; expected lines such as views.count: [1, 2, 4]");
            }
            if (changes.isEmpty()) {
                return new SearchSpace(text, settings);
            }
            notes.accept(where + ": settings are in an old spelling, which is still read; write "
                    + String.join(", ", changes));
            return new SearchSpace(YAML.writeValueAsString(respelled), settings);
        } catch (JacksonException e) {
            throw new IOException(where + ": " + RunJson.reason(e, "YAML"), e);
        }
    }

    /** A setting's dotted key as it is written now. */
    static String spelled(String key) {
        return OPTIONS.spelled(key);
    }

    private static Values values(String where, JsonNode node) throws IOException {
        if (node.isArray() && !node.isEmpty()) {
            List<String> values = new ArrayList<>();
            // a structured value is written as JSON, which is YAML too
            node.forEach(value -> values.add(value.isContainer() ? value.toString() : value.asString()));
            return new Choice(List.copyOf(values));
        }
        if (node.path("low").isNumber() && node.path("high").isNumber()) {
            double low = node.path("low").doubleValue();
            double high = node.path("high").doubleValue();
            boolean logarithmic = node.path("scale").asString("linear").equals("log");
            if (!(low <= high) || (logarithmic && low <= 0)) {
                throw new IOException(where + ": low must not be above high" + (logarithmic ? ", and above 0" : "")
                        + "; found " + low + " and " + high);
            }
            return new Range(low, high, logarithmic);
        }
        throw new IOException(where + ": expected a list of values, or {low: .., high: ..}; found " + node);
    }

    /**
     * The settings of a trial: the same for the same seed and number.
     *
     * @param seed the random seed of every choice
     */
    Map<String, String> draw(long seed, int trial) {
        RandomGenerator random = Seeds.of(seed, 0, trial);
        Map<String, String> drawn = new LinkedHashMap<>();
        settings.forEach((key, values) -> drawn.put(key, values.draw(random)));
        return drawn;
    }

    String yaml() {
        return yaml;
    }
}
