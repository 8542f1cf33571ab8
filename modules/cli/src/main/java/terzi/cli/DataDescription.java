package terzi.cli;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import terzi.export.MetadataKeys;
import terzi.vision.Dataset;
import terzi.vision.DatasetOptions;
import terzi.vision.DatasetSplits;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a classifier file says about the data it was trained on, so that an evaluation holds out the same pictures as the
 * training did.
 *
 * @param source the name or path that the data set was opened by
 * @param folder where a data set opened by name lay, or empty
 * @param digest of everything in it
 */
record DataDescription(
        String source, String folder, double validationFraction, double testFraction, long seed, String digest) {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    /** Reads {@link MetadataKeys#DATA}; empty where a file has none, or one by another program. */
    static Optional<DataDescription> in(Map<String, String> metadata) {
        String json = metadata.get(MetadataKeys.DATA);
        if (json == null) {
            return Optional.empty();
        }
        try {
            JsonNode node = MAPPER.readTree(json);
            String source = node.path("source").asString("");
            return source.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new DataDescription(
                            source,
                            node.path("folder").asString(""),
                            node.path("validation_fraction").asDouble(0),
                            node.path("test_fraction").asDouble(0),
                            node.path("seed").asLong(0),
                            node.path("digest").asString("")));
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    /** The options that hold out the same pictures. */
    DatasetOptions heldOutAsIn(DatasetOptions options) {
        return options.withHeldOut(validationFraction, testFraction).withSeed(seed);
    }

    /** What {@link #in} reads, and how many pictures there are, as JSON. */
    static String json(String source, DatasetOptions options, DatasetSplits splits) throws IOException {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("source", source);
        data.put("folder", options.folder().map(Object::toString).orElse(""));
        data.put("name", splits.name());
        data.put("digest", splits.digest());
        data.put("classes", splits.labels().size());
        data.put("train", splits.train().size());
        data.put("validation", splits.validation().map(Dataset::size).orElse(0));
        data.put("test", splits.test().map(Dataset::size).orElse(0));
        data.put("validation_fraction", options.validationFraction());
        data.put("test_fraction", options.testFraction());
        data.put("seed", options.seed());
        return MAPPER.writeValueAsString(data);
    }
}
