package terzi.onnx.shapes;

import java.util.List;
import terzi.onnx.DataType;
import terzi.onnx.TensorType;

/** Quantization: the shape stays, the element type changes. */
final class QuantizationShapes {
    private QuantizationShapes() {}

    static void addTo(ShapeRules rules) {
        rules.add(QuantizationShapes::quantize, "QuantizeLinear");
        rules.add(QuantizationShapes::dequantize, "DequantizeLinear");
        rules.add(QuantizationShapes::dynamic, "DynamicQuantizeLinear");
    }

    private static void quantize(NodeShapes n) {
        DataType asked = DataType.find(n.node().intAttribute("output_dtype", 0)).orElse(DataType.UNDEFINED);
        DataType element = n.hasInput(2) ? n.element(2) : asked == DataType.UNDEFINED ? DataType.UINT8 : asked;
        n.output(0, new TensorType(element, n.shapeIfKnown(0)));
    }

    private static void dequantize(NodeShapes n) {
        // float32 was the only scale type before opset 19; an output type can be asked for since opset 23
        DataType asked = DataType.find(n.node().intAttribute("output_dtype", 0)).orElse(DataType.UNDEFINED);
        n.output(0, new TensorType(asked == DataType.UNDEFINED ? n.element(1) : asked, n.shapeIfKnown(0)));
    }

    private static void dynamic(NodeShapes n) {
        n.output(1, DataType.FLOAT, List.of());
        n.output(2, DataType.UINT8, List.of());
        n.output(0, new TensorType(DataType.UINT8, n.shapeIfKnown(0)));
    }
}
