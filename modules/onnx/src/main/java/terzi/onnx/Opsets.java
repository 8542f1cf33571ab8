package terzi.onnx;

/** Versions of ONNX's operator set and of its file format. */
final class Opsets {
    private Opsets() {}

    /**
     * The file format version of the first ONNX release with an operator set; from ONNX's table of versions.
     *
     * @param opset of ONNX's own domain
     */
    static long irVersion(long opset) {
        if (opset >= 25) {
            return 13;
        }
        if (opset == 24) {
            return 12;
        }
        if (opset == 23) {
            return 11;
        }
        if (opset >= 21) {
            return 10;
        }
        if (opset >= 19) {
            return 9;
        }
        if (opset >= 15) {
            return 8;
        }
        if (opset >= 12) {
            return 7;
        }
        if (opset == 11) {
            return 6;
        }
        return opset == 10 ? 5 : opset == 9 ? 4 : 3;
    }
}
