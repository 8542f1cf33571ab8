package terzi.onnx;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * An ONNX model: a graph with its operator sets and metadata.
 *
 * <p>Reading and writing are lossless. An unchanged model is written as the same bytes, an edited one differs only
 * where it was edited, and fields that this class does not model are kept.
 *
 * @param irVersion version of the file format, 1 to 13
 * @param producerName name of the tool that wrote the model
 * @param producerVersion version of that tool
 * @param domain namespace of the model as a reverse domain name; usually empty
 * @param modelVersion version of the model itself
 * @param docString description of the model
 * @param opsets version of the operator set by domain; the domain of ONNX itself is the empty string
 * @param graph the computation
 * @param metadata free text by key
 * @param functions operators that the model defines
 * @param origin fields of the file that this record does not model
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
    /**
     * Creates a model from copies of the collections, without checking it.
     *
     * @param irVersion version of the file format, 1 to 13
     * @param producerName name of the tool that wrote the model
     * @param producerVersion version of that tool
     * @param domain namespace of the model as a reverse domain name
     * @param modelVersion version of the model itself
     * @param docString description of the model
     * @param opsets version of the operator set by domain; the domain of ONNX itself is the empty string
     * @param graph the computation
     * @param metadata free text by key
     * @param functions operators that the model defines
     * @param origin fields of the file that this record does not model
     */
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

    /**
     * Creates a model with the producer {@code terzi} and the IR version that belongs to the opset.
     *
     * @param graph the computation
     * @param opset version of ONNX's own operator set
     * @return the model, unchecked; see {@link ModelChecker}
     */
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
     * Reads a model file and the side files with its weights. Weights are views of the bytes read or mapped, not
     * copies.
     *
     * @param file an {@code .onnx} file
     * @return the model, unchecked; see {@link ModelChecker}
     * @throws ModelFormatException if the file is not an ONNX model, or is damaged
     * @throws IOException if the file does not exist or cannot be read
     */
    public static Model read(Path file) throws IOException {
        return ModelFile.read(file);
    }

    /**
     * Reads a model that contains all its weights.
     *
     * @param bytes content of an {@code .onnx} file; it is not copied and must not be changed afterwards
     * @return the model, unchecked; see {@link ModelChecker}
     * @throws IOException a {@link ModelFormatException} if the bytes are not an ONNX model, are damaged, or refer to
     *     weights in side files
     */
    public static Model read(byte[] bytes) throws IOException {
        return ModelFile.read(bytes);
    }

    /**
     * Writes the model atomically: a reader sees the old file or the complete new one.
     *
     * <p>Weights that were read from a side file in the same folder stay there. Other weights are stored in the model
     * file or, if that would exceed 2 GiB, in a side file with the name of the model file and {@code .data} added.
     *
     * @param target the {@code .onnx} file, in a folder that exists
     * @throws IOException if the file cannot be written; an older file is then unchanged
     */
    public void write(Path target) throws IOException {
        ModelFile.write(this, target);
    }

    /**
     * Writes the model with all weights of 1 KiB and more in a side file in the same folder.
     *
     * @param target the {@code .onnx} file, in a folder that exists
     * @param sideFile plain name of the side file, such as {@code model.onnx.data}
     * @throws IllegalArgumentException if {@code sideFile} is not a plain file name, or is that of {@code target}
     * @throws IOException if a file cannot be written
     */
    public void writeWithSideFile(Path target, String sideFile) throws IOException {
        ModelFile.writeWithSideFile(this, target, sideFile);
    }

    /**
     * Serializes the model with all its weights.
     *
     * @return the content of an {@code .onnx} file
     * @throws IllegalStateException if the weights exceed the 2 GiB of an array
     */
    public byte[] toBytes() {
        return ModelFile.toBytes(this);
    }

    /** {@return the version of ONNX's own operator set; 0 if the model does not import it} */
    public long opset() {
        return opset("");
    }

    /**
     * {@return the version of a domain's operator set; 0 if the model does not import it}
     *
     * @param operatorDomain the domain; empty or {@code ai.onnx} for that of ONNX itself
     */
    public long opset(String operatorDomain) {
        return opsets.getOrDefault(operatorDomain.equals("ai.onnx") ? "" : operatorDomain, 0L);
    }

    /**
     * {@return a copy of this model with another graph}
     *
     * @param newGraph the computation
     */
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

    /**
     * {@return a copy of this model with all metadata replaced}
     *
     * @param newMetadata free text by key
     */
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

    /**
     * {@return a copy of this model with one metadata entry added or replaced}
     *
     * @param key key of the entry
     * @param value text of the entry
     */
    public Model withMetadata(String key, String value) {
        Map<String, String> changed = new LinkedHashMap<>(metadata);
        changed.put(key, value);
        return withMetadata(changed);
    }

    /**
     * {@return a copy of this model with other operator sets and, if they require it, a newer IR version}
     *
     * @param newOpsets version of the operator set by domain; the domain of ONNX itself is the empty string
     */
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

    /**
     * {@return a copy of this model with another IR version}
     *
     * @param newIrVersion version of the file format
     */
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

    /**
     * {@return a copy of this model with another producer}
     *
     * @param newName name of the tool
     * @param newVersion version of the tool
     */
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

    /**
     * {@return a copy of this model with another description}
     *
     * @param newDocString description of the model
     */
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

    /**
     * {@return a copy of this model with other functions}
     *
     * @param newFunctions operators that the model defines
     */
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
