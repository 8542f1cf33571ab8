package terzi.onnx;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * An ONNX model: a graph and what the file says about it.
 *
 * <p>Reading keeps everything: a model that is written untouched gives the bytes that were read, and an edited one
 * differs only where it was edited. Fields this class does not know survive.
 *
 * @param irVersion version of the file format, see {@link Opsets#irVersion}
 * @param producerName the tool that made it
 * @param producerVersion that tool's version
 * @param domain who the model belongs to, as a reverse domain name; mostly empty
 * @param modelVersion version of the model itself
 * @param docString for people
 * @param opsets version of the operator set by domain; ONNX's own domain is the empty string
 * @param graph what it computes
 * @param metadata free text by key
 * @param functions operators that the model defines itself
 * @param origin what else the file said
 */
public record Model(
        long irVersion,
        String producerName,
        String producerVersion,
        String domain,
        long modelVersion,
        String docString,
        Map<String, Long> opsets,
        Graph graph,
        Map<String, String> metadata,
        List<Function> functions,
        Origin origin) {
    public Model {
        Objects.requireNonNull(producerName, "producerName");
        Objects.requireNonNull(producerVersion, "producerVersion");
        Objects.requireNonNull(domain, "domain");
        Objects.requireNonNull(docString, "docString");
        opsets = Collections.unmodifiableMap(new LinkedHashMap<>(opsets));
        Objects.requireNonNull(graph, "graph");
        metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
        functions = List.copyOf(functions);
        Objects.requireNonNull(origin, "origin");
    }

    /** A new model by this library, with the IR version that goes with the opset of ONNX's own domain. */
    public static Model of(Graph graph, long opset) {
        return new Model(
                Opsets.irVersion(opset),
                "terzi",
                "",
                "",
                0,
                "",
                Map.of("", opset),
                graph,
                Map.of(),
                List.of(),
                Origin.NONE);
    }

    /**
     * Reads a model and the files its weights are in. Weights are mapped or shared with the bytes read, not copied.
     *
     * @throws ModelFormatException if it is no ONNX model, or a damaged one
     * @throws IOException if it cannot be read
     */
    public static Model read(Path file) throws IOException {
        return ModelFile.read(file);
    }

    /**
     * Reads a model that has all its weights inside. The array is used and not copied: do not change it afterwards.
     *
     * @throws ModelFormatException if it is no ONNX model, a damaged one, or one with weights in other files
     */
    public static Model read(byte[] bytes) throws IOException {
        return ModelFile.read(bytes);
    }

    /**
     * Writes the model: first to a temporary file beside the target, which then takes the target's place at once, so that
     * a reader sees the old file or the new one and never half of one.
     *
     * <p>Weights stay where they are when they were read from a side file in the same folder; otherwise they go into the
     * model, and if that would pass 2 GiB, into a side file called after it with {@code .data} added.
     *
     * @throws IOException if it cannot be written; the target is then as before
     */
    public void write(Path target) throws IOException {
        ModelFile.write(this, target);
    }

    /**
     * Writes the model with its weights of 1 KiB and more in a side file in the same folder.
     *
     * @param sideFile a plain file name such as {@code model.onnx.data}
     * @throws IOException if it cannot be written
     */
    public void writeWithSideFile(Path target, String sideFile) throws IOException {
        ModelFile.writeWithSideFile(this, target, sideFile);
    }

    /**
     * The model as the bytes of a file, all weights inside.
     *
     * @throws IllegalStateException if that passes 2 GiB
     */
    public byte[] toBytes() {
        return ModelFile.toBytes(this);
    }

    /** The version of ONNX's own operator set; 0 when the model does not import it. */
    public long opset() {
        return opset("");
    }

    /** The version of a domain's operator set; 0 when the model does not import it. */
    public long opset(String operatorDomain) {
        return opsets.getOrDefault(operatorDomain.equals("ai.onnx") ? "" : operatorDomain, 0L);
    }

    /** The same model with another graph. */
    public Model withGraph(Graph newGraph) {
        return new Model(
                irVersion,
                producerName,
                producerVersion,
                domain,
                modelVersion,
                docString,
                opsets,
                newGraph,
                metadata,
                functions,
                origin);
    }

    /** The same model with all metadata replaced. */
    public Model withMetadata(Map<String, String> newMetadata) {
        return new Model(
                irVersion,
                producerName,
                producerVersion,
                domain,
                modelVersion,
                docString,
                opsets,
                graph,
                newMetadata,
                functions,
                origin);
    }

    /** The same model with one metadata entry added or replaced. */
    public Model withMetadata(String key, String value) {
        Map<String, String> changed = new LinkedHashMap<>(metadata);
        changed.put(key, value);
        return withMetadata(changed);
    }

    /** The same model with other operator sets and, if they need one, a newer IR version. */
    public Model withOpsets(Map<String, Long> newOpsets) {
        long needed = Opsets.irVersion(newOpsets.getOrDefault("", 0L));
        return new Model(
                Math.max(irVersion, needed),
                producerName,
                producerVersion,
                domain,
                modelVersion,
                docString,
                newOpsets,
                graph,
                metadata,
                functions,
                origin);
    }

    /** The same model with another IR version. */
    public Model withIrVersion(long newIrVersion) {
        return new Model(
                newIrVersion,
                producerName,
                producerVersion,
                domain,
                modelVersion,
                docString,
                opsets,
                graph,
                metadata,
                functions,
                origin);
    }

    /** The same model by another tool. */
    public Model withProducer(String newName, String newVersion) {
        return new Model(
                irVersion,
                newName,
                newVersion,
                domain,
                modelVersion,
                docString,
                opsets,
                graph,
                metadata,
                functions,
                origin);
    }

    /** The same model with another text for people. */
    public Model withDocString(String newDocString) {
        return new Model(
                irVersion,
                producerName,
                producerVersion,
                domain,
                modelVersion,
                newDocString,
                opsets,
                graph,
                metadata,
                functions,
                origin);
    }

    /** The same model with other functions. */
    public Model withFunctions(List<Function> newFunctions) {
        return new Model(
                irVersion,
                producerName,
                producerVersion,
                domain,
                modelVersion,
                docString,
                opsets,
                graph,
                metadata,
                newFunctions,
                origin);
    }
}
