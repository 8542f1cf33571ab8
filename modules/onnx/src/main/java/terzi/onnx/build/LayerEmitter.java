package terzi.onnx.build;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import terzi.onnx.Attribute;
import terzi.onnx.Tensor;

/** Writes layers as nodes and follows the shape on the way. */
final class LayerEmitter {

    private final GraphBuilder graph;
    private final Initialization initialization;
    private final long seed;
    private final Map<String, Integer> numbers = new HashMap<>();
    private long weighted;

    LayerEmitter(GraphBuilder graph, Initialization initialization, long seed) {
        this.graph = graph;
        this.initialization = initialization;
        this.seed = seed;
    }

    /**
     * Adds one layer.
     *
     * @param number position in the list for messages: {@code 7}, or {@code 7.2} inside a block
     */
    Flow emit(Layer layer, Flow in, String number) {
        String where = "layer " + number + " (" + layer.getClass().getSimpleName() + ")";
        if (layer instanceof Layer.Conv2d conv) {
            Window window = new Window(conv.kernel(), conv.stride(), conv.padding());
            return activate(convolution(where, in, window, conv.filters(), 1, conv.bias()), conv.activation());
        } else if (layer instanceof Layer.DepthwiseConv2d conv) {
            requireImage(where, in);
            Window window = new Window(conv.kernel(), conv.stride(), conv.padding());
            return activate(
                    convolution(where, in, window, in.channels(), in.channels(), conv.bias()), conv.activation());
        } else if (layer instanceof Layer.Dense dense) {
            return activate(dense(where, in, dense), dense.activation());
        } else if (layer instanceof Layer.MaxPool pool) {
            Window window = new Window(pool.size(), pool.stride(), pool.padding());
            return pool(where, "MaxPool", in, window, Map.of());
        } else if (layer instanceof Layer.AveragePool pool) {
            Window window = new Window(pool.size(), pool.stride(), pool.padding());
            return pool(where, "AveragePool", in, window, Map.of("count_include_pad", Attribute.of(0)));
        } else if (layer instanceof Layer.GlobalAveragePool) {
            requireImage(where, in);
            String pooled = graph.node(named("gap"), "GlobalAveragePool", List.of(in.value()), Map.of());
            String vector = graph.node(pooled + ".flat", "Flatten", List.of(pooled), axis1());
            return new Flow(vector, List.of(in.channels()));
        } else if (layer instanceof Layer.Flatten) {
            String flat = graph.node(named("flatten"), "Flatten", List.of(in.value()), axis1());
            return new Flow(flat, List.of(in.elements()));
        } else if (layer instanceof Layer.BatchNorm norm) {
            return batchNorm(in, norm);
        } else if (layer instanceof Layer.Dropout dropout) {
            String name = named("dropout");
            String ratio = graph.initializer(Tensor.scalar(name + ".ratio", (float) dropout.rate()));
            return in.to(graph.node(name, "Dropout", List.of(in.value(), ratio), Map.of()));
        } else if (layer instanceof Layer.Residual residual) {
            return residual(where, in, residual, number);
        } else if (layer instanceof Layer.Activation activation) {
            return activate(in, activation);
        }
        throw new AssertionError(layer);
    }

    private Flow convolution(String where, Flow in, Window window, int filters, int groups, boolean bias) {
        requireImage(where, in);
        List<Integer> out = window.out(where, in, filters);
        String name = named(groups == 1 ? "conv" : "depthwise");
        long[] dims = {filters, in.channels() / groups, window.kernel(), window.kernel()};
        Map<String, Attribute> attributes = window.attributes(in);
        if (groups != 1) {
            attributes.put("group", Attribute.of(groups));
        }
        return new Flow(graph.node(name, "Conv", weighted(in, name, dims, bias), attributes), out);
    }

    private Flow dense(String where, Flow in, Layer.Dense dense) {
        Require.that(
                in.isVector(),
                "%s: takes vectors [N,F], but images %s arrive; put Flatten or GlobalAveragePool before it",
                where,
                in);
        String name = named("dense");
        List<String> inputs = weighted(in, name, new long[] {dense.units(), in.channels()}, dense.bias());
        return new Flow(graph.node(name, "Gemm", inputs, Map.of("transB", Attribute.of(1))), List.of(dense.units()));
    }

    private List<String> weighted(Flow in, String name, long[] dims, boolean bias) {
        long layer = weighted++;
        String weight = graph.initializer(initialization.weight(name + ".weight", dims, seed, layer));
        return bias
                ? List.of(in.value(), weight, graph.initializer(initialization.bias(name + ".bias", dims, seed, layer)))
                : List.of(in.value(), weight);
    }

