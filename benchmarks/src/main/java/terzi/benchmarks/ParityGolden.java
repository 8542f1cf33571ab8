package terzi.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What other runtimes answered: {@code benchmarks/parity/golden.json}, made by {@code benchmarks/run parity}.
 *
 * @param versions of every peer's programs, by peer
 * @param classifiers the digest of each classifier at that time, by name
 * @param images by image, then by peer
 */
record ParityGolden(
        Map<String, Map<String, String>> versions,
        Map<String, String> classifiers,
        Map<String, Map<String, Answer>> images) {

    static final String FILE = "benchmarks/parity/golden.json";

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    ParityGolden {
        versions = new TreeMap<>(versions);
        classifiers = new TreeMap<>(classifiers);
        images = new TreeMap<>(images);
    }

    /**
     * A peer's answer to one image.
     *
     * @param error why the peer could not read it; then there is nothing else
     * @param pixels SHA-256 of the decoded {@code [height, width, 3]} RGB pixels
     * @param answers by classifier: label index and probability of the ten likeliest labels, best first
     */
    record Answer(
            @Nullable String error,
            int width,
            int height,
            @Nullable String pixels,
            @Nullable Map<String, double[][]> answers) {}

    /** What a peer prints. */
    record Peer(Map<String, String> versions, Map<String, Answer> images) {
        static Peer parse(String json) {
            return MAPPER.readValue(json, Peer.class);
        }
    }

    /** The largest difference of a listed probability from ours. */
    static double difference(double[][] theirs, float[] ours) {
        double worst = 0;
        for (double[] listed : theirs) {
            worst = Math.max(worst, Math.abs(listed[1] - ours[(int) listed[0]]));
        }
        return worst;
    }

    static ParityGolden read(Path root) throws IOException {
        return MAPPER.readValue(Files.readString(root.resolve(FILE)), ParityGolden.class);
    }

    /** One line for each image and peer, so that a change shows where it is. */
    void write(Path root) throws IOException {
        StringBuilder text = new StringBuilder("{\n\"versions\": ")
                .append(MAPPER.writeValueAsString(versions))
                .append(",\n\"classifiers\": ")
                .append(MAPPER.writeValueAsString(classifiers))
                .append(",\n\"images\": {");
        String next = "\n";
        for (Map.Entry<String, Map<String, Answer>> image : images.entrySet()) {
            text.append(next).append(MAPPER.writeValueAsString(image.getKey())).append(": {");
            next = ",\n";
            String inner = "\n";
            for (Map.Entry<String, Answer> peer : new TreeMap<>(image.getValue()).entrySet()) {
                text.append(inner)
                        .append(MAPPER.writeValueAsString(peer.getKey()))
                        .append(": ")
                        .append(MAPPER.writeValueAsString(peer.getValue()));
                inner = ",\n";
            }
            text.append('}');
        }
        Files.writeString(root.resolve(FILE), text.append("}\n}\n"));
    }
}
