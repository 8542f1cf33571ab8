package terzi.backbones.keras;

/**
 * A value in a network: what a layer gives.
 *
 * @param node which of the layer's calls; a shared layer has several
 * @param tensor which of its results
 */
record ValueRef(String layer, int node, int tensor) {
    @Override
    public String toString() {
        return layer + (node == 0 ? "" : " (call " + node + ")") + (tensor == 0 ? "" : " (result " + tensor + ")");
    }
}