    private Flow pool(String where, String operator, Flow in, Window window, Map<String, Attribute> more) {
        requireImage(where, in);
        List<Integer> out = window.out(where, in, in.channels());
        Map<String, Attribute> attributes = window.attributes(in);
        attributes.putAll(more);
        String name = named(operator.equals("MaxPool") ? "maxpool" : "avgpool");
        return new Flow(graph.node(name, operator, List.of(in.value()), attributes), out);
    }

    private Flow batchNorm(Flow in, Layer.BatchNorm norm) {
        String name = named("bn");
        List<String> inputs = List.of(
                in.value(),
                constant(name + ".weight", in.channels(), 1),
                constant(name + ".bias", in.channels(), 0),
                constant(name + ".running_mean", in.channels(), 0),
                constant(name + ".running_var", in.channels(), 1));
        Map<String, Attribute> attributes = Map.of(
                "epsilon", Attribute.of((float) norm.epsilon()),
                "momentum", Attribute.of((float) norm.momentum()));
        return in.to(graph.node(name, "BatchNormalization", inputs, attributes));
    }

    private String constant(String name, int count, float value) {
        float[] values = new float[count];
        Arrays.fill(values, value);
        return graph.initializer(Tensor.ofFloats(name, new long[] {count}, values));
    }

    private Flow residual(String where, Flow in, Layer.Residual block, String number) {
        Flow body = in;
        int position = 0;
        for (Layer layer : block.body()) {
            body = emit(layer, body, number + "." + ++position);
        }
        Flow shortcut = in;
        for (Layer layer : block.shortcut()) {
            shortcut = emit(layer, shortcut, number + "." + ++position);
        }
        Require.that(
                body.shape().equals(shortcut.shape()),
                "%s: the body gives %s and the shortcut %s; give the shortcut a Conv2d of kernel 1 with the body's filters and stride",
                where,
                body,
                shortcut);
        return body.to(graph.node(named("add"), "Add", List.of(body.value(), shortcut.value()), Map.of()));
    }

    private Flow activate(Flow in, Layer.Activation activation) {
        String x = in.value();
        if (activation instanceof Layer.Linear) {
            return in;
        } else if (activation instanceof Layer.Relu) {
            return in.to(graph.node(named("relu"), "Relu", List.of(x), Map.of()));
        } else if (activation instanceof Layer.LeakyRelu leaky) {
            return in.to(graph.node(
                    named("leakyrelu"), "LeakyRelu", List.of(x), Map.of("alpha", Attribute.of((float) leaky.slope()))));
        } else if (activation instanceof Layer.Tanh) {
            return in.to(graph.node(named("tanh"), "Tanh", List.of(x), Map.of()));
        } else if (activation instanceof Layer.Sigmoid) {
            return in.to(graph.node(named("sigmoid"), "Sigmoid", List.of(x), Map.of()));
        } else if (activation instanceof Layer.HardSwish) {
            return in.to(graph.node(named("hardswish"), "HardSwish", List.of(x), Map.of()));
        } else if (activation instanceof Layer.Silu) {
            String name = named("silu");
            String gate = graph.node(name + ".sigmoid", "Sigmoid", List.of(x), Map.of());
            return in.to(graph.node(name, "Mul", List.of(x, gate), Map.of()));
        } else if (activation instanceof Layer.Gelu) {
            return in.to(gelu(x));
        }
        throw new AssertionError(activation);
    }

    /** Written out: Gelu is an operator of its own since opset 20 only. */
    private String gelu(String x) {
        String name = named("gelu");
        String root = graph.initializer(Tensor.scalar(name + ".sqrt2", (float) Math.sqrt(2)));
        String one = graph.initializer(Tensor.scalar(name + ".one", 1f));
        String half = graph.initializer(Tensor.scalar(name + ".half", 0.5f));
        String scaled = graph.node(name + ".scaled", "Div", List.of(x, root), Map.of());
        String erf = graph.node(name + ".erf", "Erf", List.of(scaled), Map.of());
        String gate = graph.node(name + ".gate", "Add", List.of(erf, one), Map.of());
        String gated = graph.node(name + ".gated", "Mul", List.of(x, gate), Map.of());
        return graph.node(name, "Mul", List.of(gated, half), Map.of());
    }

    private static void requireImage(String where, Flow in) {
        Require.that(
                !in.isVector(),
                "%s: takes images [N,C,H,W], but vectors %s arrive; put it before Flatten or GlobalAveragePool",
                where,
                in);
    }

    private static Map<String, Attribute> axis1() {
        return Map.of("axis", Attribute.of(1));
    }

    private String named(String kind) {
        return kind + numbers.merge(kind, 1, Integer::sum);
    }
}
