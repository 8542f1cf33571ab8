package terzi.runs;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import terzi.data.Seeds;
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
            # unfreeze.rateDecay: {low: 0.4, high: 1.0}, training.optimizer.adamW.learningRate: {low: 0.00003, high: 0.0006, scale: log}
            enlarge: [1.0, 1.143, 1.43, 1.71]
            featureStages: [1, 2]
            views.count: [1, 2, 4]
            head.form: [kernel, linear]
            sampling: [plain, over]
            """;

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
     * @throws IOException if it is no such space; the message names the setting
     */
    static SearchSpace parse(String text, String where) throws IOException {
        try {
            JsonNode root = YAMLMapper.builder().build().readTree(text);
            Map<String, Values> settings = new LinkedHashMap<>();
            for (Map.Entry<String, JsonNode> entry : root.properties()) {
                settings.put(entry.getKey(), values(where + ": " + entry.getKey(), entry.getValue()));
            }
            if (settings.isEmpty()) {
                throw new IOException(where + ": names no setting; expected lines such as views.count: [1, 2, 4]");
            }
            return new SearchSpace(text, settings);
        } catch (JacksonException e) {
            throw new IOException(where + ": is not YAML: " + e.getOriginalMessage(), e);
        }
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

    /** The settings of a trial: the same for the same seed and number. */
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
