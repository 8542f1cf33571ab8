package terzi.backbones.keras;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import terzi.onnx.Tensor;

/** Weights called {@code layer/weight}, possibly with more in front. */
final class NamedWeights implements WeightSource {
    private final Map<String, Tensor> tensors;
    private final List<String> networks;

    NamedWeights(Map<String, Tensor> tensors) {
        this(tensors, List.of());
    }

    private NamedWeights(Map<String, Tensor> tensors, List<String> networks) {
        this.tensors = tensors;
        this.networks = networks;
    }

    @Override
    public LayerWeights layer(String name, String className) {
        // Keras 2 writes the statistics of Normalization without the layer's name
        return (weight, position) -> find(name + "/" + weight).or(() -> Optional.ofNullable(tensors.get(weight)));
    }

    @Override
    public WeightSource nested(String name, String className) {
        List<String> inner = new ArrayList<>(networks);
        inner.add(name);
        return new NamedWeights(tensors, inner);
    }

    /** Where two inner networks have layers of the same name, the one with their names in front. */
    private Optional<Tensor> find(String name) {
        return tensors.keySet().stream()
                .filter(key -> key.equals(name) || key.endsWith("/" + name))
                .max(Comparator.<String>comparingInt(this::matches)
                        .thenComparing(key -> -key.length())
                        .thenComparing(Comparator.naturalOrder()))
                .map(tensors::get);
    }

    /** The weight of that name among those of one layer. */
    static Optional<Tensor> ending(Map<String, Tensor> tensors, String weight) {
        return tensors.entrySet().stream()
                .filter(entry -> entry.getKey().equals(weight) || entry.getKey().endsWith("/" + weight))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    private int matches(String key) {
        List<String> words = List.of(key.split("/", -1));
        return (int) networks.stream().filter(words::contains).count();
    }
}
