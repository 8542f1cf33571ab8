package terzi.onnx;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * An ONNX model: a graph with its operator sets and metadata. {@link terzi.onnx.codec.ModelFile} reads and writes models,
 * {@link terzi.onnx.shapes.ModelChecker} checks them.
 *
 * @param irVersion version of the file format, 1 to {@value #NEWEST_IR_VERSION}
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
    /** The newest version of ONNX's own operator set that this library knows. */
    public static final long NEWEST_OPSET = 26;

    /** The newest version of the file format that this library knows. */
    public static final long NEWEST_IR_VERSION = 13;

    /**
     * Creates a model from copies of the collections, without checking it.
     *
     * @param irVersion version of the file format, 1 to {@value #NEWEST_IR_VERSION}
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
     * @return the model, unchecked
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
